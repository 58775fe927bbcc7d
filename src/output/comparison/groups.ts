/** What says the same several times over is told once: thirty calls of one helper must not bury a raw socket. */
import type { Growth, Severity } from "../../comparison/types.js";
import type { Witness } from "../../explain/types.js";
import type { Fact } from "../../facts/types.js";
import { classOf, countOf, type FactClass } from "./classes.js";

/** A privilege that is told: growth, or what a ceiling forbids. */
export interface Item extends Witness {
  readonly severity: Severity;
  readonly gain: string;
}

export interface Group<T extends Item> {
  readonly severity: Severity;
  readonly of: FactClass;
  readonly first: T;
  /** All of them, the first too. */
  readonly members: readonly T[];
}

/**
 * Together: of one severity and class, by one process, and alike in what `key` says. What is of high severity must also
 * give an attacker the same.
 *
 * @returns in the order of their first members.
 */
export function group<T extends Item>(items: readonly T[], key: (item: T) => unknown): Group<T>[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const { severity, fact, evidence, gain } = item;
    const name = JSON.stringify([
      severity,
      classOf(fact),
      evidence?.process ?? null,
      severity === "high" ? gain : "",
      key(item),
    ]);
    const members = groups.get(name);
    if (members === undefined) {
      groups.set(name, [item]);
    } else {
      members.push(item);
    }
  }
  return [...groups.values()].map((members) => ({
    severity: members[0].severity,
    of: classOf(members[0].fact),
    first: members[0],
    members,
  }));
}

/** Growth is alike when the same directives change by it, and when the baseline knew of it or not. */
export function groupGrowth(growth: readonly Growth[]): Group<Growth>[] {
  return group(growth, ({ settings, before }) => [
    settings.map(({ directive }) => directive),
    before !== null,
  ]);
}

/**
 * `calls ptrace`; or of several `3 system calls: calls ptrace, bpf, kexec_load`. What a service chose is in it as it is.
 *
 * @param shown at most this many by name.
 */
export function groupText({ of, members }: Pick<Group<Item>, "of" | "members">, shown: number): string {
  const texts = [...new Set(members.map(({ text }) => text))];
  const [only = ""] = texts;
  return texts.length === 1 ? only : `${countOf(texts.length, of)}: ${enumerate(texts, shown)}`;
}

/** A verb that all begin with is said once. */
function enumerate(texts: readonly string[], shown: number): string {
  const [verb = ""] = (texts[0] ?? "").split(" ");
  const shared = texts.every((text) => text.startsWith(`${verb} `));
  const items = texts.slice(0, shown).map((text) => (shared ? text.slice(verb.length + 1) : text));
  const rest = texts.length - items.length;
  return `${shared ? `${verb} ` : ""}${items.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** What an attacker gains by the members; of many different answers the first, and how many more. */
export function groupGains({ members }: Pick<Group<Item>, "members">, shown: number): string[] {
  const gains = [...new Set(members.map(({ gain }) => gain).filter((gain) => gain !== ""))];
  const rest = gains.length - shown;
  return [...gains.slice(0, shown), ...(rest > 0 ? [`… and ${rest} more`] : [])];
}

/** `12 system calls, 1 path written`: the largest class first, equal ones by name. */
export function countByClass(facts: readonly Fact[]): string {
  const counts = new Map<FactClass, number>();
  for (const fact of facts) {
    const of = classOf(fact);
    counts.set(of, (counts.get(of) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([of, number]) => countOf(number, of))
    .join(", ");
}
