/** Which settings can have made a call fail: a model of what systemd sets up and how the kernel answers. Pure. */
import { sandboxOf } from "../../baselines/difference.js";
import { realPath } from "../../baselines/places.js";
import { refusalOf } from "../../directives/refusals.js";
import { shippedValue } from "../../directives/vendor.js";
import type { Failure } from "../../facts/failures.js";
import { lifts } from "../../systemd/lifts.js";
import { confinedUnit } from "../confined-unit.js";
import { groupOf } from "../lifting.js";
import type { Setting, Suspect } from "../types.js";
import { deviceRules } from "./devices.js";
import { fileRules } from "./files.js";
import { filterRules } from "./filters.js";
import { networkRules } from "./network.js";
import { privilegeRules } from "./privileges.js";
import { processRules } from "./processes.js";
import type { Case, Rule, Stage, SuspectContext } from "./types.js";

/** Every directive of which it is known how it refuses calls. */
export const rules: readonly Rule[] = [
  ...filterRules,
  ...fileRules,
  ...deviceRules,
  ...processRules,
  ...networkRules,
  ...privilegeRules,
];

const stages: readonly Stage[] = ["filter", "kernel", "identity"];

/**
 * The settings that can have refused a call, those of the drop-in first: of the first stage that has any, for a filter
 * lets nothing through to the next. Empty where no setting in force answers such a call so.
 *
 * @param settings what the drop-in sets (`parseSettings`)
 */
export function suspectsOf(
  failure: Failure,
  settings: readonly Setting[],
  context: SuspectContext,
): readonly Suspect[] {
  const asked = caseOf(failure, settings, context);
  const refusing = rules.filter((rule) => isInForce(rule.directive, asked, context) && rule.refuses(asked));
  const stage = stages.find((one) => refusing.some((rule) => rule.stage === one));
  const found = new Set(refusing.filter((rule) => rule.stage === stage).map(({ directive }) => directive));
  const isOwn = (directive: string) => asked.valuesOf(directive).length === 0;
  const directives = [...found].sort((a, b) => Number(isOwn(a)) - Number(isOwn(b)));
  const [first] = directives;
  const isSole = directives.every((one) => first !== undefined && groupOf(first).includes(one));
  return directives.map((directive) => ({
    directive,
    how: refusalOf(directive) ?? "",
    isSole,
    ...(isOwn(directive) && { ofUnit: true as const }),
  }));
}

function caseOf(
  failure: Failure,
  settings: readonly Setting[],
  { unit, host, target, facts }: SuspectContext,
): Case {
  const confined = confinedUnit(unit, settings, target);
  const { args } = failure.record;
  return {
    failure,
    call: failure.call,
    errno: failure.errno,
    args,
    paths: pathsOf(failure).map((path) => realPath(host, path)),
    sandbox: sandboxOf(confined, { host, target }),
    valuesOf: (directive) => settings.find((one) => one.directive === directive)?.values ?? [],
    levelOf: (directive) => shippedValue(confined, directive),
    target,
    host,
    facts,
  };
}

/** What the call names, else what its descriptors show. */
function pathsOf({ paths, record }: Failure): readonly string[] {
  if (paths.length > 0) return paths;
  return record.args.flatMap((arg) =>
    arg.type === "descriptor" && arg.target.startsWith("/") ? [arg.target] : [],
  );
}

/** Whether the drop-in sets it, or the unit itself sets it to something that confines. */
function isInForce(directive: string, { valuesOf }: Case, { unit }: SuspectContext): boolean {
  if (valuesOf(directive).length > 0) return true;
  const value = unit.properties[`${directive}Ex`] ?? unit.properties[directive];
  if (directive === "DynamicUser") return unit.dynamicUser;
  if (value === undefined || value === "") return false;
  const lift = lifts.find((one) => one.directive === directive);
  return lift?.shown?.includes(value) !== true;
}
