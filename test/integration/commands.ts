/** What `profile` does besides learning a healthy service, on one machine. */
import { testBadInput } from "./bad-input.js";
import { testEnforcement } from "./enforcement.js";
import { testInterruptions } from "./interruptions.js";
import type { Suite } from "./machine.js";
import { testTraces } from "./traces.js";
import { withMachine } from "./with-machine.js";

export function testCommands(suite: Suite): void {
  const testOn = withMachine(suite);
  testBadInput(testOn);
  testTraces(testOn);
  testEnforcement(testOn, suite);
  testInterruptions(testOn);
}
