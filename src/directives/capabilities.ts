import { type Capability, capabilities } from "../facts/names.js";
import { isOptional, keptByCapset } from "../facts/optional.js";
import type { CapabilityFact, ElevationFact } from "../facts/types.js";
import { set, setList, withhold, wrapWords } from "./decision.js";
import { describeFacts } from "./describe.js";
import { permittedByFile } from "./file-capabilities.js";
import { elevations, isRoot } from "./guards.js";
import type { Advice, Context, Decision, Directive, Grant } from "./types.js";

const name = "CapabilityBoundingSet";

/**
 * The bounding set limits what execve(2) can give: to root, to ambient capabilities and to setuid programs. The empty
 * assignment alone means no capability at all; every further line adds to it (systemd.exec(5)).
 */
export const capabilityBoundingSet: Directive = {
  names: [name],
  decide: (context) => {
    const byFile = elevations(context).filter(({ by }) => by === "file-capabilities");
    const inherited = new Map(byFile.map((fact) => [fact, permittedBy(context, fact)]));
    const grants = withoutImplied(context, grantsOf(context, inherited));
    const values = grants.map(({ value }) => value);
    const unknown = byFile.filter((fact) => inherited.get(fact) === undefined);
    if (unknown.length > 0) {
      // execve(2): EPERM when the effective bit is set and the process cannot get every capability of the file.
      const why = `the service ${describeFacts(unknown)}, and execve fails unless the set holds every capability that getcap shows of it.`;
      const lines = [`${name}=`, `${name}=${[...values, "(and those of getcap)"].join(" ")}`];
      return [withhold(name, "operator", why, unknown, [{ text: "To set it all the same:", lines }])];
    }
    if (context.posture === "compatible") {
      return [withoutAdministration(context, values)];
    }
    const why = values.length === 0 ? "No capability was needed." : "The capabilities that were needed.";
    const decision = setList(name, wrapWords(values), why, grants);
    const advice = [...lesser(context, grants), ...greater(context, grants)];
    return [advice.length === 0 ? decision : { ...decision, advice }];
  },
};

/** For administering the machine rather than serving; what was not used of them no missed path of a service needs. */
const administration: readonly Capability[] = [
  "CAP_LINUX_IMMUTABLE",
  "CAP_SYS_MODULE",
  "CAP_SYS_RAWIO",
  "CAP_SYS_PACCT",
  "CAP_SYS_ADMIN",
  "CAP_SYS_BOOT",
  "CAP_SYS_TIME",
  "CAP_SYS_TTY_CONFIG",
  "CAP_MKNOD",
  "CAP_AUDIT_CONTROL",
  "CAP_MAC_OVERRIDE",
  "CAP_MAC_ADMIN",
  "CAP_SYSLOG",
  "CAP_WAKE_ALARM",
  "CAP_BLOCK_SUSPEND",
  "CAP_AUDIT_READ",
  "CAP_PERFMON",
  "CAP_BPF",
  "CAP_CHECKPOINT_RESTORE",
];

/** Inverted lines take away from what the unit ships, or from everything (config_parse_capability_set()). */
function withoutAdministration(context: Context, needed: readonly string[]): Decision {
  const unused = administration.filter(
    (capability) => !needed.includes(capability) && usesOf(context, capability).length === 0,
  );
  const why = "All but what administers the machine and was not used.";
  return unused.length === 0
    ? withhold(name, "unsafe", "the service uses all that administers the machine.")
    : {
        ...set(name, "", why),
        values: wrapWords(unused).map((line) => `~${line}`),
      };
}

/** What getcap said of the program; undefined when it was not asked or its answer is not understood. */
function permittedBy({ host }: Context, { path }: ElevationFact): readonly Capability[] | undefined {
  const text = host.files[path]?.capabilities ?? "";
  return text === "" ? undefined : permittedByFile(text);
}

/**
 * Needed capabilities, those of programs with file capabilities, and the ambient ones that the unit keeps, in their
 * kernel order, within what the unit ships.
 */
