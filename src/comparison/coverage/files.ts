/**
 * Which new uses of files give nothing that a profile does not have, as far as no setting tells: what everyone may read,
 * other names where it writes already, code of packages.
 */
import { isBelow, isInPrivateTree, parent } from "../../facts/paths.js";
import { steadyPart } from "../../facts/placeholders.js";
import type { Fact, FileFact, RenameFact } from "../../facts/types.js";
import { belowOneOf, isWrite } from "../../directives/evidence.js";
import { temporaryDirectories } from "../../directives/temporary.js";
import { homes } from "../../directives/home.js";
import { inMergedUsr } from "../sameness/paths.js";
import { type Knowledge, statusesOf } from "./types.js";

/** Why a use of a file is covered; undefined when it is not. */
export type FileCoverage = (fact: FileFact) => string | undefined;

/** Where libraries log, notify and look up users for any program (sd_journal_print(3), sd_notify(3), getpwnam(3)). */
const everyonesSockets: readonly string[] = [
  "/dev/log",
  "/run/systemd/journal/dev-log",
  "/run/systemd/journal/socket",
  "/run/systemd/journal/stdout",
  "/run/systemd/notify",
  "/run/systemd/userdb",
  "/run/nscd",
  "/var/run/nscd",
];

/** They take whatever is written and keep nothing (null(4), full(4), random(4), tty(4)). */
const everyonesDevices: ReadonlySet<string> = new Set(
  ["null", "zero", "full", "random", "urandom", "tty", "ptmx"].map((name) => `/dev/${name}`),
);

/** Entries of other processes that not everyone may read (proc(5)). */
const closedEntries =
  /^\/proc\/(?:\{other-pid\}|1)\/(?:task\/[^/]+\/)?(?:auxv|clear_refs|cwd|environ|exe|fd|fdinfo|io|map_files|maps|mem|mountinfo|ns|numa_maps|pagemap|personality|root|smaps|smaps_rollup|stack|syscall|timerslack_ns)(?:\/|$)/;

/** Own entries in /proc, and memory that belongs to processes of the unit. */
const ownEntries = /^\/proc\/\{pid\}(?:\/|$)/;

/** Where names of memory, queues and terminals come and go (shm_overview(7), mq_overview(7), pts(4)). */
const sharedMemory = ["/dev/shm", "/dev/mqueue", "/dev/hugepages", "/dev/pts"];

export function fileCoverage(knowledge: Knowledge): FileCoverage {
  const writable = writability(knowledge);
  const isCodeOf = codePlaces(knowledge);
  return (fact) => {
    switch (fact.access) {
      case "missing":
        return "there was nothing at that path";
      case "read":
        return writable(fact.path) ?? readByEveryone(knowledge, fact.path);
      case "write":
      case "create":
      case "delete":
      case "replace":
        return writable(fact.path) ?? ownOrEveryones(fact.path);
      case "map":
        return isCodeOf(fact.path);
      case "connect":
        return everyonesSockets.some((socket) => isBelow(fact.path, socket))
          ? "every service may log, notify systemd and look up users"
          : ownSocket(fact.path, writable(fact.path));
      case "execute":
        return undefined;
    }
  };
}

export function renameCoverage(knowledge: Knowledge): (fact: RenameFact) => string | undefined {
  const writable = writability(knowledge);
  return ({ from, to }) => {
    const [source, target] = [writable(from), writable(to)];
    return source === undefined || target === undefined ? undefined : target;
  };
}

function ownOrEveryones(path: string): string | undefined {
  if (everyonesDevices.has(path)) return "every program may use that device";
  return ownEntries.test(path) ? "it is about its own processes" : undefined;
}

/** A socket where only the service itself makes names. */
function ownSocket(path: string, writable: string | undefined): string | undefined {
  return writable === undefined || isBelow(path, "/run/systemd") ? undefined : writable;
}

