/** A unit under a drop-in: what of both is in force. Pure. */
import { withSettings } from "../baselines/shown.js";
import { set } from "../directives/decision.js";
import type { Unit } from "../host/types.js";
import { isScalar } from "./settings.js";
import type { Setting } from "./types.js";

/** Words for a boolean: parse_boolean() in src/basic/parse-util.c. */
const booleans = new Map([
  ...["1", "yes", "y", "true", "t", "on"].map((word) => [word, "yes"] as const),
  ...["0", "no", "n", "false", "f", "off"].map((word) => [word, "no"] as const),
]);

/** A value in the one spelling that `systemctl show` uses. */
export function canonical(value: string): string {
  return booleans.get(value.toLowerCase()) ?? value.replaceAll("%%", "%");
}

/**
 * The unit with `settings` over its own, its properties as `systemctl show` would print them: a list that is not reset
 * adds to what the unit has. SystemCallFilter= is left out, which is read from its lines (src/verification/suspects).
 *
 * @param target major version of systemd
 */
export function confinedUnit(unit: Unit, settings: readonly Setting[], target: number): Unit {
  const decisions = settings
    .filter(({ directive }) => directive !== filter)
    .map(({ directive, values }) => ({
      ...set(directive, "", ""),
      values: inForce(unit, directive, values),
    }));
  const dynamicUser = settings.find(({ directive }) => directive === "DynamicUser")?.values.at(-1);
  const isDynamic = dynamicUser === undefined ? unit.dynamicUser : canonical(dynamicUser) === "yes";
  return withSettings({ ...unit, dynamicUser: isDynamic }, decisions, target);
}

const filter = "SystemCallFilter";

/** Values behind what the unit ships, where they add to it. */
function inForce(unit: Unit, directive: string, values: readonly string[]): readonly string[] {
  const written = values.map(canonical);
  if (directive === "RestrictNamespaces") return sinceBoolean(written);
  // Nothing behind the reset is no restriction, which `systemctl show` prints so.
  if (directive === "RestrictAddressFamilies" && written.at(-1) === "") return ["", "~"];
  const own = unit.properties[directive] ?? "";
  if (written.includes("") || own === "" || isScalar(directive)) return entriesOf(directive, written);
  return entriesOf(directive, ["", ...shippedLines(directive, own), ...written]);
}

/** `systemctl show` prints capabilities in lower case, and a device a line. */
function shippedLines(directive: string, own: string): readonly string[] {
  if (directive === "CapabilityBoundingSet") return [own.toUpperCase()];
  return directive === "DeviceAllow" ? own.split("\n") : [own];
}

/** A boolean takes back the types that were listed before (config_parse_restrict_namespaces()). */
function sinceBoolean(values: readonly string[]): readonly string[] {
  return values.slice(Math.max(values.lastIndexOf("yes"), values.lastIndexOf("no"), 0));
}

/** BindPaths=/a is BindPaths=/a:/a, and so is printed. */
function entriesOf(directive: string, values: readonly string[]): readonly string[] {
  if (directive !== "BindPaths" && directive !== "BindReadOnlyPaths") return values;
  return values.map((value) =>
    value
      .split(/\s+/)
      .filter((entry) => entry !== "")
      .map((entry) => (entry.includes(":") ? entry : `${entry}:${entry.replace(/^[-+]+/, "")}:`))
      .join(" "),
  );
}
