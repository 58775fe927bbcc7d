/** Tests that share one machine, one after the other; skipped aloud where no machine can be booted. */
import test, { type ExecutionContext } from "ava";
import { bootMachine, type Machine, projectPath, type Suite } from "./machine.js";

/** Where the fixtures are in a machine; the units of test/fixtures/services name this path. */
export const services = "/opt/fixtures/services";

/** The programs of test/fixtures/needs there. */
export const needs = "/opt/fixtures/needs";

/** The demo service of test/fixtures/releases there. */
export const releases = "/opt/fixtures/releases";

/** Registers one test. */
export type MachineTest = (
  title: string,
  body: (t: ExecutionContext, machine: Machine) => Promise<void>,
) => void;

/**
 * A machine with the project and the fixtures in it, for all tests of one test file.
 *
 * @param packages of Debian, beyond those that all machines have
 * @returns registers a test. Without root, or where scripts/test found that no machine can be booted and says so in
 *   SANDBOX_PROFILER_NO_TESTBED, the test is registered as skipped.
 */
export function withMachine(suite: Suite, packages: readonly string[] = []): MachineTest {
  if (process.getuid?.() !== 0 || process.env["SANDBOX_PROFILER_NO_TESTBED"] !== undefined) {
    return (title) => {
      test.skip(`${suite}: ${title}`, (t) => {
        t.pass();
      });
    };
  }
  let machine: Machine | undefined;
  test.before(async () => {
    machine = await bootMachine(suite, packages);
    await machine.push();
    await machine.copyDirectory(projectPath("test/fixtures/services"), services);
    await machine.copyDirectory(projectPath("test/fixtures/needs"), needs);
    await machine.copyDirectory(projectPath("test/fixtures/releases"), releases);
  });
  test.after.always(async () => {
    await machine?.down();
  });
  return (title, body) => {
    test.serial(`${suite}: ${title}`, async (t) => {
      t.timeout(5 * 60 * 1000);
      if (machine === undefined) {
        throw new Error("the machine did not boot");
      }
      await body(t, machine);
    });
  };
}
