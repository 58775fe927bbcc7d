/**
 * Directives that lay out the file system. A read-only mount answers EROFS, an empty one ENOENT, or EACCES to all but
 * root; what is under a mount point cannot be moved out of it. Sources: src/core/namespace.c, mount(2), path_resolution(7);
 * every row was tried on 252 and 257.
 */
import { placesOf, realPath } from "../../baselines/places.js";
import { readOnlyTrees } from "../../directives/file-system.js";
import { homes } from "../../directives/home.js";
import { temporaryDirectories } from "../../directives/temporary.js";
import { shippedPaths } from "../../directives/vendor.js";
import { parseBinds } from "../../host/view.js";
import { concerns, isAcross, isReplaced, kernelRule, property } from "./rule.js";
import type { Case, Rule } from "./types.js";

/** Paths of a list that is in force, where their links lead. */
function listed({ sandbox, host }: Case, directive: string): readonly string[] {
  return shippedPaths(sandbox.unit, directive).map((path) => realPath(host, path.replace(/:.*$/, "")));
}

function bound(asked: Case, directive: string): readonly string[] {
  return parseBinds(property(asked, directive)).map(({ target }) => realPath(asked.host, target));
}

/** The file system as the settings of these names alone lay it out. */
function placesWith({ sandbox, host }: Case, names: readonly string[]) {
  const kept = Object.entries(sandbox.unit.properties).filter(([name]) =>
    names.includes(name.replace(/Ex$/, "")),
  );
  return placesOf({ ...sandbox.unit, properties: Object.fromEntries(kept) }, host);
}

/** What makes exceptions from a read-only tree. */
const exceptions = ["ReadWritePaths", "BindPaths", "TemporaryFileSystem", "PrivateTmp"];

function isReadOnlyBy(asked: Case, directive: string): boolean {
  const { writable } = placesWith(asked, [directive, ...exceptions]);
  return asked.errno === "EROFS" && asked.paths.some((path) => !writable(path));
}

/** Each is a mount of its own (append_protect_system(), append_access_mounts()). */
function systemMounts(asked: Case): readonly string[] {
  const { unit } = asked.sandbox;
  const level = asked.levelOf("ProtectSystem");
  if (level === "no") return [];
  return [...(readOnlyTrees[level] ?? []), ...(level === "strict" ? [...unit.directories, ...homes] : [])];
}

const readWritePaths = kernelRule("ReadWritePaths", (asked) => {
  const isWanting = ["ProtectSystem", "ReadOnlyPaths"].some((name) => isReadOnlyBy(asked, name));
  return isWanting || isAcross(asked, listed(asked, "ReadWritePaths"));
});

const protectSystem = kernelRule(
  "ProtectSystem",
  (asked) => isReadOnlyBy(asked, "ProtectSystem") || isAcross(asked, systemMounts(asked)),
);

const readOnlyPaths = kernelRule(
  "ReadOnlyPaths",
  (asked) => isReadOnlyBy(asked, "ReadOnlyPaths") || isAcross(asked, listed(asked, "ReadOnlyPaths")),
);

const inaccessiblePaths = kernelRule("InaccessiblePaths", (asked) =>
  isReplaced(asked, listed(asked, "InaccessiblePaths")),
);

/** Read-only is the home as it is; the other values replace it. */
function isHomeRefused(asked: Case, level: string): boolean {
  if (level === "no") return false;
  if (level !== "read-only") return isReplaced(asked, homes);
  return (asked.errno === "EROFS" && concerns(asked, homes)) || isAcross(asked, homes);
}

const protectHome = kernelRule("ProtectHome", (asked) => isHomeRefused(asked, asked.levelOf("ProtectHome")));

const noSpace = "ENOSPC";

/** Files of others are not there; `disconnected` is a tmpfs with a limit. */
const privateTmp = kernelRule("PrivateTmp", (asked) => {
  const level = asked.levelOf("PrivateTmp");
  return (
    level !== "no" &&
    (isReplaced(asked, temporaryDirectories) ||
      (level === "disconnected" && asked.errno === noSpace && concerns(asked, temporaryDirectories)))
  );
});

const emptying = ["TemporaryFileSystem", "BindPaths", "BindReadOnlyPaths"];

