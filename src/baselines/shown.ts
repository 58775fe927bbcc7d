/**
 * Decided settings as a unit that has them: its properties as `systemctl show` would print them, so that a unit's own
 * sandbox and a learned one are read by the same functions.
 */
import { capabilities } from "../facts/names.js";
import { systemCallsOf } from "../directives/system-calls.js";
import type { Decision } from "../directives/types.js";
import type { Unit } from "../host/types.js";

/** The unit with `decisions` in place of the properties of the same name. Pure. */
export function withSettings(unit: Unit, decisions: readonly Decision[], target: number): Unit {
  const properties: Record<string, string> = { ...unit.properties };
  for (const decision of decisions) {
    if (decision.decision === "set") {
      properties[decision.directive] = shownValue(decision.directive, decision.values, target);
    }
  }
  return { ...unit, properties: implied(properties) };
}

/** What one setting makes of others (unit_patch_contexts() in src/core/unit.c, exec_context of the clock in 245 and later). */
function implied(properties: Readonly<Record<string, string>>): Record<string, string> {
  const isOn = (name: string): boolean => properties[name] === "yes";
  const policy = properties["DevicePolicy"] ?? "auto";
  const devices = properties["DeviceAllow"] ?? "";
  return {
    ...properties,
    ...(isOn("PrivateDevices") && policy === "auto" ? { DevicePolicy: "closed" } : {}),
    ...(isOn("ProtectClock")
      ? { DeviceAllow: [devices, "char-rtc r"].filter((one) => one !== "").join("\n") }
      : {}),
  };
}

/** Directives of which each assignment is an entry with spaces in it; `systemctl show` prints a line for each. */
const entries = new Set(["DeviceAllow", "SocketBindAllow", "SocketBindDeny"]);

function shownValue(directive: string, values: readonly string[], target: number): string {
  switch (directive) {
    case "CapabilityBoundingSet":
      return boundingSet(values).join(" ");
    case "SystemCallFilter":
      return filter(values, target).join(" ");
    case "RestrictAddressFamilies":
      return assigned(values)
        .join(" ")
        .replace(/^none$/, "");
    case "IPAddressAllow":
    case "IPAddressDeny":
      return assigned(values).join(" ");
    default:
      return assigned(values).join(entries.has(directive) ? "\n" : " ");
  }
}

/** What is assigned after the last reset. */
function assigned(values: readonly string[]): readonly string[] {
  return values.slice(values.lastIndexOf("") + 1);
}

/** Inverted lines take away from all there is, unless others came before (config_parse_capability_set()). */
function boundingSet(values: readonly string[]): readonly string[] {
  let set = new Set<string>(capabilities);
  for (const value of values) {
    const names = value.replace(/^~/, "").split(" ");
    set = value === "" ? new Set() : new Set(combined(set, names, value.startsWith("~")));
  }
  return [...set];
}

/** An allow-list with its groups expanded; calls that are denied with an error of their own are not in it. */
function filter(values: readonly string[], target: number): readonly string[] {
  const { groups } = systemCallsOf(target);
  let set = new Set(groups.get("@default"));
  for (const value of assigned(values)) {
    const names = value
      .replace(/^~/, "")
      .split(" ")
      .flatMap((word) => [...(groups.get(word) ?? [word.replace(/:.*$/, "")])]);
    set = new Set(combined(set, names, value.startsWith("~")));
  }
  return [...set].sort();
}

function combined(
  set: ReadonlySet<string>,
  names: readonly string[],
  isInverted: boolean,
): readonly string[] {
  return isInverted ? [...set].filter((name) => !names.includes(name)) : [...set, ...names];
}

/**
 * Without the calls that are granted beside those that were seen: from systemd 255 on what libraries try first has to be
 * let through whatever the breadth (src/directives/syscall-grants.ts).
 */
export function seenCallsOnly(decisions: readonly Decision[]): readonly Decision[] {
  return decisions.map((decision) => {
    if (decision.decision !== "set" || decision.directive !== "SystemCallFilter") return decision;
    const seen = decision.grants.filter(({ origin }) => origin === "seen").map(({ value }) => value);
    return { ...decision, values: ["", ["@default", ...seen].join(" ")] };
  });
}
