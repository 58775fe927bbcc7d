/** Conditions that hold for whole classes of directives. */
import type { ElevationFact, Fact } from "../facts/types.js";
import type { Unit } from "../host/types.js";
import { insist, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import { callsTo } from "./evidence.js";
import type { Context, Decision, Directive } from "./types.js";
import { shippedList, shippedPaths, shippedValue, ships } from "./vendor.js";

/** From this version on a filter of a service with User= no longer implies NoNewPrivileges=yes (exec_invoke()). */
const filterWithoutNoNewPrivileges = 255;

/** Booleans that install a seccomp filter (context_has_seccomp() in src/core/execute.c). */
const filteringBooleans = [
  "LockPersonality",
  "MemoryDenyWriteExecute",
  "PrivateDevices",
  "ProtectClock",
  "ProtectHostname",
  "ProtectKernelTunables",
  "ProtectKernelModules",
  "ProtectKernelLogs",
  "RestrictRealtime",
  "RestrictSUIDSGID",
];

/** Booleans and enumerations that give the service a mount namespace (exec_needs_mount_namespace()). */
const mountingValues = [
  "PrivateTmp",
  "PrivateDevices",
  "PrivateMounts",
  "ProtectSystem",
  "ProtectHome",
  "ProtectKernelTunables",
  "ProtectKernelModules",
  "ProtectKernelLogs",
  "ProtectControlGroups",
];

const mountingPaths = ["ReadWritePaths", "ReadOnlyPaths", "InaccessiblePaths", "ExecPaths", "NoExecPaths"];

/** Successful calls that change mounts and may be meant for the whole host. */
const mountCalls = new Set(["mount", "umount", "umount2", "move_mount", "mount_setattr", "pivot_root"]);

export function isRoot({ unit }: Pick<Context, "unit">): boolean {
  return !unit.dynamicUser && ["", "root", "0"].includes(unit.user);
}

/**
 * Whether systemd is without CAP_SYS_ADMIN when it installs filters, which on versions before 255 implies
 * NoNewPrivileges=yes: User= is another user and no ambient capability brings it back.
 */
function filtersUnprivileged(context: Pick<Context, "unit">): boolean {
  return !isRoot(context) && !context.unit.ambientCapabilities.some((name) => /^cap_sys_admin$/i.test(name));
}

/** Whether a filter of the unit, also one that only logs, brings NoNewPrivileges=yes with it. Tried on systemd 252 and 257. */
export function filtersImplyNoNewPrivileges(context: Pick<Context, "unit" | "target">): boolean {
  return context.target < filterWithoutNoNewPrivileges && !isRoot(context);
}

/** What systemd calls to drop its privileges behind the filter (seccomp_allows_drop_privileges()). */
export const privilegeDroppingCalls: readonly string[] = ["capget", "capset", "prctl"];

/** Whether NoNewPrivileges=yes holds for the unit as it is shipped, by itself or implied. */
export function shipsNoNewPrivileges(context: Pick<Context, "unit" | "target">): boolean {
  const { unit, target } = context;
  if (shippedValue(unit, "NoNewPrivileges") === "yes") {
    return true;
  }
  if (!filtersUnprivileged(context)) {
    return false;
  }
  const calls = shippedList(unit, "SystemCallFilter");
  if (target >= filterWithoutNoNewPrivileges) {
    return !privilegeDroppingCalls.every((name) => ships(calls, name));
  }
  return (
    calls !== undefined ||
    filteringBooleans.some((name) => shippedValue(unit, name) !== "no") ||
    (unit.properties["SystemCallArchitectures"] ?? "") !== "" ||
    shippedList(unit, "RestrictAddressFamilies") !== undefined ||
    !["", "no"].includes(unit.properties["RestrictNamespaces"] ?? "")
  );
}

/** Programs that gain rights and must go on doing so; none where the unit as shipped prevents it anyway. */
export function elevations(context: Context): readonly ElevationFact[] {
  return shipsNoNewPrivileges(context) ? [] : context.facts.ofKind("elevation");
}

/** Whether systemd must be able to drop its privileges after the filter, for want of NoNewPrivileges=. */
export function dropsPrivilegesBehindFilter(context: Context): boolean {
  return (
    context.manager === "system" &&
    context.target >= filterWithoutNoNewPrivileges &&
    filtersUnprivileged(context) &&
    elevations(context).length > 0
  );
}

/** A directive that works by a seccomp filter, which on some systemd takes away the right to elevate. */
export function byFilter(directive: Directive): Directive {
  return guard(directive, (context) => {
    const { target, manager } = context;
    const facts = elevations(context);
    if (manager === "user" && facts.length > 0) {
      const why = `the service ${describeFacts(facts)}, and any filter of the user manager implies NoNewPrivileges=yes.`;
      return { reason: "unsafe", why, facts };
    }
    return target < filterWithoutNoNewPrivileges && facts.length > 0 && filtersUnprivileged(context)
      ? {
          reason: "unsafe",
          why: `the service ${describeFacts(facts)}, and on systemd ${target} any filter of a service with User= implies NoNewPrivileges=yes; from ${filterWithoutNoNewPrivileges} on it does not.`,
          facts,
        }
      : undefined;
  });
}

/** Whether a setting of the unit gives it a mount namespace of its own. */
export function hasMountNamespace(unit: Unit): boolean {
  return (
    mountingValues.some((name) => shippedValue(unit, name) !== "no") ||
    mountingPaths.some((name) => shippedPaths(unit, name).length > 0)
  );
}

/** A directive that gives the service a mount namespace, from which mounts do not reach the host. */
export function byMountNamespace(directive: Directive): Directive {
  return guard(directive, (context) => {
    const { unit, facts } = context;
    const calls = callsTo(context, mountCalls);
    if (calls.length === 0 || hasMountNamespace(unit)) {
      return undefined;
    }
    const own = facts.ofKind("namespace").filter(({ type }) => type === "mnt" || type === "any");
    const text = `the service ${describeFacts(calls)}, and in a mount namespace that would not reach the host`;
    return own.length === 0
      ? { reason: "unsafe", why: `${text}.`, facts: calls }
      : {
          reason: "operator",
          why: `${text}; it also ${describeFacts(own)}, so perhaps it mounts only there.`,
          facts: [...calls, ...own],
        };
  });
}

interface Objection {
  readonly reason: "unsafe" | "operator";
  readonly why: string;
  readonly facts: readonly Fact[];
}

/** Withholds what `directive` would set while there is an objection; the operator is shown the lines. */
function guard(directive: Directive, objectionTo: (context: Context) => Objection | undefined): Directive {
  const check = (decision: Decision, objection: Objection | undefined): Decision => {
    if (decision.decision === "withheld" || objection === undefined) {
      return decision;
    }
    const { reason, why, facts } = objection;
    const advice = reason === "operator" ? [insist(decision.directive, decision.values)] : [];
    return withhold(decision.directive, reason, why, facts, advice);
  };
  return {
    ...directive,
    decide: (context) => {
      const objection = objectionTo(context);
      return directive.decide(context).map((decision) => check(decision, objection));
    },
  };
}
