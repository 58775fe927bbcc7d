import { ancestors } from "../facts/paths.js";
import type { Fact } from "../facts/types.js";
import { type WritableRoot, type WritableRoots, writableRoots } from "../facts/widening.js";
import { quoteValue } from "../systemd/dropin.js";
import { type SetDecision, set, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import { belowOneOf, isBelow, isBelowAny, isWrite } from "./evidence.js";
import { byMountNamespace } from "./guards.js";
import { homes } from "./home.js";
import { isInBase } from "./identity/bases.js";
import { someOf } from "./identity/types.js";
import { pathValue, writableAncestor } from "./mount-paths.js";
import { privateTmp, temporaryDirectories } from "./temporary.js";
import type { Advice, Context, Decision, Directive, Grant } from "./types.js";
import { shippedPaths, shippedValue, strongest } from "./vendor.js";

type Protection = "no" | "yes" | "full" | "strict";

/** What each value makes read-only; `strict` everything but `apiTrees` and the home directories (namespace.c). */
export const readOnlyTrees: Readonly<Record<string, readonly string[]>> = {
  no: [],
  yes: ["/usr", "/boot", "/efi"],
  full: ["/usr", "/boot", "/efi", "/etc"],
};

const apiTrees = ["/proc", "/sys", "/dev"];

/** A path that must stay writable, and whether anyone could write it into a unit file. */
interface Root extends Pick<WritableRoot, "path" | "facts"> {
  readonly broad: boolean;
}

/** What has to be writable, split by whether a list of paths can say it. */
interface Writes {
  readonly roots: readonly Root[];
  readonly undecidable: readonly Omit<Root, "broad">[];
}

/** Read-only file systems, and the paths that stay writable in them. */
export const protectSystem: Directive = byMountNamespace({
  names: ["ProtectSystem", "ReadWritePaths"],
  decide: (context) => decideProtectSystem(context, writableRoots(context.facts, context.host, context.unit)),
});

/** ProtectSystem= and ReadWritePaths= for what `found` says must stay writable. */
export function decideProtectSystem(context: Context, found: WritableRoots): readonly Decision[] {
  const writes = writesOf(context, found);
  const protection = tightest(context, writes.undecidable);
  const effective = strongest("ProtectSystem", protection, shippedValue(context.unit, "ProtectSystem"));
  return [
    protectionDecision(protection, writes.undecidable),
    pathsDecision(context, asProtection(effective), writes.roots),
  ];
}

function asProtection(value: string): Protection {
  return value === "strict" || value === "full" || value === "yes" ? value : "no";
}

/** What the widening found, a path that the unit ships as writable being decided by that. */
function writesOf(context: Context, { roots, undecidable }: WritableRoots): Writes {
  const shipped = shippedPaths(context.unit, "ReadWritePaths");
  const widened = roots.map((root) => {
    const path = writableAncestor(root.path);
    return { path, facts: root.facts, broad: root.broad || path !== root.path };
  });
  const isTop = ({ path }: Root) => path.lastIndexOf("/") <= 0;
  const isLost = widened.map((root, i) => root.path !== roots[i]?.path && isTop(root));
  const lost = widened.filter((_, i) => isLost[i]);
  const open = [...undecidable, ...lost];
  return {
    roots: [
      ...topmost(widened.filter((_, i) => !isLost[i])),
      ...open
        .filter(({ path }) => isBelowAny(path, shipped))
        .map(({ path, facts }) => ({ path, facts, broad: false })),
    ],
    undecidable: open.filter(({ path }) => !isBelowAny(path, shipped)),
  };
}

/** Without those that lie in another one. */
function topmost(roots: readonly Root[]): Root[] {
  const byPath = new Map(roots.map((root) => [root.path, root]));
  return [...byPath.values()].filter(
    ({ path }) => !ancestors(path).some((directory) => byPath.has(directory)),
  );
}

/** The tightest value that leaves everything writable that no list of paths can name. */
function tightest(context: Context, undecidable: Writes["undecidable"]): Protection {
  const paths = undecidable.flatMap(({ path, facts }) => [
    ...(path === "/" ? [] : [path]),
    ...facts.flatMap(writtenPaths),
  ]);
  if (context.posture !== "compatible" && undecidable.every(({ path }) => isAlwaysWritable(context, path))) {
    return "strict";
  }
  const values = ["full", "yes"] as const;
  return values.find((value) => !paths.some((path) => isBelowAny(path, readOnlyTrees[value] ?? []))) ?? "no";
}

function writtenPaths(fact: Fact): string[] {
  if (fact.kind === "rename") {
    return [fact.from, fact.to];
  }
  return fact.kind === "file" && isWrite(fact) ? [fact.path] : [];
}

/** Writable under `strict` by itself, as far as this directive goes. */
function isAlwaysWritable({ unit }: Context, path: string): boolean {
  return isBelowAny(path, [...apiTrees, ...homes, ...unit.directories]);
}

function protectionDecision(protection: Protection, undecidable: Writes["undecidable"]): Decision {
  const name = "ProtectSystem";
  const texts = undecidable.map(({ path }) => path).join(", ");
  if (protection === "strict") {
    return set(name, protection, "Everything is read-only but what is listed here.");
  }
  if (undecidable.length === 0) {
    return set(name, protection, "Programs and configuration are read-only but what is listed here.");
  }
  const why = `strict would need all of ${texts} writable, which you have to decide`;
  const facts = undecidable.flatMap((root) => root.facts);
  const advice = [
    {
      text: `${why}:`,
      lines: [`${name}=strict`, ...undecidable.map(({ path }) => `ReadWritePaths=${quoteValue(path)}`)],
    },
  ];
  return protection === "no"
    ? withhold(name, "operator", `the service ${describeFacts(facts)}; ${why}.`, facts, advice)
    : { ...set(name, protection, `The service ${describeFacts(facts)}; ${why}.`, facts), advice };
}

function pathsDecision(context: Context, protection: Protection, roots: readonly Root[]): Decision {
  const name = "ReadWritePaths";
  const shipped = shippedPaths(context.unit, name);
  const readOnly = readOnlyPaths(context, protection);
  const needed = roots.filter(({ path }) => readOnly(path));
  const restricted = shippedValue(context.unit, "ProtectSystem") === protection && protection !== "no";
  const paths = restricted ? withinShipped(context, needed, shipped) : needed;
  if (paths.length === 0 && shipped.length === 0) {
    return withhold(name, "meaningless", "nothing that is read-only is written.");
  }
  const kept = paths.map(({ path }) => path);
  const isKept = belowOneOf(kept);
  const aboveKept = new Set(kept.flatMap(ancestors));
  const dropped = needed.filter(({ path }) => !isKept(path) && !aboveKept.has(path));
  const grants = paths.map(({ path, facts }): Grant => ({ value: path, origin: "seen", facts }));
  const decision: SetDecision = {
    decision: "set",
    directive: name,
    values: ["", ...paths.map(({ path }) => pathValue(context, path))],
    why:
      (paths.length === 0 ? "Nothing that is read-only is written" : "What the service writes") +
      (dropped.length === 0
        ? "."
        : `; not ${dropped.map(({ path }) => path).join(", ")}, which the unit as shipped keeps read-only.`),
    grants,
  };
  const advice = [
    ...paths.filter(({ broad }) => broad).flatMap(({ path }) => narrower(path)),
    ...rotation(paths.flatMap(({ facts }) => facts)),
  ];
  return advice.length === 0 ? decision : { ...decision, advice };
}

/** Which paths `protection` makes read-only. */
function readOnlyPaths(context: Context, protection: Protection): (path: string) => boolean {
  if (protection !== "strict") {
    return (path) => isBelowAny(path, readOnlyTrees[protection] ?? []);
  }
  const replaced = hasPrivateTmp(context) ? temporaryDirectories : [];
  return (path) => !isAlwaysWritable(context, path) && !isBelowAny(path, replaced);
}

function hasPrivateTmp(context: Context): boolean {
  return (
    shippedValue(context.unit, "PrivateTmp") !== "no" ||
    privateTmp.decide(context).some(({ decision }) => decision === "set")
  );
}

/**
 * The unit as shipped works with these paths and no others, so nothing is added to them: a wider root becomes the
 * shipped paths below it, and one that is not covered is left out.
 */
function withinShipped({ unit }: Context, roots: readonly Root[], shipped: readonly string[]): Root[] {
  const isAllowed = belowOneOf([...shipped, ...unit.directories]);
  const above = new Set(shipped.flatMap(ancestors));
  const kept = roots.flatMap((root) => {
    if (isAllowed(root.path)) {
      return [root];
    }
    const inside = above.has(root.path) ? shipped.filter((path) => isBelow(path, root.path)) : [];
    return inside.map((path) => ({ ...root, path, broad: false }));
  });
  return [...new Map(kept.map((root) => [root.path, root])).values()];
}

/** Logs are made anew by logrotate(8), and how the service makes its own was not seen where it only wrote them. */
function rotation(facts: readonly Fact[]): Advice[] {
  const logs = facts.filter((fact) => fact.kind === "file").filter(({ path }) => isBelow(path, "/var/log"));
  const made = new Set(logs.filter(({ access }) => access !== "write").map(({ path }) => path));
  const kept = logs.filter(({ path }) => !made.has(path)).map(({ path }) => path);
  const text = `${someOf(kept)} was not made anew: have the soak rotate logs (logrotate -f), or what else that takes is denied.`;
  return kept.length === 0 ? [] : [{ text, lines: [] }];
}

/** How to need less than a directory that is shared with others; below the bases of StateDirectory= and the like these say it. */
function narrower(path: string): Advice[] {
  const text = `ReadWritePaths=${quoteValue(path)} lets the service change what belongs to others; better move its files to a directory of its own.`;
  return isInBase(path) ? [] : [{ text, lines: [] }];
}
