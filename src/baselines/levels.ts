/** How tight the directives are whose values have an order, as they hold for a unit in the end. */
import { hasMountNamespace, shipsNoNewPrivileges } from "../directives/guards.js";
import { shippedValue, strengthsOf } from "../directives/vendor.js";
import type { Unit } from "../host/types.js";
import type { Frame } from "./members.js";

/** From the weakest to the strongest; others are in src/directives/vendor.ts. */
const more: Readonly<Record<string, readonly string[]>> = {
  DevicePolicy: ["auto", "closed", "strict"],
  KeyringMode: ["inherit", "shared", "private"],
  // From the most senders of messages to the fewest (systemd.service(5)).
  NotifyAccess: ["all", "exec", "main", "none"],
};

/** Limits that are either there or not: between them lies how much, not what (setrlimit(2)). */
const limits: Readonly<Record<string, string>> = { LimitFSIZE: "0", LimitNPROC: "1" };

/** Two names of one value. */
const same: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  PrivateUsers: { self: "yes" },
};

export interface Level {
  readonly value: string;
  /** From 0, which restricts nothing. */
  readonly rank: number;
  /** All values, the weakest first. */
  readonly order: readonly string[];
}

/** The level of `directive` in `unit`; undefined for a directive without an order, or a value that is not known. */
export function levelOf(directive: string, unit: Unit, { target }: Frame): Level | undefined {
  const tightest = limits[directive];
  if (tightest !== undefined) {
    const value = unit.properties[directive] ?? "infinity";
    return { value, rank: value === tightest ? 1 : 0, order: ["infinity", tightest] };
  }
  const order = more[directive] ?? strengthsOf(directive);
  if (order === undefined) return undefined;
  const value = effective(directive, unit, target, order);
  const rank = order.indexOf(same[directive]?.[value] ?? value);
  return rank < 0 ? undefined : { value, rank, order };
}

function effective(directive: string, unit: Unit, target: number, order: readonly string[]): string {
  switch (directive) {
    case "NoNewPrivileges":
      return shipsNoNewPrivileges({ unit, target }) ? "yes" : "no";
    case "PrivateMounts":
      return hasMountNamespace(unit) ? "yes" : "no";
    case "NotifyAccess":
      return unit.properties[directive] ?? (unit.type.startsWith("notify") ? "main" : "none");
    case "KeyringMode":
      return unit.properties[directive] ?? "private";
    case "DevicePolicy":
      return devicePolicy(unit);
    default:
      return order === strengthsOf(directive)
        ? shippedValue(unit, directive)
        : (unit.properties[directive] ?? order[0] ?? "");
  }
}

/** `auto` with an entry allows what `closed` does (bpf_devices_apply_policy() in src/core/cgroup.c). */
function devicePolicy({ properties }: Unit): string {
  const policy = properties["DevicePolicy"] ?? "auto";
  return policy === "auto" && (properties["DeviceAllow"] ?? "") !== "" ? "closed" : policy;
}
