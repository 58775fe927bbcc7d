import type { Witness } from "../explain/types.js";
import { Witnesses } from "../explain/witnesses.js";
import { grantedFacts } from "../profile/trials.js";
import type { Profile } from "../profile/types.js";
import { type Ceiling, violations } from "./ceiling.js";
import { unseenBy } from "./unseen.js";

/** A profile held against a ceiling. */
export interface CeilingCheck {
  /** How the ceiling is called. */
  readonly ceiling: string;
  readonly unit: string;
  /** What is above it, with the evidence and the reason that the ceiling gives. */
  readonly violations: readonly (Witness & { readonly reason: string })[];
  /** Why that may not be all, one line each. */
  readonly unseen: readonly string[];
}

/** Holds a profile against a ceiling. Pure; see {@link violations} for what is looked at. */
export function checkCeiling(profile: Profile, ceiling: Ceiling): CeilingCheck {
  const witnesses = new Witnesses(profile);
  const breaches = violations(grantedFacts(profile), ceiling, profile);
  const witnessed = witnesses.of(breaches.map(({ fact }) => fact));
  return {
    ceiling: ceiling.name,
    unit: profile.unit.name,
    violations: witnessed.map((witness, index) => ({ ...witness, reason: breaches[index]?.reason ?? "" })),
    unseen: unseenBy(ceiling, profile),
  };
}
