/** From what the trace showed to facts, once the host has said what its paths are. */
import type { Host } from "../host/types.js";
import { holds, inGroup } from "./credentials.js";
import { foldSeries } from "./folding.js";
import type { Execution, Interpretation, Sighting } from "./interpretation.js";
import { type Entry, evidenceOf, joinEvidence } from "./ledger.js";
import { foldTargets } from "./peers.js";
import { isBelow, isInPrivateTree, lexical, parent } from "./paths.js";
import { credentialsOf, judge } from "./permissions.js";
import { isPlaceholder, isVolatile } from "./placeholders.js";
import { Resolver } from "./resolution.js";
import { FactSet, factId } from "./set.js";
import { boundPort } from "./sockets.js";
import type { Evidence, Fact, FileFact, IdentityFact } from "./types.js";

export interface Concluded {
  readonly facts: FactSet;
  readonly evidence: Record<string, Evidence>;
  readonly incomplete: string[];
}

export function conclude(trace: Interpretation, host: Host): Concluded {
  const resolver = new Resolver(host, trace.links);
  const collected = new Collection(trace);
  collected.addAll(directFacts(trace, host));
  collected.addAll(trace.peers.facts());
  collected.addAll(trace.probes.facts());
  collected.addAll(trace.terminations.facts());
  collected.addAll(creationFacts(trace, resolver));
  collected.addAll(fileFacts(trace, resolver));
  collected.addAll(pairFacts(trace, resolver));
  collected.addAll(elevationFacts(trace, resolver));
  const { found, unknown } = capabilityFacts(trace, resolver);
  collected.addAll(found);
  const incomplete = [...trace.incomplete];
  if (trace.unplaced !== undefined)
    incomplete.push(
      `relative paths such as ${trace.unplaced} were used from a directory that the trace does not show (strace -y prints it, profile import --cwd tells it)`,
    );
  if (unknown.length > 0)
    incomplete.push(
      `owner and mode of objects that are gone decide about capabilities, for example ${unknown.slice(0, 3).join(", ")}`,
    );
  return { ...collected.finish(), incomplete };
}

type Found = readonly [Fact, Entry<unknown>];

/** Facts with their evidence; paths of numbered series are folded at the end, when all members are known. */
class Collection {
  readonly #trace: Interpretation;
  readonly #found: Found[] = [];

  constructor(trace: Interpretation) {
    this.#trace = trace;
  }

  addAll(found: Iterable<Found>): void {
    for (const one of found) this.#found.push(one);
  }