/**
 * Where names may come and go already: below the unit's own directories, in /tmp and the like if these are its own, and
 * below what the facts write. Of a directory that the whole system shares (/run, /var/lib) only the names that lie beside
 * those that were written, not the directories of others.
 */
function writability({ context, decisions, roots }: Knowledge): (path: string) => string | undefined {
  const { unit } = context;
  const ownDirectories = belowOneOf(unit.directories);
  const privateTmp = decisions.find(
    ({ directive, decision }) => directive === "PrivateTmp" && decision === "set",
  );
  const temporary = privateTmp?.decision === "set" ? `PrivateTmp=${privateTmp.values.join(" ")}` : undefined;
  const whole = roots.filter(({ kind, broad }) => kind === "directory" && !broad).map(({ path }) => path);
  const isInside = belowOneOf(whole);
  const files = new Set(roots.filter(({ kind }) => kind === "file").map(({ path }) => path));
  const memory = context.facts
    .ofKind("file")
    .filter((fact) => isWrite(fact) && sharedMemory.some((tree) => isBelow(fact.path, tree)));
  const beside = new Set([
    ...roots.filter(({ broad }) => broad).flatMap(({ facts }) => directoriesOf(facts)),
    ...directoriesOf(memory),
  ]);
  return (path) => {
    const directory = directoryOf(path);
    if (ownDirectories(path)) return "the unit's own directories";
    if (temporary !== undefined && temporaryDirectories.some((tree) => isBelow(path, tree))) return temporary;
    if (files.has(path) || isInside(path)) return "a directory in which it writes already";
    return beside.has(directory) ? `other names in ${directory} already` : undefined;
  };
}

/** Directories in which names were made or removed. */
function directoriesOf(facts: readonly Fact[]): readonly string[] {
  return facts.flatMap((fact) => {
    if (fact.kind !== "file" || fact.access === "write") return [];
    return [directoryOf(fact.path)];
  });
}

/** The directory of a name, or of the first of its parts that varies. */
function directoryOf(path: string): string {
  const steady = steadyPart(path);
  return steady === path ? parent(path) : steady;
}

/** Modes let everyone look, and it is nobody's home. */
function readByEveryone(knowledge: Knowledge, path: string): string | undefined {
  if (homes.some((home) => isBelow(path, home))) return undefined;
  if (closedEntries.test(path)) return undefined;
  const steady = steadyPart(path);
  const parts = partsOf(steady);
  for (const part of parts) {
    const isLast = part === path;
    for (const { type, mode } of statusesOf(knowledge, part)) {
      if (type === "symlink") continue;
      const needed = isLast ? 0o004 : 0o001;
      if ((mode & needed) === 0) return undefined;
      if (isLast && (type === "char" || type === "block") && !everyonesDevices.has(path)) return undefined;
    }
  }
  const isKnown = statusesOf(knowledge, path).length > 0;
  // Of what is gone or differs from process to process no mode is known; private trees hold what is not for everyone.
  return isKnown || !isInPrivateTree(path) ? "everyone may read it" : undefined;
}

/** `/a`, `/a/b` … up to the path itself. */
function partsOf(path: string): string[] {
  const parts: string[] = [];
  for (let slash = path.indexOf("/", 1); slash > 0; slash = path.indexOf("/", slash + 1)) {
    parts.push(path.slice(0, slash));
  }
  return [...parts, path];
}

/** Trees that only packages change: what is mapped from there is as trusted as the rest of it. */
const packageTrees = [
  "/usr/lib",
  "/usr/libexec",
  "/usr/local/lib",
  "/usr/lib32",
  "/usr/lib64",
  "/usr/libx32",
];

function codePlaces({ context }: Knowledge): (path: string) => string | undefined {
  const used = new Set(
    context.facts
      .ofKind("file")
      .filter(({ access }) => access === "map")
      .map(({ path }) => parent(path)),
  );
  return (path) => {
    if (packageTrees.some((tree) => isBelow(inMergedUsr(path), tree))) return "libraries of packages";
    return used.has(parent(path)) ? "libraries beside it already" : undefined;
  };
}
