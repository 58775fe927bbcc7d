/** What a wider choice lets through beyond what was seen. */
import { decide } from "../directives/index.js";
import { systemCallsOf } from "../directives/system-calls.js";
import { type Breadth, breadths, type Context, type Decision } from "../directives/types.js";
import { compareText } from "../facts/set.js";
import { isBelow } from "../facts/paths.js";
import type { Fact } from "../facts/types.js";
import type { Case } from "./case.js";
import type { Price } from "./types.js";

/** What the other breadths would let through more or less; none where the breadth decides nothing. */
export function breadthPrices({ context, decisions }: Case, directive: string): Price[] {
  const names = namesOf(decisions, directive);
  return breadths.flatMap((breadth): Price[] => {
    if (breadth === context.breadth) {
      return [];
    }
    const other = namesOf(decide({ ...context, breadth }), directive);
    return isWider(breadth, context)
      ? priceOf(`breadth ${breadth}`, "would add", other, names, context)
      : priceOf(`breadth ${context.breadth} over ${breadth}`, "adds", names, other, context);
  });
}

function isWider(breadth: Breadth, context: Context): boolean {
  return breadths.indexOf(breadth) > breadths.indexOf(context.breadth);
}

function namesOf(decisions: readonly Decision[], directive: string): ReadonlySet<string> {
  const decision = decisions.find((one) => one.directive === directive);
  return new Set(decision?.decision === "set" ? decision.grants.map(({ value }) => value) : []);
}

function priceOf(
  of: string,
  relation: Price["relation"],
  wide: ReadonlySet<string>,
  narrow: ReadonlySet<string>,
  { target }: Context,
): Price[] {
  const { groups } = systemCallsOf(target);
  const names = [...wide].filter((name) => !narrow.has(name)).sort(compareText);
  const [first] = names;
  return first === undefined
    ? []
    : [
        {
          of,
          relation,
          count: names.length,
          noun: groups.get("@known")?.has(first) === true ? "call" : "member",
          names,
        },
      ];
}

/** Not about a purpose: what they have in common with a service says nothing. */
const withoutPurpose = new Set(["@default", "@known"]);

/**
 * What taking the whole of a group would add to a list of calls, the cheapest first.
 *
 * @param concerns which groups; those of which something is granted when it is not said
 */
export function groupPrices(
  { context, decisions }: Case,
  directive: string,
  concerns?: (members: ReadonlySet<string>) => boolean,
): Price[] {
  const { groups } = systemCallsOf(context.target);
  const always = groups.get("@default") ?? new Set();
  const granted = namesOf(decisions, directive);
  const hasGranted = (members: ReadonlySet<string>) =>
    [...members].some((name) => granted.has(name) && !always.has(name));
  return [...groups]
    .filter(([group]) => !withoutPurpose.has(group))
    .filter(([, members]) => (concerns ?? hasGranted)(members))
    .flatMap(([group, members]) =>
      priceOf(group, "would add", members, new Set([...granted, ...always]), context),
    )
    .sort((a, b) => a.count - b.count || compareText(a.of, b.of));
}

/** What a directory that is granted covers beyond what was used in it, as far as the host was looked at. */
export function pathPrices(
  { context: { host } }: Case,
  decision: Decision,
  concerns: (root: string) => boolean = () => true,
): Price[] {
  if (decision.decision === "withheld") {
    return [];
  }
  const present = Object.keys(host.files).filter((path) => (host.files[path] ?? null) !== null);
  return decision.grants
    .filter(({ value }) => value.startsWith("/") && concerns(value))
    .filter(({ value }) => host.files[value]?.type === "directory")
    .map(({ value, facts }): Price => {
      const used = facts.flatMap(pathsOf);
      const names = [...present, ...host.mounts.map(({ path }) => path)].filter(
        (path) => path !== value && isBelow(path, value) && !used.some((one) => isBelow(one, path)),
      );
      const unique = [...new Set(names)].sort(compareText);
      return {
        of: `${decision.directive}=${value}`,
        relation: "covers",
        count: unique.length,
        noun: "path",
        names: unique,
      };
    });
}

function pathsOf(fact: Fact): string[] {
  if (fact.kind === "rename") {
    return [fact.from, fact.to];
  }
  return fact.kind === "file" ? [fact.path] : [];
}
