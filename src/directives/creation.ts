import type { CreationFact } from "../facts/types.js";
import { set, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import type { Directive, Grant } from "./types.js";

const name = "UMask";

/**
 * What systemd gives a service that sets none (systemd.exec(5)). The user manager has its own from PAM; that nothing is known
 * of it counts as the loosest.
 */
const usual = { system: 0o022, user: 0 } as const;

const others = 0o077;

/** Tightest value that leaves every bit that a new file or directory was seen to get, and is not looser than the unit's. */
export const umask: Directive = {
  names: [name],
  from: "strict",
  decide: ({ facts, unit, manager }) => {
    const shipped = parseMode(unit.properties[name]) ?? usual[manager];
    const created = facts.ofKind("creation");
    const mask = shipped | (others & ~neededBits(created));
    if (mask === shipped) {
      const because = created.length === 0 ? "" : `; the service ${describeFacts(created)}`;
      return [
        withhold(
          name,
          created.length === 0 ? "meaningless" : "unsafe",
          `kept as ${manager === "user" ? "the user manager has it" : `the unit has it, ${written(shipped)}`}${because}.`,
          created,
        ),
      ];
    }
    const why =
      created.length === 0
        ? "Nothing new is left to be read by others."
        : `New files keep what others were seen to be given: the service ${describeFacts(created)}.`;
    return [{ ...set(name, written(mask), why), grants: grantsOf(created) }];
  },
};

/** Who may read a file may also enter a directory of the same mode: a later path makes directories where this one made files. */
function neededBits(created: readonly CreationFact[]): number {
  const bits = created.reduce((union, fact) => union | (parseMode(fact.bits) ?? others), 0);
  return bits | ((bits & 0o044) >> 2);
}

function parseMode(text = ""): number | undefined {
  return /^[0-7]{1,4}$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

function written(mask: number): string {
  return mask.toString(8).padStart(4, "0");
}

function grantsOf(created: readonly CreationFact[]): readonly Grant[] {
  return created.map((fact) => ({ value: fact.bits, origin: "seen", facts: [fact] }));
}