  finish(): { facts: FactSet; evidence: Record<string, Evidence> } {
    const uncrowded = this.#found.map(
      ([fact, entry]): Found => [mapPaths(fact, (path) => this.#trace.crowds.fold(path)), entry],
    );
    const folded = foldSeries(uncrowded.flatMap(([fact]) => seriesPaths(fact)));
    const foldTarget = foldTargets(uncrowded.map(([fact]) => fact));
    const foldPort = this.#trace.boundPorts.fold();
    const facts = new Map<string, Fact>();
    const evidence = new Map<string, Evidence>();
    for (const [raw, entry] of uncrowded) {
      const fact = foldTarget(mapPaths(foldPort(raw), (path) => folded.get(path) ?? path));
      const id = factId(fact);
      const known = evidence.get(id);
      facts.set(id, fact);
      evidence.set(id, known === undefined ? evidenceOf(entry) : joinEvidence(known, evidenceOf(entry)));
    }
    const set = FactSet.of(facts.values());
    return { facts: set, evidence: Object.fromEntries([...evidence].sort(([a], [b]) => (a < b ? -1 : 1))) };
  }
}

function mapPaths(fact: Fact, map: (path: string) => string): Fact {
  if (fact.kind === "file" || fact.kind === "creation") return { ...fact, path: map(fact.path) };
  if (fact.kind === "rename") return { ...fact, from: map(fact.from), to: map(fact.to) };
  return fact;
}

/** Names that the service makes and removes; what it only reads keeps its name. */
function seriesPaths(fact: Fact): string[] {
  if (fact.kind === "rename") return [fact.from, fact.to];
  const isMade = fact.kind === "file" && ["create", "delete", "replace", "write"].includes(fact.access);
  return isMade && isVolatile(parent(fact.path)) ? [fact.path] : [];
}

/** Facts that were complete when they were seen, but for names and limits that the host knows. */
function* directFacts(trace: Interpretation, host: Host): Generator<Found> {
  const used = new Set<string>();
  for (const { value } of trace.facts.entries())
    if (value.kind === "syscall" && value.result === "used") used.add(`${value.architecture} ${value.name}`);
  for (const entry of trace.facts.entries()) {
    const fact = entry.value;
    if (fact.kind === "syscall" && fact.result !== "used" && used.has(`${fact.architecture} ${fact.name}`))
      continue;
    if (fact.kind === "capability" && (boundPort(fact.operation) ?? 0) >= host.unprivilegedPortStart)
      continue;
    yield [fact.kind === "identity" ? withName(fact, host) : fact, entry];
  }
}

function withName(fact: IdentityFact, host: Host): IdentityFact {
  const names = fact.operation === "setuid" || fact.operation === "setfsuid" ? host.users : host.groups;
  return { ...fact, id: Object.hasOwn(names, fact.id) ? (names[fact.id] ?? fact.id) : fact.id };
}

function* fileFacts(trace: Interpretation, resolver: Resolver): Generator<Found> {
  const made = firstCreations(trace, resolver);
  for (const entry of trace.sightings.entries()) {
    const sighting = entry.value;
    const { path, links } = where(sighting, resolver);
    const isOwn = (one: string): boolean =>
      (made.get(`${sighting.tree} ${one}`) ?? Infinity) < entry.sequence;
    for (const link of links)
      if (isInPrivateTree(link) && !isOwn(link))
        yield [{ kind: "file", access: "read", path: link, type: "symlink" }, entry];
    if (sighting.access === "read" && isOwn(path)) continue;
    const fact = fileFact(sighting, path, resolver, made);
    if (fact !== undefined) yield [fact, entry];
  }
}

function where(sighting: Sighting, resolver: Resolver): { path: string; links: readonly string[] } {
  const { path, links } = resolver.resolve(sighting.path, sighting.follow);
  return { path: sighting.kernel ?? path, links };
}

/** When each tree first made each object: from then on, looking at it is no use of something that was there. */
function firstCreations(trace: Interpretation, resolver: Resolver): ReadonlyMap<string, number> {
  const made = new Map<string, number>();
  for (const { value, sequence } of trace.sightings.entries()) {
    if (value.access !== "create") continue;
    const key = `${value.tree} ${where(value, resolver).path}`;
    made.set(key, Math.min(sequence, made.get(key) ?? sequence));
  }
  return made;
}

function fileFact(
  sighting: Sighting,
  path: string,
  resolver: Resolver,
  made: ReadonlyMap<string, number>,
): FileFact | undefined {
  const { access } = sighting;
  const status = resolver.status(path);
  // Plain files carry no type, so that it does not matter whether they are still there.
  const special = status?.type === undefined || status.type === "file" ? {} : { type: status.type };
  switch (access) {
    case "delete-missing": {
      const directory = parent(path);
      const isThere = resolver.status(directory) !== null || made.has(`${sighting.tree} ${directory}`);
      return isThere ? { kind: "file", access: "delete", path } : undefined;
    }
    case "open-write":
    case "ask-write":
      return { kind: "file", access: isRefused(path, special.type) ? "write" : "read", path, ...special };
    case "open-create":
      if (isKernels(path)) return { kind: "file", access: "write", path };
      // A device or FIFO was there before: O_CREAT makes plain files.
      return special.type === undefined
        ? { kind: "file", access: "create", path, type: "file" }
        : { kind: "file", access: "read", path, ...special };
    case "create": {
      const type = sighting.type ?? status?.type;
      return { kind: "file", access, path, ...(type !== undefined && { type }) };
    }
    case "read":
    case "write":
      return { kind: "file", access, path, ...special };
    default:
      return { kind: "file", access, path };
  }
}

/** A read-only mount does not refuse writing to devices, FIFOs and sockets (sb_permission, fs/namei.c). */
function isRefused(path: string, type: FileFact["type"]): boolean {
  if (type !== undefined) return type === "directory" || type === "symlink";
  return !isBelow(path, "/dev") || isBelow(path, "/dev/shm") || isBelow(path, "/dev/mqueue");
}

function* creationFacts(trace: Interpretation, resolver: Resolver): Generator<Found> {
  for (const [fact, entry] of trace.creations.facts()) {
    const { path } = resolver.resolve(fact.path, true);
    if (!wasThere(path, resolver)) yield [{ ...fact, path }, entry];
  }
}

/** Nothing is made in /proc, and opening a device with O_CREAT, as shells do for `> /dev/null`, makes none. */
function wasThere(path: string, resolver: Resolver): boolean {
  return (
    isBelow(path, "/proc") ||
    (isBelow(path, "/dev") && ["char", "block"].includes(resolver.status(path)?.type ?? ""))
  );
}

function isKernels(path: string): boolean {
  return isBelow(path, "/proc") || isBelow(path, "/sys");
}

/** Within one directory both ends are covered alike. */
function* pairFacts(trace: Interpretation, resolver: Resolver): Generator<Found> {
  for (const entry of trace.pairs.entries()) {
    const from = resolver.resolve(entry.value.from, false).path;
    const to = resolver.resolve(entry.value.to, false).path;
    if (parent(from) !== parent(to)) yield [{ kind: "rename", from, to }, entry];
  }
}

function* elevationFacts(trace: Interpretation, resolver: Resolver): Generator<Found> {
  for (const entry of trace.executions.entries()) {
    const { path } = resolver.resolve(entry.value.path, true);
    for (const by of elevations(entry.value, path, resolver)) yield [{ kind: "elevation", path, by }, entry];
  }
}

const setUserId = 0o4000;
const setGroupId = 0o2000;
const groupExecute = 0o010;

/** Rights that execve adds to those of the caller (bprm_fill_uid, fs/exec.c; capabilities(7)). */
function elevations(
  { credentials }: Execution,
  path: string,
  resolver: Resolver,
): ("setuid" | "setgid" | "file-capabilities")[] {
  const status = resolver.status(path);
  if (status?.type !== "file") return [];
  const { mode, uid, gid } = status;
  const setgid = (mode & (setGroupId | groupExecute)) === (setGroupId | groupExecute);
  return [
    ...((mode & setUserId) !== 0 && uid !== credentials.euid ? (["setuid"] as const) : []),
    ...(setgid && gid !== credentials.egid && !(credentials.euid === 0 && inGroup(credentials, gid))
      ? (["setgid"] as const)
      : []),
    ...((status.capabilities ?? "") !== "" && credentials.effective !== "all"
      ? (["file-capabilities"] as const)
      : []),
  ];
}

function capabilityFacts(trace: Interpretation, resolver: Resolver): { found: Found[]; unknown: string[] } {
  const found: Found[] = [];
  const unknown = new Set<string>();
  for (const entry of trace.checks.entries()) {
    const judged = judge(entry.value, resolver);
    if (judged.unknown !== undefined) unknown.add(judged.unknown);
    for (const { capability, operation } of judged.needs)
      found.push([{ kind: "capability", capability, source: "inferred", operation }, entry]);
  }
  for (const entry of trace.conditional.entries()) {
    const { capability, operation, credentials } = entry.value;
    if (holds(credentialsOf(credentials, resolver).effective, capability))
      found.push([{ kind: "capability", capability, source: "inferred", operation }, entry]);
  }
  return { found, unknown: [...unknown].sort() };
}

/** What the host must be asked: real paths only, for a placeholder its directory. */
export function hostQuery(trace: Interpretation): { paths: string[]; uids: number[]; gids: number[] } {
  const paths = new Set<string>(["/"]);
  for (const { value } of trace.sightings.entries()) {
    addPath(paths, value.path);
    if (value.kernel !== undefined) addPath(paths, value.kernel);
  }
  for (const { value } of trace.checks.entries()) addPath(paths, value.path);
  for (const { value } of trace.executions.entries()) addPath(paths, value.path);
  for (const { value } of trace.pairs.entries()) {
    addPath(paths, value.from);
    addPath(paths, value.to);
  }
  const uids = new Set([0]);
  const gids = new Set([0]);
  for (const { value } of trace.facts.entries()) {
    if (value.kind !== "identity" || value.id === "") continue;
    (value.operation === "setuid" || value.operation === "setfsuid" ? uids : gids).add(Number(value.id));
  }
  return { paths: [...paths].sort(), uids: numerically(uids), gids: numerically(gids) };
}

function addPath(paths: Set<string>, path: string): void {
  if (isBelow(path, "/proc") && !isBelow(path, "/proc/sys")) return;
  const components = path.split("/");
  for (const [index, component] of components.entries()) {
    // What stands before `..` may be a symbolic link; a placeholder is no name at all.
    if (component === "..") paths.add(components.slice(0, index).join("/") || "/");
    if (isPlaceholder(component)) {
      paths.add(components.slice(0, index).join("/") || "/");
      return;
    }
  }
  paths.add(lexical(path));
}

function numerically(ids: ReadonlySet<number>): number[] {
  return [...ids].sort((a, b) => a - b);
}
