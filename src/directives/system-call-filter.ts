import { compareText } from "../facts/set.js";
import type { Architecture } from "../facts/types.js";
import { set, setList, withhold, wrapWords } from "./decision.js";
import { byFilter } from "./guards.js";
import { grantSyscalls, type SyscallGrants } from "./syscall-grants.js";
import { nativeNames, systemCallsOf } from "./system-calls.js";
import type { Context, Decision, Directive, Grant } from "./types.js";
import { shippedList, ships } from "./vendor.js";

/** seccomp(2) filter of all calls; the first non-empty line makes it an allow-list (systemd.exec(5)). */
export const systemCallFilter: Directive = byFilter({
  names: ["SystemCallFilter", "SystemCallErrorNumber"],
  decide: (context) => {
    const used = context.facts.ofKind("syscall").some(({ result }) => result === "used");
    if (!used) {
      return [
        withhold("SystemCallFilter", "operator", "no system call was recorded, so none could be allowed."),
        withhold("SystemCallErrorNumber", "meaningless", "there is no filter."),
      ];
    }
    return [
      filter(context),
      set("SystemCallErrorNumber", "EPERM", "A refused call fails with EPERM; the service is not killed."),
    ];
  },
});

function filter(context: Context): Decision {
  const result = grantSyscalls(context);
  const { groups } = systemCallsOf(context.target);
  const written = result.grants.filter(({ value }) => groups.get("@default")?.has(value) !== true);
  const rounded = roundUp(context, written);
  const names = rounded?.words ?? written.map(({ value }) => value);
  const lines = [
    ...wrapWords(names.filter((name) => name.startsWith("@") || nativeNames.has(name))),
    ...wrapWords(names.filter((name) => !name.startsWith("@") && !nativeNames.has(name))),
    ...wrapWords(rounded?.removed ?? []).map((line) => `~${line}`),
    ...wrapWords(
      result.enosys.filter((name) => !isGranted(rounded, name)).map((name) => `${name}:ENOSYS`),
    ).map((line) => `~${line}`),
  ];
  // Only members of @default are needed: any name of it makes the list an allow-list.
  return setList(
    "SystemCallFilter",
    lines.some((line) => !line.startsWith("~")) ? lines : ["@default", ...lines],
    describe(result, context, names),
    [...result.grants, ...(rounded?.grants ?? [])].sort((a, b) => compareText(a.value, b.value)),
  );
}

function describe(
  { unknown, denied }: SyscallGrants,
  { breadth, posture, target }: Context,
  names: readonly string[],
): string {
  const isForeign = names.some((name) => !name.startsWith("@") && !nativeNames.has(name));
  const breadths = {
    exact: "Only the calls that were seen",
    portable:
      "The calls that were seen, those by which other libraries, kernels and architectures do the same, and those of error paths",
    group: "systemd's groups of the calls that were seen",
  };
  return [
    `${posture === "compatible" ? "What services usually call, and the groups of what was seen beside it" : breadths[breadth]}; what systemd always allows (@default) is not repeated.`,
    ...(isForeign ? ["Behind them the names of 32-bit architectures, which others ignore."] : []),
    ...(unknown.length === 0 ? [] : [`systemd ${target} cannot name and so refuses: ${unknown.join(" ")}.`]),
    ...(denied.length === 0 ? [] : [`Seen, but denied as the unit ships it: ${denied.join(" ")}.`]),
  ].join(" ");
}

interface Rounded {
  /** Groups, and names that no group of related calls has. */
  readonly words: readonly string[];
  /** Members of the groups that the unit as shipped denies. */
  readonly removed: readonly string[];
  /** What the groups add. */
  readonly grants: readonly Grant[];
}

/** No purpose in common: taking the whole of one would grant far more than was seen. */
const collections = new Set(["@default", "@known", "@obsolete", "@privileged", "@system-service"]);

/**
 * Replaces each name by the smallest group that has it. In posture `compatible`, whatever the breadth, behind the whole
 * of @system-service, which has what services usually call (systemd.exec(5)).
 */
function roundUp(context: Context, grants: readonly Grant[]): Rounded | undefined {
  const { target, unit, breadth, posture } = context;
  if (breadth !== "group" && posture !== "compatible") {
    return undefined;
  }
  const usual = posture === "compatible" ? ["@system-service"] : [];
  const { groups: allGroups, usable } = systemCallsOf(target);
  const groups = [...allGroups]
    .filter(([group]) => usual.includes(group) || !collections.has(group))
    .sort(
      ([a, x], [b, y]) =>
        Number(usual.includes(b)) - Number(usual.includes(a)) || x.size - y.size || compareText(a, b),
    );
  const chosen = new Map<string, Grant[]>(usual.map((group) => [group, []]));
  for (const grant of grants) {
    const group = groups.find(([, members]) => members.has(grant.value))?.[0] ?? grant.value;
    chosen.set(group, [...(chosen.get(group) ?? []), grant]);
  }
  const present = new Set(grants.map(({ value }) => value));
  const shipped = shippedList(unit, "SystemCallFilter");
  const added = groups
    .filter(([group]) => chosen.has(group))
    .flatMap(([group, members]) =>
      [...members]
        .filter((value) => usable.has(value) && !present.has(value))
        .map(
          (value): Grant => ({
            value,
            origin: "group",
            facts: (chosen.get(group) ?? []).flatMap(({ facts }) => facts),
          }),
        ),
    );
  return {
    words: [...chosen.keys()].sort(compareText),
    removed: added
      .map(({ value }) => value)
      .filter((value) => !ships(shipped, value))
      .sort(compareText),
    grants: [
      ...new Map(
        added.filter(({ value }) => ships(shipped, value)).map((grant) => [grant.value, grant]),
      ).values(),
    ],
  };
}

function isGranted(rounded: Rounded | undefined, name: string): boolean {
  return rounded?.grants.some(({ value }) => value === name) ?? false;
}

/** ABIs that a 64-bit kernel runs beside its own; other architectures in the facts are native elsewhere. */
const secondaryAbis: ReadonlySet<Architecture> = new Set(["x86", "x32", "arm"]);

/** Those that a kernel of this architecture can run beside its own. */
export function secondaryAbisOf(architecture: Architecture): readonly Architecture[] {
  return { "x86-64": ["x86", "x32"] as const, arm64: ["arm"] as const, other: [] }[
    architecture === "x86-64" || architecture === "arm64" ? architecture : "other"
  ];
}

/** Secondary ABIs of a kernel; the native one is always allowed (seccomp_restrict_archs()). */
export const systemCallArchitectures: Directive = byFilter({
  names: ["SystemCallArchitectures"],
  decide: ({ facts, host }) => {
    const name = "SystemCallArchitectures";
    const syscalls = facts.ofKind("syscall");
    const natives = host.natives ?? [host.architecture];
    const foreign = [...new Set(syscalls.map(({ architecture }) => architecture))]
      .filter((architecture) => !natives.includes(architecture) && secondaryAbis.has(architecture))
      .sort(compareText);
    const grants = foreign.map(
      (value): Grant => ({
        value,
        origin: "seen",
        facts: syscalls.filter(({ architecture }) => architecture === value),
      }),
    );
    const why = foreign.length === 0 ? "Only native programs run." : "Programs of these architectures run.";
    return [setList(name, [["native", ...foreign].join(" ")], why, grants)];
  },
});
