/**
 * What other settings do to ExecPaths= and NoExecPaths= (src/core/namespace.c; tried on systemd 252 and 257). Each setting
 * becomes an entry for one path. One for a directory reaches everything below but the paths that have entries of their own
 * (the deny list of bind_remount_recursive_with_mountinfo()); of two entries for one path the first by enum MountMode is
 * kept, with the flags of both (drop_duplicates()), unless it changes nothing (drop_nop()).
 */
import { parseBinds } from "../../host/view.js";
import { set, setList, wrapWords } from "../decision.js";
import { isBelow, isBelowAny, isWrite } from "../evidence.js";
import { codeFiles, executableTree } from "../executables.js";
import { readOnlyTrees } from "../file-system.js";
import { homes } from "../home.js";
import { bindValue, optionalValue, pathValue } from "../mount-paths.js";
import { temporaryDirectories } from "../temporary.js";
import type { Context, Decision, Grant } from "../types.js";
import { shippedPaths } from "../vendor.js";
import { change, type Decisions, effective, listed, pathsOf } from "./changes.js";

/**
 * An entry of ExecPaths= is a mount of its own, which ProtectSystem=strict does not reach: /usr would be writable. Mounted
 * read-only under its own name it is not. What has to be writable stays so, and is executable as a whole.
 */
export function keepCodeReadOnly(decisions: Decisions, context: Context): Decisions {
  if (context.posture === "isolated" && isSet(decisions, "TemporaryFileSystem")) return decisions;
  const writable = writableMounts(decisions, context);
  const code = decisions.find(({ directive }) => directive === "ExecPaths");
  if (code?.decision !== "set") return decisions;
  const grants = mergeGrants(
    code.grants.map((grant) => ({
      ...grant,
      value: writable.find((one) => isBelow(grant.value, one)) ?? grant.value,
    })),
  );
  const fixed = grants.filter(
    ({ value }) => !writable.includes(value) && !isWrittenBeside(context, value, writable),
  );
  const lines = wrapWords(grants.map(({ value }) => pathValue(context, value)));
  const executable = change(decisions, "ExecPaths", (decision) => ({
    ...decision,
    ...setList("ExecPaths", lines, decision.why, grants),
  }));
  return fixed.length === 0
    ? executable
    : executable.map((decision) =>
        decision.directive === "BindReadOnlyPaths" ? fixedBinds(context, fixed) : decision,
      );
}

function fixedBinds(context: Context, fixed: readonly Grant[]): Decision {
  const root = context.unit.rootDirectory;
  const values = fixed.map(({ value }) =>
    root === "" ? bindValue(value) : `${bindValue(`${root}${value}`)}:${bindValue(value)}`,
  );
  return {
    ...set("BindReadOnlyPaths", "", "Read-only as before: ExecPaths= alone would make them writable."),
    values: wrapWords(values),
    grants: fixed,
  };
}

/** Paths that more than one tree has become. */
function mergeGrants(grants: readonly Grant[]): readonly Grant[] {
  const merged = new Map<string, Grant>();
  for (const grant of grants) {
    const known = merged.get(grant.value);
    merged.set(grant.value, { ...grant, facts: [...(known?.facts ?? []), ...grant.facts] });
  }
  return [...merged.values()];
}

/** Where less than ProtectSystem=strict leaves it writable and it is written. */
function isWrittenBeside({ facts }: Context, tree: string, writable: readonly string[]): boolean {
  const paths = [
    ...facts
      .ofKind("file")
      .filter(isWrite)
      .map(({ path }) => path),
    ...facts.ofKind("rename").flatMap(({ from, to }) => [from, to]),
  ];
  return paths.some((path) => isBelow(path, tree) && !isBelowAny(path, writable));
}

/**
 * NoExecPaths=/ does not reach what another setting mounts, ReadWritePaths= and the unit's own directories above all, so
 * these are named as well. Nothing else may be: its entry would be a mount of its own and, in it, writable. What the unit
 * ships is completed likewise, except where code was taken from.
 */
