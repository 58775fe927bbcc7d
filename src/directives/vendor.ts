/** What the unit ships, as `systemctl show` says; a drop-in must not weaken it. */
import type { Unit } from "../host/types.js";
import { withhold, type WithheldDecision } from "./decision.js";
import type { Decision } from "./types.js";

const yesNo = ["no", "yes"];

/** Values from the weakest (the default) to the strongest. */
const strengths: Readonly<Record<string, readonly string[]>> = {
  NoNewPrivileges: yesNo,
  RestrictSUIDSGID: yesNo,
  ProtectSystem: ["no", "yes", "full", "strict"],
  ProtectHome: ["no", "read-only", "tmpfs", "yes"],
  PrivateTmp: ["no", "yes", "disconnected"],
  PrivateDevices: yesNo,
  PrivateMounts: yesNo,
  PrivateNetwork: yesNo,
  ProtectKernelTunables: yesNo,
  ProtectKernelModules: yesNo,
  ProtectKernelLogs: yesNo,
  ProtectControlGroups: ["no", "yes", "private", "strict"],
  ProtectClock: yesNo,
  ProtectHostname: ["no", "private", "yes"],
  ProtectProc: ["default", "noaccess", "invisible", "ptraceable"],
  ProcSubset: ["all", "pid"],
  PrivateUsers: ["no", "full", "managed", "identity", "self", "yes"],
  PrivateIPC: yesNo,
  PrivatePIDs: yesNo,
  PrivateBPF: yesNo,
  RemoveIPC: yesNo,
  RestrictRealtime: yesNo,
  LockPersonality: yesNo,
  MemoryDenyWriteExecute: yesNo,
};

/** What newer systemd reports in place of the values above (`systemctl show`, properties with `Ex`; tried on 257). */
const synonyms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  PrivateTmp: { connected: "yes" },
};

/** Values of a boolean or enumerated directive from the weakest to the strongest; undefined for what has no such order. */
export function strengthsOf(directive: string): readonly string[] | undefined {
  return Object.hasOwn(strengths, directive) ? strengths[directive] : undefined;
}

/** What DynamicUser=yes implies whatever else is written (systemd.exec(5)); `systemctl show` may not say it. */
const dynamicUserValues: Readonly<Record<string, string>> = {
  NoNewPrivileges: "yes",
  RestrictSUIDSGID: "yes",
  ProtectSystem: "strict",
  ProtectHome: "read-only",
  PrivateTmp: "yes",
  RemoveIPC: "yes",
};

function strength(directive: string, value: string): number {
  return Object.hasOwn(strengths, directive) ? (strengths[directive]?.indexOf(value) ?? -1) : -1;
}

/**
 * The value of a boolean or enumerated directive in the unit as shipped, its weakest (mostly `no`) when it sets none.
 * Newer systemd reports values of what once were booleans in a second property with `Ex` behind its name; the first one
 * then says `yes` for all of them.
 */
export function shippedValue(unit: Unit, directive: string): string {
  const shown = unit.properties[`${directive}Ex`] ?? unit.properties[directive] ?? "no";
  const candidates = [
    strengths[directive]?.[0] ?? "no",
    synonyms[directive]?.[shown] ?? shown,
    unit.dynamicUser ? (dynamicUserValues[directive] ?? "no") : "no",
  ];
  return candidates.reduce((best, value) =>
    strength(directive, value) > strength(directive, best) ? value : best,
  );
}

function weakest(directive: string): string | undefined {
  return Object.hasOwn(strengths, directive) ? strengths[directive]?.[0] : undefined;
}

/**
 * Whether `b` is stronger (positive), weaker (negative) or the same (0) as `a`, of a boolean or enumerated directive as
 * `systemctl show` prints it; empty is the default. undefined: the directive has no such order, or not these values.
 */
