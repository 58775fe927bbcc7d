/** From where programs and libraries come: ExecPaths= in a file system that is otherwise not executable. */
import { parent } from "../facts/paths.js";
import { steadyPart } from "../facts/placeholders.js";
import type { Fact, FileFact } from "../facts/types.js";
import { systemDirectories } from "../facts/widening.js";
import { resolvePath } from "../host/files.js";
import { setList, withhold, wrapWords } from "./decision.js";
import { describeFacts } from "./describe.js";
import { isBelow, isBelowAny } from "./evidence.js";
import { byMountNamespace } from "./guards.js";
import { pathValue, writableAncestor } from "./mount-paths.js";
import { remembered } from "./remembered.js";
import type { Context, Decision, Directive, Grant } from "./types.js";
import { shippedPaths } from "./vendor.js";

/** A file that is executed or mapped executable, by its real path. */
export interface CodeFile {
  readonly path: string;
  /** A program is named by itself, a library is found in a directory. */
  readonly use: "program" | "library";
  /** None for what no system call shows: commands that did not run, interpreters that the kernel starts. */
  readonly facts: readonly FileFact[];
}

/** Where the kernel shows files of other places. */
const kernelTrees = ["/proc", "/sys"];

/**
 * All files that code was taken from, the commands of the unit that run in its sandbox, and what the kernel starts all
 * of them with: dynamic linkers and interpreters of scripts.
 */
export const codeFiles = remembered(findCodeFiles);

function findCodeFiles({ facts, host, unit }: Context): readonly CodeFile[] {
  const found = new Map<string, CodeFile>();
  for (const fact of facts.ofKind("file")) {
    if (!["execute", "map"].includes(fact.access) || isBelowAny(fact.path, kernelTrees)) continue;
    const known = found.get(fact.path);
    const use = fact.access === "execute" || known?.use === "program" ? "program" : "library";
    found.set(fact.path, { path: fact.path, use, facts: [...(known?.facts ?? []), fact] });
  }
  const pending = [
    ...unit.commands
      .filter(({ flags }) => !flags.includes("privileged"))
      .map(({ argv }) => argv[0] ?? "")
      .filter((path) => path.startsWith("/")),
    ...[...found.keys()].flatMap((path) => interpretersOf(host, path)),
  ];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const path = resolvePath(host.files, name);
    if (found.has(path)) continue;
    found.set(path, { path, use: "program", facts: [] });
    pending.push(...interpretersOf(host, path));
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What the kernel starts a program with, on each machine. */
export function interpretersOf(
  { files, otherInterpreters }: Context["host"],
  path: string,
): readonly string[] {
  const interpreter = files[path]?.interpreter;
  return [...(interpreter === undefined ? [] : [interpreter]), ...(otherInterpreters?.get(path) ?? [])];
}

/** Trees that packages fill (file-hierarchy(7)): the next version of a package may bring another file. */
const packageTrees = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

/** Each package has a directory of its own below these (hier(7)). */
const addOnTrees = ["/opt", "/srv", "/snap", "/nix/store", "/gnu/store"];

/**
 * What must stay executable for a file: the tree of the packages, the directory of an add-on package, else the directory
 * of the file. undefined when that would be a directory of the whole system.
 */
export function executableTree(path: string): string | undefined {
  const packages = packageTrees.find((tree) => isBelow(path, tree));
  if (packages !== undefined) return packages;
  const steady = steadyPart(path);
  const addOn = addOnTrees.find((tree) => steady.startsWith(`${tree}/`));
  if (addOn !== undefined) {
    const name = steady.slice(addOn.length + 1).split("/")[0] ?? "";
    return writableAncestor(`${addOn}/${name}`);
  }
  const directory = steady === path ? parent(path) : steady;
  const tree = writableAncestor(systemDirectories.has(directory) && steady === path ? path : directory);
  return systemDirectories.has(tree) ? undefined : tree;
}

/** The trees that must stay executable with what they rest on, and the files for which there is none. */
interface Trees {
  readonly grants: readonly Grant[];
  readonly lost: readonly CodeFile[];
}

function treesOf(files: readonly CodeFile[]): Trees {
  const facts = new Map<string, Fact[]>();
  const lost: CodeFile[] = [];
  for (const file of files) {
    const tree = executableTree(file.path);
    if (tree === undefined) lost.push(file);
    else {
      const known = facts.get(tree) ?? [];
      facts.set(tree, known);
      known.push(...file.facts);
    }
  }
  const grants = [...facts]
    .filter(([tree]) => ![...facts.keys()].some((other) => other !== tree && isBelow(tree, other)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([value, seen]): Grant => ({ value, origin: seen.length > 0 ? "seen" : "required", facts: seen }));
  return { grants, lost };
}

/**
 * MS_NOEXEC on everything else: no execve, no library mapped from there (open_exec(), do_mmap()). Scripts that an
 * interpreter reads, and memory (memfd_create, JIT compilers), are not concerned.
 */
export const execPaths: Directive = {
  from: "strict",
  completed: true,
  ...byMountNamespace({
    names: ["NoExecPaths", "ExecPaths"],
    decide: (context) => {
      const shipped = ["NoExecPaths", "ExecPaths"].filter(
        (name) => shippedPaths(context.unit, name).length > 0,
      );
      if (shipped.length > 0) {
        return withholdBoth("meaningless", `kept as the unit ships ${shipped.join("= and ")}=.`);
      }
      const files = codeFiles(context);
      if (!files.some(({ use }) => use === "program")) {
        return withholdBoth("operator", "it is not known which programs run.");
      }
      const { grants, lost } = treesOf(files);
      if (lost.length > 0) {
        const facts = lost.flatMap((file) => file.facts);
        return withholdBoth(
          "unsafe",
          `the service ${describeFacts(facts)}, in a directory of the whole system.`,
          facts,
        );
      }
      const lines = wrapWords(grants.map(({ value }) => pathValue(context, value)));
      return [
        setList("NoExecPaths", [pathValue(context, "/")], "Nothing can be executed or mapped as code …", []),
        setList("ExecPaths", lines, "… but what lies here, where its programs and libraries are.", grants),
      ];
    },
  }),
};

function withholdBoth(
  reason: "meaningless" | "operator" | "unsafe",
  why: string,
  facts: readonly Fact[] = [],
): Decision[] {
  return ["NoExecPaths", "ExecPaths"].map((name) => withhold(name, reason, why, facts));
}