export function closeExecHoles(decisions: Decisions, context: Context): Decisions {
  const allowed = listed(decisions, context, "ExecPaths");
  const used = isSet(decisions, "ExecPaths")
    ? []
    : codeFiles(context).map(({ path }) => executableTree(path) ?? path);
  const writable = writableMounts(decisions, context);
  const isKept = (path: string) =>
    allowed.includes(path) ||
    (isBelowAny(path, allowed) && !writable.includes(path)) ||
    used.some((tree) => isBelow(path, tree) || isBelow(tree, path));
  const tmpfs = temporaryFileSystems(decisions, context);
  const holes = [...new Set([...writable, ...readOnlyMounts(decisions, context)])].filter(
    (path) => !isKept(path) && !tmpfs.includes(path),
  );
  return decisions.map((decision) => closed(decision, holes, context));
}

function closed(decision: Decision, holes: readonly string[], context: Context): Decision {
  const { directive } = decision;
  if (directive !== "NoExecPaths") return decision;
  const values = holes.map((path) => optionalValue(context, path));
  if (decision.decision === "set") {
    return { ...decision, values: ["", ...wrapWords([pathValue(context, "/"), ...values])] };
  }
  const isOpen = shippedPaths(context.unit, directive).includes("/") && context.posture !== "compatible";
  return isOpen && values.length > 0
    ? {
        ...set(
          directive,
          "",
          "Added to those of the unit: what other settings mount is beyond NoExecPaths=/.",
        ),
        values: wrapWords(values),
      }
    : decision;
}

function isSet(decisions: Decisions, name: string): boolean {
  return decisions.some(({ directive, decision }) => directive === name && decision === "set");
}

/** Mount points in which the service can write. */
function writableMounts(decisions: Decisions, context: Context): readonly string[] {
  const { unit } = context;
  const isTmpPrivate = effective(decisions, context, "PrivateTmp") !== "no";
  return [
    ...listed(decisions, context, "ReadWritePaths"),
    ...bound(decisions, context, "BindPaths"),
    ...realDirectories(unit.directories),
    ...(effective(decisions, context, "ProtectHome") === "no" ? homes : []),
    ...(isTmpPrivate ? temporaryDirectories : []),
    "/dev",
  ];
}

/** Mount points in which it cannot. */
function readOnlyMounts(decisions: Decisions, context: Context): readonly string[] {
  return [
    ...listed(decisions, context, "ReadOnlyPaths"),
    ...bound(decisions, context, "BindReadOnlyPaths"),
    ...(readOnlyTrees[effective(decisions, context, "ProtectSystem")] ?? []),
    ...(effective(decisions, context, "ProtectHome") === "read-only" ? homes : []),
  ];
}

function bound(decisions: Decisions, { unit }: Context, name: string): readonly string[] {
  return [
    ...decisions.flatMap((one) => (one.directive === name && one.decision === "set" ? pathsOf(one) : [])),
    ...parseBinds(unit.properties[name] ?? "").map(({ target }) => target),
  ];
}

/** An entry for the very same path would cancel a tmpfs without a word. */
function temporaryFileSystems(decisions: Decisions, context: Context): readonly string[] {
  return [
    ...listed(decisions, context, "TemporaryFileSystem"),
    ...shippedPaths(context.unit, "TemporaryFileSystem"),
  ].map((entry) => entry.split(":")[0] ?? "");
}

/** With DynamicUser= BASE/NAME is a symbolic link to BASE/private/NAME (systemd.exec(5)), and no mount point. */
function realDirectories(directories: readonly string[]): readonly string[] {
  return directories.filter((path) => {
    const moved = path.replace(/^(\/run|\/var\/(?:lib|cache|log))\//, "$1/private/");
    return moved === path || !directories.includes(moved);
  });
}
