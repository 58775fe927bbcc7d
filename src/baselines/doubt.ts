import type { Decision } from "../directives/types.js";

/** Other ids, groups and modes are seen, but no call fails for that alone. */
const soft = new Set(["PrivateUsers", "ProtectControlGroups", "UMask"]);

/** A person must decide, but what was seen is refused for certain. */
const certain = new Set(["DevicePolicy", "IPAddressDeny"]);

/**
 * Whether a decision that is weaker than what a unit ships leaves it open if the unit refuses anything: the service may see
 * or get something else there, and do without. It runs under that unit every day.
 */
export function isDoubtful(decision: Decision): boolean {
  return decision.decision === "set"
    ? soft.has(decision.directive)
    : decision.reason === "operator" && !certain.has(decision.directive);
}
