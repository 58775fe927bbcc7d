import test from "ava";
import picocolors from "picocolors";
import type { Ability } from "../../src/host/abilities.js";
import { describeAbilities } from "../../src/output/abilities.js";

const plain = picocolors.createColors(false);

function ability(name: string, state: Ability["state"], required: boolean): Ability {
  return { name, state, detail: "detail", required, lost: "something", remedy: "act" };
}

test("when something is missing then what is lost and what to do is told, and whether run works", (t) => {
  t.is(
    describeAbilities([ability("root", "ok", true), ability("node-pty", "missing", false)], plain),
    `ok      root      detail
missing node-pty  detail
          lost: something
          do:   act

profile run UNIT works here.`,
  );
  t.regex(
    describeAbilities([ability("root", "missing", true), ability("ptrace", "unknown", true)], plain),
    /\nprofile run UNIT does not work here: root, ptrace\.$/,
  );
});