/** Hidden by an empty file system, or in it: there only root can make names, and space is limited. */
function isEmptied(asked: Case): boolean {
  const trees = listed(asked, "TemporaryFileSystem");
  if (trees.length === 0) return false;
  if (asked.errno === noSpace) return concerns(asked, trees);
  const { visible } = placesWith(asked, emptying);
  const hidden = asked.paths.filter((path) => !visible(path));
  return isReplaced({ ...asked, paths: hidden }, trees) || isAcross(asked, trees);
}

const temporaryFileSystem = kernelRule("TemporaryFileSystem", isEmptied);

const bindPaths = kernelRule(
  "BindPaths",
  (asked) =>
    isAcross(asked, bound(asked, "BindPaths")) ||
    (isEmptied(asked) && !isAcross(asked, listed(asked, "TemporaryFileSystem"))),
);

const bindReadOnlyPaths = kernelRule("BindReadOnlyPaths", (asked) => {
  const points = bound(asked, "BindReadOnlyPaths");
  const { writable } = placesWith(asked, ["BindReadOnlyPaths", "BindPaths", "ReadWritePaths"]);
  const isReadOnly = asked.errno === "EROFS" && asked.paths.some((path) => !writable(path));
  return isReadOnly || isAcross(asked, points) || isEmptied(asked);
});

/** What DynamicUser= implies, whatever else is written (systemd.exec(5)). */
const dynamicUser = kernelRule("DynamicUser", (asked) => {
  const { unit } = asked.sandbox;
  const bare = { ...asked, sandbox: { ...asked.sandbox, unit: { ...unit, properties: {} } } };
  return (
    unit.dynamicUser &&
    ((asked.errno === "EROFS" &&
      asked.paths.some((path) => !placesOf(bare.sandbox.unit, asked.host).writable(path))) ||
      isHomeRefused(asked, "read-only") ||
      isReplaced(asked, temporaryDirectories))
  );
});

const executing = new Set(["execve", "execveat"]);
const mapping = new Set(["mmap", "mmap2", "mprotect", "pkey_mprotect"]);

/**
 * MS_NOEXEC: execve answers EACCES (do_open_execat()), mmap EPERM (do_mmap()), and mprotect of what was mapped without
 * PROT_EXEC from there EACCES (mprotect_fixup() asks VM_MAYEXEC).
 */
function isNotExecutable(asked: Case): boolean {
  const { executable } = asked.sandbox.places;
  const { call, errno, paths } = asked;
  const isRefused =
    (executing.has(call) && errno === "EACCES") ||
    (mapping.has(call) && errno === (call.includes("protect") ? "EACCES" : "EPERM"));
  // What the memory was mapped from is not in the call.
  return isRefused && (paths.length === 0 || paths.some((path) => !executable(path)));
}

/** A list of exceptions that is there lacks something; each entry of either is a mount. */
const noExecPaths = kernelRule(
  "NoExecPaths",
  (asked) =>
    listed(asked, "NoExecPaths").length > 0 &&
    (isNotExecutable(asked) || isAcross(asked, listed(asked, "NoExecPaths"))),
);

const execPaths = kernelRule(
  "ExecPaths",
  (asked) =>
    listed(asked, "NoExecPaths").length > 0 &&
    (isNotExecutable(asked) || isAcross(asked, listed(asked, "ExecPaths"))),
);

/** BPF programs see the type of the file system, not the path; EPERM (restrict_filesystems in src/core/bpf). */
const opening = new Set(["open", "openat", "openat2", "creat", "execve", "execveat", "uselib"]);

const restrictFileSystems = kernelRule("RestrictFileSystems", (asked) => {
  const line = property(asked, "RestrictFileSystems");
  return line !== "" && asked.errno === "EPERM" && opening.has(asked.call);
});

/** The service's user and others are shut out of what the unit itself made. */
const umask = kernelRule(
  "UMask",
  ({ errno, paths, valuesOf }) => valuesOf("UMask").length > 0 && errno === "EACCES" && paths.length > 0,
);

/** Pinned objects of others are not in a file system of its own. */
const privateBpf = kernelRule(
  "PrivateBPF",
  (asked) =>
    asked.levelOf("PrivateBPF") === "yes" && asked.errno === "ENOENT" && concerns(asked, ["/sys/fs/bpf"]),
);

export const fileRules: readonly Rule[] = [
  readWritePaths,
  protectSystem,
  readOnlyPaths,
  inaccessiblePaths,
  protectHome,
  privateTmp,
  temporaryFileSystem,
  bindReadOnlyPaths,
  bindPaths,
  dynamicUser,
  noExecPaths,
  execPaths,
  restrictFileSystems,
  umask,
  privateBpf,
];
