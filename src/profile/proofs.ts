/** What of a profile was proved, and of which settings. */
import { createHash } from "node:crypto";
import type { Decision } from "../directives/types.js";
import { lifecyclePhases } from "../learning/types.js";
import type { Profile, Proof } from "./types.js";

/**
 * 16 hexadecimal digits of the settings of a drop-in: its lines in order, without comments. Equal settings have equal digests
 * whatever they were decided from, so that a proof stays one as long as nothing of the sandbox changes.
 */
export function settingsDigest(decisions: readonly Decision[]): string {
  const lines = decisions.flatMap((decision) =>
    decision.decision === "set" ? decision.values.map((value) => `${decision.directive}=${value}`) : [],
  );
  return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
}

/** All that is proved of one drop-in. */
export interface Proved {
  /** Major versions of the systemd that enforced it, in rising order. */
  readonly systemd: readonly number[];
  /** Phases that were walked, in the order in which they happen. */
  readonly phases: readonly string[];
  /** Directives that no machine enforced under which it was walked. */
  readonly unenforced: readonly string[];
}

/** What the proofs of a profile say of the settings with this digest; undefined: nothing. */
export function provedOf({ proofs = [] }: Pick<Profile, "proofs">, digest: string): Proved | undefined {
  const own = proofs.filter(({ settings }) => settings === digest);
  const [first] = own;
  if (first === undefined) {
    return undefined;
  }
  return {
    systemd: [...new Set(own.map(({ systemd }) => systemd))].sort((a, b) => a - b),
    phases: lifecyclePhases.filter((phase) => own.some(({ phases }) => phases.includes(phase))),
    unenforced: first.unenforced.filter((name) =>
      own.every((proof: Proof) => proof.unenforced.includes(name)),
    ),
  };
}