function grantsOf(
  context: Context,
  inherited: ReadonlyMap<ElevationFact, readonly Capability[] | undefined>,
): Grant[] {
  const ambient = ambientOf(context);
  const shipped = shippedBoundingSet(context);
  return capabilities.flatMap((capability): Grant[] => {
    const uses = usesOf(context, capability).filter(({ operation }) => !isOptional(operation));
    const programs = [...inherited].filter(([, list]) => list?.includes(capability)).map(([fact]) => fact);
    const because = [...uses, ...programs];
    const kept = ambient.includes(capability);
    if ((because.length === 0 && !kept) || !shipped(capability)) {
      return [];
    }
    return [{ value: capability, origin: because.length > 0 ? "seen" : "required", facts: because }];
  });
}

function usesOf({ facts }: Context, capability: string): CapabilityFact[] {
  return facts.ofKind("capability").filter((fact) => fact.capability === capability);
}

function ambientOf(context: Context): string[] {
  return isRoot(context) ? [] : context.unit.ambientCapabilities.map((one) => one.toUpperCase());
}

/**
 * CAP_DAC_OVERRIDE also allows all reading and searching that CAP_DAC_READ_SEARCH does (generic_permission, fs/namei.c),
 * unless a process has given it up and kept the other.
 */
function withoutImplied(context: Context, grants: Grant[]): Grant[] {
  const has = (capability: string): boolean => grants.some(({ value }) => value === capability);
  const reads = usesOf(context, "CAP_DAC_READ_SEARCH");
  const isImplied =
    has("CAP_DAC_OVERRIDE") &&
    !has("CAP_SETPCAP") &&
    !ambientOf(context).includes("CAP_DAC_READ_SEARCH") &&
    !grants.some(
      ({ value, facts }) => value === "CAP_DAC_READ_SEARCH" && facts.some(({ kind }) => kind === "elevation"),
    ) &&
    !reads.some(({ operation }) => operation === keptByCapset || operation === "open_by_handle_at");
  return isImplied ? grants.filter(({ value }) => value !== "CAP_DAC_READ_SEARCH") : grants;
}

/** What was only kept: a program that asks first what it has does without. */
function lesser(context: Context, grants: readonly Grant[]): Advice[] {
  const kept = grants
    .map(({ value }) => value)
    .filter((value) => {
      const uses = usesOf(context, value);
      return uses.length > 0 && uses.every(({ operation }) => operation === keptByCapset);
    });
  if (kept.length === 0) {
    return [];
  }
  const rest = grants.map(({ value }) => value).filter((value) => !kept.includes(value));
  return [
    {
      text: `${kept.join(" ")}: kept by capset and never used; without it the service fails, unless it looks first what it has. Then:`,
      lines: [`${name}=`, ...wrapWords(rest).map((line) => `${name}=${line}`)],
    },
  ];
}

/** What programs usually do without, and was not granted for that. */
function greater(context: Context, grants: readonly Grant[]): Advice[] {
  const shipped = shippedBoundingSet(context);
  return capabilities.flatMap((capability) => {
    const uses = usesOf(context, capability);
    if (uses.length === 0 || !shipped(capability) || grants.some(({ value }) => value === capability)) {
      return [];
    }
    if (capability === "CAP_DAC_READ_SEARCH" && !uses.every(({ operation }) => isOptional(operation))) {
      return [];
    }
    const operations = [...new Set(uses.map(({ operation }) => operation))];
    return [
      {
        text: `${capability} was used for ${operations.slice(0, 2).join(", ")}${operations.length > 2 ? " …" : ""}, which programs usually do without. If this one does not:`,
        lines: [`${name}=${capability}`],
      },
    ];
  });
}

/**
 * Which capabilities the unit as shipped may have. `systemctl show` prints the whole set in lower case; without the
 * property nothing is excluded.
 */
export function shippedBoundingSet({ unit }: Pick<Context, "unit">): (capability: Capability) => boolean {
  const property = unit.properties[name];
  if (property === undefined) {
    return () => true;
  }
  const names = new Set(property.toUpperCase().split(/\s+/));
  return (capability) => names.has(capability);
}
