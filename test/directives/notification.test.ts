import test from "ava";
import type { Fact } from "../../src/facts/types.js";
import { decided, type Row } from "./context.js";

const sends = (sender: "main" | "other"): Fact => ({ kind: "notification", sender });
const ships = (NotifyAccess: string, type = "simple") => ({ type, properties: { NotifyAccess } });

const rows: readonly Row[] = [
  ["sends nothing", {}, ["meaningless"]],
  ["sends nothing, though anybody may", { unit: ships("all") }, ["NotifyAccess=none"]],
  ["has to say that it is ready, and anybody may", { unit: ships("all", "notify") }, ["NotifyAccess=main"]],
  [
    "says so from the main process",
    { unit: ships("all", "notify"), facts: [sends("main")] },
    ["NotifyAccess=main"],
  ],
  ["says so from another one", { unit: ships("all", "notify"), facts: [sends("other")] }, ["unsafe"]],
  ["says so from its commands", { unit: ships("exec", "notify"), facts: [sends("other")] }, ["meaningless"]],
  ["sends what nobody listens to", { unit: ships("none"), facts: [sends("main")] }, ["meaningless"]],
  ["is hardened with care", { unit: ships("all"), posture: "compatible" }, ["operator"]],
];

for (const [does, given, expected] of rows) {
  test(`NotifyAccess=: ${does}`, (t) => {
    t.deepEqual(decided("NotifyAccess", given), expected);
  });
}
