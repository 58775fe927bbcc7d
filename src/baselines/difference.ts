/** One directive in two units that differ in nothing but their sandbox: which of the two lets more through, and what. */
import { resolvePath } from "../host/files.js";
import { shippedPaths } from "../directives/vendor.js";
import type { Unit } from "../host/types.js";
import { type Level, levelOf } from "./levels.js";
import { type Frame, type Membership, memberships } from "./members.js";
import { type Places, placesOf } from "./places.js";

/** How the first unit stands to the second. `other`: each lets something through that the other does not. */
export type Relation = "same" | "looser" | "tighter" | "other";

export interface Difference {
  /** The directive that names it; lists that work together are one. */
  readonly directive: string;
  readonly relation: Relation;
  /** `level`: its values have an order; `list`: it has members. */
  readonly form: "level" | "list";
  /** What the first unit lets through and the second does not, and the reverse: members, or the levels that one lacks. */
  readonly opens: readonly string[];
  readonly closes: readonly string[];
}

/** A unit with what follows from it, to be asked often. */
export interface Sandbox {
  readonly unit: Unit;
  readonly frame: Frame;
  readonly places: Places;
}

export function sandboxOf(unit: Unit, frame: Frame): Sandbox {
  return { unit, frame, places: placesOf(unit, frame.host) };
}

/** Directives whose values have an order, in the order in which they are told. */
const levels = [
  "NoNewPrivileges",
  "RestrictSUIDSGID",
  "PrivateUsers",
  "KeyringMode",
  "ProtectSystem",
  "ProtectHome",
  "PrivateTmp",
  "PrivateDevices",
  "DevicePolicy",
  "PrivateMounts",
  "ProtectKernelTunables",
  "ProtectKernelModules",
  "ProtectKernelLogs",
  "ProtectControlGroups",
  "ProtectClock",
  "ProtectHostname",
  "PrivateBPF",
  "ProtectProc",
  "ProcSubset",
  "PrivatePIDs",
  "PrivateIPC",
  "RemoveIPC",
  "NotifyAccess",
  "RestrictRealtime",
  "LockPersonality",
  "MemoryDenyWriteExecute",
  "LimitNPROC",
  "LimitFSIZE",
  "PrivateNetwork",
];

/** Lists of paths: the question they answer, and where it is asked. */
const paths: readonly {
  readonly names: readonly string[];
  readonly question: keyof Places;
  readonly listed: readonly string[];
}[] = [
  { names: ["ReadWritePaths"], question: "writable", listed: ["ReadWritePaths"] },
  { names: ["ReadOnlyPaths"], question: "writable", listed: ["ReadOnlyPaths"] },
  { names: ["InaccessiblePaths"], question: "visible", listed: ["InaccessiblePaths"] },
  { names: ["NoExecPaths", "ExecPaths"], question: "executable", listed: ["NoExecPaths", "ExecPaths"] },
];

/** What is compared; whatever else confines a unit is named apart. */
export const comparedDirectives: ReadonlySet<string> = new Set([
  ...levels,
  ...paths.flatMap(({ names }) => names),
  ...memberships.flatMap(({ names }) => names),
]);

/** The directives that work together with the one that names them, itself first. */
export function togetherWith(directive: string): readonly string[] {
  const lists = [...paths, ...memberships].map(({ names }) => names);
  return lists.find(([first]) => first === directive) ?? [directive];
}

/** Every directive that can be compared. Pure. */
export function differences(first: Sandbox, second: Sandbox): readonly Difference[] {
  return [
    ...levels.flatMap((directive) => levelDifference(directive, first, second)),
    ...paths.map((list) => pathDifference(list, first, second)),
    ...memberships.map((membership) => memberDifference(membership, first, second)),
  ];
}

function levelDifference(directive: string, first: Sandbox, second: Sandbox): Difference[] {
  const [a, b] = [first, second].map(({ unit, frame }) => levelOf(directive, unit, frame));
  if (a === undefined || b === undefined) return [];
  const between = (low: Level, high: Level) => high.order.slice(low.rank + 1, high.rank + 1);
  return [differenceOf(directive, "level", between(a, b), between(b, a))];
}

function pathDifference(
  { names, question, listed }: (typeof paths)[number],
  first: Sandbox,
  second: Sandbox,
): Difference {
  const asked = new Set(
    [first, second].flatMap(({ unit, frame }) =>
      listed.flatMap((name) =>
        shippedPaths(unit, name).map((entry) => resolvePath(frame.host.files, entry.replace(/:.*$/, ""))),
      ),
    ),
  );
  return listDifference(names, [...asked].sort(), first.places[question], second.places[question]);
}

function memberDifference({ names, members, lets }: Membership, first: Sandbox, second: Sandbox): Difference {
  const all = members([first.unit, second.unit], first.frame);
  return listDifference(names, all, lets(first.unit, first.frame), lets(second.unit, second.frame));
}

type Question = (member: string) => boolean;

function listDifference(
  [directive = ""]: readonly string[],
  members: readonly string[],
  first: Question,
  second: Question,
): Difference {
  const opens = members.filter((member) => first(member) && !second(member));
  const closes = members.filter((member) => !first(member) && second(member));
  return differenceOf(directive, "list", opens, closes);
}

function differenceOf(
  directive: string,
  form: Difference["form"],
  opens: readonly string[],
  closes: readonly string[],
): Difference {
  const less = closes.length === 0 ? "same" : "tighter";
  const more = closes.length === 0 ? "looser" : "other";
  return { directive, form, relation: opens.length === 0 ? less : more, opens, closes };
}
