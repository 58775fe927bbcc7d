/** Settings under which a service was seen to fail although no fact speaks against them. */
import { withhold } from "./decision.js";
import { liftedBy } from "./refusals.js";
import type { Context, Decision, DroppedSetting } from "./types.js";

/** What else goes with a setting, beside what it makes exceptions from. */
const companions: Readonly<Record<string, readonly string[]>> = {
  // Nodes are bound into a private /dev.
  BindPaths: ["PrivateDevices"],
  // Without an error number the filter kills (systemd.exec(5)).
  SystemCallErrorNumber: ["SystemCallFilter"],
};

/** Where nothing is left of these, those mean nothing, or even refuse what they do not list (DeviceAllow=). */
const dependents: Readonly<Record<string, readonly string[]>> = {
  SystemCallErrorNumber: ["SystemCallFilter"],
};

/**
 * Withholds what was dropped. To leave out exceptions would refuse more than before, so that what they are made from goes
 * too; and exceptions from nothing go as well.
 */
export function withholdDropped(
  decisions: readonly Decision[],
  { dropped = [] }: Pick<Context, "dropped">,
): readonly Decision[] {
  if (dropped.length === 0) return decisions;
  const named = new Map(dropped.map((one) => [one.directive, one]));
  const isSet = new Set(decisions.flatMap((one) => (one.decision === "set" ? [one.directive] : [])));
  const taken = new Map<string, string>();
  for (const { directive } of dropped) {
    for (const base of basesOf(directive)) taken.set(base, directive);
  }
  const isGone = (directive: string): boolean => named.has(directive) || taken.has(directive);
  return decisions.map((decision) => {
    const { directive } = decision;
    if (decision.decision === "withheld") return decision;
    const one = named.get(directive);
    if (one !== undefined) return withhold(directive, "unsafe", reasonOf(one));
    const exception = taken.get(directive);
    if (exception !== undefined) {
      return withhold(
        directive,
        "unsafe",
        `its exceptions, ${exception}=, cannot be set: the service fails under them.`,
      );
    }
    const bases = dependents[directive] ?? liftedBy(directive);
    const isMoot = bases.some(isGone) && bases.every((base) => isGone(base) || !isSet.has(base));
    return isMoot
      ? withhold(
          directive,
          "meaningless",
          `without ${bases.join("= and ")}= there is nothing to make exceptions from.`,
        )
      : decision;
  });
}

function basesOf(directive: string): readonly string[] {
  return [...liftedBy(directive), ...(companions[directive] ?? [])];
}

function reasonOf({ why }: DroppedSetting): string {
  return `the service fails under it, and no fact says why: ${why}.`;
}