export function compareStrength(directive: string, a: string, b: string): number | undefined {
  const name = directive.replace(/Ex$/, "");
  const [from, to] = [a, b].map((value) => strength(name, value === "" ? (weakest(name) ?? "") : value));
  return from === undefined || to === undefined || from < 0 || to < 0 ? undefined : to - from;
}

/** The stronger of two values of an ordered directive. */
export function strongest(directive: string, a: string, b: string): string {
  return strength(directive, b) > strength(directive, a) ? b : a;
}

/**
 * Withholds a value weaker than the shipped one: the service is known to work under that one, and that it was seen
 * doing what it denies does not show that it has to.
 */
export function keepShipped(decision: Decision, unit: Unit): Decision {
  const shipped = shippedValue(unit, decision.directive);
  if (strength(decision.directive, shipped) <= 0) {
    return decision;
  }
  const kept = `kept as the unit ships it, ${decision.directive}=${shipped}`;
  if (decision.decision === "withheld") {
    return keepWithheld(decision, shipped, kept);
  }
  const value = decision.values.at(-1) ?? "";
  return strength(decision.directive, value) >= strength(decision.directive, shipped)
    ? decision
    : withhold(decision.directive, "unsafe", `${kept}; for what was seen ${value} would do: ${decision.why}`);
}

/** There is nothing left to decide for an operator but values that are stronger than the shipped one. */
function keepWithheld(decision: WithheldDecision, shipped: string, kept: string): Decision {
  const { directive, facts } = decision;
  const why = `${kept}, although ${decision.why}`;
  const isStronger = (line: string): boolean =>
    line.startsWith(`${directive}=`) &&
    strength(directive, line.slice(directive.length + 1)) > strength(directive, shipped);
  const advice = (decision.advice ?? []).filter(({ lines }) => lines.some(isStronger));
  const reason = decision.reason === "operator" && advice.length === 0 ? "meaningless" : decision.reason;
  return withhold(directive, reason, why, facts, advice);
}

/** An allow-list or, with `denied`, a deny-list as `systemctl show` prints it; undefined when the unit has none. */
export interface ShippedList {
  readonly denied: boolean;
  readonly names: ReadonlySet<string>;
  /** Denied ones that answer ENOSYS, on which libraries fall back. */
  readonly enosys: ReadonlySet<string>;
}

/**
 * Reads SystemCallFilter= and RestrictAddressFamilies=; entries with `:ERRNO` are denied ones. `~` alone means no
 * restriction, an empty RestrictAddressFamilies= the value `none`; an allow-list of calls is never empty.
 */
export function shippedList(unit: Unit, directive: string): ShippedList | undefined {
  return parseList(directive, unit.properties[directive]?.trim() ?? "~");
}

/** The same of the text of a property. */
export function parseList(directive: string, text: string): ShippedList | undefined {
  const denied = text.startsWith("~");
  const words = text
    .slice(denied ? 1 : 0)
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0 && (denied || directive === "SystemCallFilter")) {
    return undefined;
  }
  return {
    denied,
    enosys: new Set(
      words.filter((word) => /:(ENOSYS|38)$/.test(word)).map((word) => word.replace(/:.*$/, "")),
    ),
    names: new Set(
      denied ? words.map((word) => word.replace(/:.*$/, "")) : words.filter((word) => !word.includes(":")),
    ),
  };
}

/** Whether the unit as shipped lets `name` through. */
export function ships(list: ShippedList | undefined, name: string): boolean {
  return list === undefined || list.names.has(name) !== list.denied;
}

/** Paths of a list property such as ReadWritePaths=, unquoted and without their `-` and `+` prefixes. */
export function shippedPaths(unit: Unit, directive: string): readonly string[] {
  return splitWords(unit.properties[directive] ?? "").filter((path) => path.startsWith("/"));
}

/** The words of a list of paths, unquoted and without their `-` and `+` prefixes. */
export function splitWords(text: string): readonly string[] {
  const words = text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  return words
    .map((word) => (word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, "$1") : word))
    .map((word) => word.replace(/^-?\+?/, ""));
}
