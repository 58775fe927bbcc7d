/** From what the trace showed to facts, once the host has said what its paths are. */
import type { Host } from "../host/types.js";
import { isByChance } from "./chance.js";
import { holds, inGroup } from "./credentials.js";
import type { Failure } from "./failures.js";
import { foldSeries } from "./folding.js";
import type { Execution, Interpretation, Sighting } from "./interpretation.js";
import { type Entry, evidenceOf, joinEvidence } from "./ledger.js";
import { foldTargets } from "./peers.js";
import { isBelow, isInPrivateTree, parent } from "./paths.js";
import { credentialsOf, judge } from "./permissions.js";
import { isVolatile } from "./placeholders.js";
import { Resolver } from "./resolution.js";
import { joinUnits, type SampledSoak, type Units } from "./sampling.js";
import { FactSet, factId } from "./set.js";
import { type Settled, settle } from "./settled.js";
import { boundPort } from "./sockets.js";
import type { Evidence, Fact, FileFact, IdentityFact, SyscallFact } from "./types.js";

export interface Concluded {
  readonly facts: FactSet;
  readonly evidence: Record<string, Evidence>;
  readonly incomplete: string[];
  /** Calls that failed as a sandbox might make them fail, each kind once. */
  readonly failures: readonly Failure[];
  readonly sample: Sample;
}

/** What the soak showed, and in which of its parts. */
export interface Sample {
  /** Undefined where there was none. */
  readonly soak: SampledSoak | undefined;
  /** By identity: facts that nothing but the soak showed. */
  readonly units: ReadonlyMap<string, Units>;
  /** Signals that the service handles and that none of its processes got. */
  readonly signals: readonly string[];
}

export function conclude(trace: Interpretation, host: Host): Concluded {
  const resolver = new Resolver(host, trace.links);
  const settled = settle(trace);
  const collected = new Collection(trace);
  collected.addAll(directFacts(trace, host));
  collected.addAll(trace.peers.facts());
  collected.addAll(trace.probes.facts());
  collected.addAll(trace.terminations.facts());
  collected.addAll(creationFacts(settled, resolver));
  collected.addAll(fileFacts(settled, resolver));
  collected.addAll(pairFacts(settled, resolver));
  collected.addAll(elevationFacts(settled, resolver));
  const { found, unknown } = capabilityFacts(trace, settled, resolver);
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
  const { facts, evidence, units } = collected.finish();
  const sample = {
    soak: trace.sampling.soak((time) => trace.elapsedAt(time)),
    units,
    signals: trace.signals.unsent(),
  };
  const failures = trace.failures.all((path) => trace.crowds.fold(settled.fold(path)));
  return { facts, evidence, incomplete, failures, sample };
}

type Found = readonly [Fact, Entry<unknown>];

const nowhere: Units = { low: 0, high: 0 };

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

  finish(): Pick<Concluded, "facts" | "evidence"> & Pick<Sample, "units"> {
    const uncrowded = this.#found.map(
      ([fact, entry]): Found => [mapPaths(fact, (path) => this.#trace.crowds.fold(path)), entry],
    );
    const folded = foldSeries(uncrowded.flatMap(([fact]) => seriesPaths(fact)));
    const foldTarget = foldTargets(uncrowded.map(([fact]) => fact));
    const foldPort = this.#trace.boundPorts.fold();
    const facts = new Map<string, Fact>();
    const evidence = new Map<string, Evidence>();
    const units = new Map<string, Units>();
    const outside = new Set<string>();
    for (const [raw, entry] of uncrowded) {
      const fact = foldTarget(mapPaths(foldPort(raw), (path) => folded.get(path) ?? path));
      const id = factId(fact);
      const known = evidence.get(id);
      facts.set(id, fact);
      evidence.set(id, known === undefined ? evidenceOf(entry) : joinEvidence(known, evidenceOf(entry)));
      if (entry.outside) outside.add(id);
      units.set(id, joinUnits(units.get(id) ?? nowhere, this.#trace.sampling.unitsOf(entry)));
    }
    for (const id of outside) units.delete(id);
    const set = FactSet.of(facts.values());
    const sorted = [...evidence].sort(([a], [b]) => (a < b ? -1 : 1));
    return { facts: set, evidence: Object.fromEntries(sorted), units };
  }
}

function mapPaths(fact: Fact, map: (path: string) => string): Fact {
  if (fact.kind === "file" || fact.kind === "creation") return { ...fact, path: map(fact.path) };
  if (fact.kind === "rename") return { ...fact, from: map(fact.from), to: map(fact.to) };
  if (fact.kind === "capability") {
    const slash = fact.operation.indexOf(" /") + 1;
    if (slash > 0)
      return { ...fact, operation: fact.operation.slice(0, slash) + map(fact.operation.slice(slash)) };
  }
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
    if (fact.kind === "syscall" && isSuperfluous(fact, used)) continue;
    if (fact.kind === "capability" && (boundPort(fact.operation) ?? 0) >= host.unprivilegedPortStart)
      continue;
    yield [fact.kind === "identity" ? withName(fact, host) : fact, entry];
  }
}

/** A failure of what worked as well, and what nobody can rely on being seen. `used`: architecture and name of what worked. */
function isSuperfluous({ architecture, name, result }: SyscallFact, used: ReadonlySet<string>): boolean {
  return result === "used" ? isByChance(name) : used.has(`${architecture} ${name}`);
}

function withName(fact: IdentityFact, host: Host): IdentityFact {
  const names = fact.operation === "setuid" || fact.operation === "setfsuid" ? host.users : host.groups;
  return { ...fact, id: Object.hasOwn(names, fact.id) ? (names[fact.id] ?? fact.id) : fact.id };
}

function* fileFacts(settled: Settled, resolver: Resolver): Generator<Found> {
  const made = firstCreations(settled, resolver);
  for (const entry of settled.sightings) {
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
function firstCreations(settled: Settled, resolver: Resolver): ReadonlyMap<string, number> {
  const made = new Map<string, number>();
  for (const { value, sequence } of settled.sightings) {
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

function* creationFacts(settled: Settled, resolver: Resolver): Generator<Found> {
  for (const [fact, entry] of settled.creations) {
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
function* pairFacts(settled: Settled, resolver: Resolver): Generator<Found> {
  for (const entry of settled.pairs) {
    const from = resolver.resolve(entry.value.from, false).path;
    const to = resolver.resolve(entry.value.to, false).path;
    if (parent(from) !== parent(to)) yield [{ kind: "rename", from, to }, entry];
  }
}

function* elevationFacts(settled: Settled, resolver: Resolver): Generator<Found> {
  for (const entry of settled.executions) {
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

function capabilityFacts(
  trace: Interpretation,
  settled: Settled,
  resolver: Resolver,
): { found: Found[]; unknown: string[] } {
  const found: Found[] = [];
  const unknown = new Set<string>();
  for (const entry of settled.checks) {
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
