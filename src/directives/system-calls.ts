/** systemd's system call groups for one version, flat, from the generated table. */
import { groupChanges, unresolvedNames, x86Names } from "./syscall-groups.js";

export interface SystemCalls {
  /** Group name with `@` to all its members, nested groups expanded. */
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  /** Names that this systemd can put into a filter without a warning. */
  readonly usable: ReadonlySet<string>;
}

const versions = Object.keys(groupChanges)
  .map(Number)
  .sort((a, b) => a - b);

const words = (text: string) => text.split(" ").filter((word) => word !== "");

/** Names of x86-64; those of other architectures only (`fstat64`, `clock_gettime64` …) are missing. */
export const nativeNames: ReadonlySet<string> = new Set(words(x86Names));

const cache = new Map<number, SystemCalls>();

/** The groups of the newest known version that is not newer than `target` (else of the oldest known). */
export function systemCallsOf(target: number): SystemCalls {
  const version = versions.findLast((known) => known <= target) ?? versions[0] ?? target;
  const cached = cache.get(version);
  if (cached !== undefined) {
    return cached;
  }
  const groups = flatten(groupsAt(version));
  const unresolved = new Set(words(unresolvedNames[version] ?? ""));
  const usable = new Set([...(groups.get("@known") ?? [])].filter((name) => !unresolved.has(name)));
  const systemCalls = { groups, usable };
  cache.set(version, systemCalls);
  return systemCalls;
}

function groupsAt(version: number): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const step of versions.filter((known) => known <= version)) {
    for (const [group, change] of Object.entries(groupChanges[step] ?? {})) {
      const members = groups.get(group) ?? new Set();
      groups.set(group, members);
      for (const word of words(change)) {
        if (word.startsWith("-")) {
          members.delete(word.slice(1));
        } else {
          members.add(word);
        }
      }
    }
  }
  return groups;
}

function flatten(groups: ReadonlyMap<string, ReadonlySet<string>>): Map<string, ReadonlySet<string>> {
  const expand = (group: string): string[] =>
    [...(groups.get(group) ?? [])].flatMap((member) => (member.startsWith("@") ? expand(member) : [member]));
  return new Map([...groups.keys()].map((group) => [group, new Set(expand(group))]));
}
