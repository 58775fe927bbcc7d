import type { CallRecord } from "../strace-parser/types.js";
import { BoundPorts } from "./bound-ports.js";
import { bitsBeyondOwner, Creations } from "./creations.js";
import { type Credentials, holds, idsOf } from "./credentials.js";
import { Crowds } from "./crowds.js";
import type { Descriptor } from "./descriptors.js";
import { type Effect, Effects } from "./effects.js";
import { IpcObjects } from "./ipc.js";
import { Failures, killedFor } from "./failures.js";
import { kernelFile } from "./kernel-files.js";
import { newKeys } from "./keyrings.js";
import { type Entry, Ledger, type Moment } from "./ledger.js";
import type { Capability } from "./names.js";
import { type Attributes, Objects } from "./objects.js";
import { isBelow, parent } from "./paths.js";
import { Peers } from "./peers.js";
import type { Place } from "./place.js";
import { Probes } from "./probes.js";
import type { Process } from "./processes.js";
import { Sampling } from "./sampling.js";
import { factId } from "./set.js";
import { HandledSignals } from "./signals.js";
import { Terminations } from "./terminations.js";
import type { Fact, FileFact } from "./types.js";

/**
 * A use of a path as the trace shows it; what it is in the end depends on symbolic links and object types, which only
 * the host knows (src/facts/resolution.ts).
 *
 * - `open-write`: opened for writing, which a read-only mount refuses for files but not for devices, FIFOs and sockets
 * - `open-create`: opened with O_CREAT, and nothing tells whether it was there before
 * - `ask-write`: the same for access(2) with W_OK
 * - `delete-missing`: removal of a name that was not there, which is a fact only if its directory is
 */
export interface Sighting {
  readonly access: FileFact["access"] | "open-write" | "ask-write" | "open-create" | "delete-missing";
  /** Absolute, run-specific parts replaced; may hold `..` behind names that may be symbolic links. */
  readonly path: string;
  /** A symbolic link as last component is followed. */
  readonly follow: boolean;
  /** Where the kernel ended up, when -y printed it and it is another path. */
  readonly kernel?: string;
  readonly type?: FileFact["type"];
  readonly tree: number;
}

/** A question about permissions that only the owner and mode of objects can answer (src/facts/permissions.ts). */
export interface Check {
  /** `moved`: a directory that got another parent; `link`: a new name for it; `setgid`: the bit is set; `lease`: fcntl(2). */
  readonly kind: "permission" | "names" | "owner" | "times" | "chown" | "moved" | "link" | "setgid" | "lease";
  readonly path: string;
  readonly follow: boolean;
  readonly credentials: Credentials;
  /** Permission bits asked for: 4 read, 2 write, 1 execute or search. */
  readonly want: number;
  readonly verb: string;
  /** The object may just have been made, so that its being gone later leaves no question open. */
  readonly mayBeNew?: boolean;
  /** For chown: the new ids. */
  readonly uid?: number;
  readonly gid?: number;
  /** Owners and modes that the trace had set by then. */
  readonly known: readonly (readonly [string, Attributes])[];
}

/** A rename or link between two directories, before symbolic links are resolved. */
export interface Pair {
  readonly from: string;
  readonly to: string;
}

/** A program that was run; it may have had more rights than its caller. */
export interface Execution {
  readonly path: string;
  readonly credentials: Credentials;
}

const secondsPerDay = 86_400;

/** Zombies that nobody waited for yet are few. */
const mostFormer = 10_000;

/** A capability that was needed for `operation`, if a process with these credentials had it. */
interface Conditional {
  readonly capability: Capability;
  readonly operation: string;
  readonly credentials: Credentials;
}

/** The state of the translation: what was found so far, and the call being looked at. */
export class Interpretation implements Moment {
  record!: CallRecord;
  process!: Process;
  phase = "start";
  sequence = 0;
  readonly sampling = new Sampling();
  #firstTime: number | undefined;

  /** Every process of the trace by its last use of the pid. */
  readonly processes = new Map<number, Process>();
  /** Last credentials of processes that are gone: a zombie can still be sent signals. */
  readonly former = new Map<number, Credentials>();
  readonly pids = new Set<number>();
  /** Symbolic links that the trace made, by normalised path: they may be gone when the host is asked. */
  readonly links = new Map<string, string>();
  /** Hard resource limits as far as shown, by process and resource. */
  readonly limits = new Map<string, number>();
  readonly objects = new Objects(
    (pid) => this.pids.has(pid),
    (path) => {
      this.effects.changed(path);
    },
  );
  readonly facts = new Ledger<Fact>();
  readonly sightings = new Ledger<Sighting>();
  readonly checks = new Ledger<Check>();
  /** Needs of processes that have the capability only if their program is a setuid one. */
  readonly conditional = new Ledger<Conditional>();
  readonly pairs = new Ledger<Pair>();
  readonly executions = new Ledger<Execution>();
  readonly peers = new Peers();
  readonly boundPorts = new BoundPorts();
  readonly probes = new Probes();
  readonly ipc = new IpcObjects();
  readonly keys = newKeys();
  readonly terminations = new Terminations();
  readonly signals = new HandledSignals();
  readonly creations = new Creations();
  readonly incomplete = new Set<string>();
  /** Paths that another trace, which this one goes on from, had shown to be there. */
  readonly seenBefore = new Set<string>();
  /** The first relative path that was used from an unknown directory. */
  unplaced: string | undefined;
  /** PATH of whoever started the command. */
  readonly searchPath = new Set<string>();
  readonly effects = new Effects();
  readonly crowds = new Crowds((directory) => {
    this.effects.changed(directory);
  });
  readonly failures = new Failures();
  /** What the current call names, if it fails. */
  named: Place[] = [];
  /** What the current call does, while it is recorded for the next one like it. */
  trail: Effect | undefined;
  /** The trace prints what descriptors refer to (-y), so that files need no table. */
  printsDescriptors = false;

  /** Turns to the next call. */
  look(record: CallRecord, process: Process): void {
    this.record = record;
    this.process = process;
    this.sequence++;
    if (this.named.length > 0) this.named = [];
    this.#firstTime ??= record.time;
    if (this.sampling.isOn) this.#sample(record.time);
  }

  #sample(time: number | undefined): void {
    const { sampling } = this;
    if (time !== undefined && !(time >= sampling.from && time < sampling.until)) sampling.turn(time);
  }

  /** Seconds since the first record; times of day (strace -t) start again at midnight. */
  get elapsed(): number {
    return this.elapsedAt(this.record.time);
  }

  elapsedAt(time: number | undefined): number {
    if (time === undefined || this.#firstTime === undefined) return 0;
    const elapsed = time - this.#firstTime;
    if (elapsed >= 0) return elapsed;
    return elapsed > -secondsPerDay && time < secondsPerDay ? elapsed + secondsPerDay : 0;
  }

  /** A process that was attached to or made by one of the trace. */
  start(process: Process): void {
    this.processes.set(process.pid, process);
    this.pids.add(process.pid);
  }

  /** A process that is gone. Bounded: what is forgotten counts as outside the trace. */
  end(pid: number): void {
    const gone = this.processes.get(pid);
    if (gone === undefined) return;
    if (this.former.size >= mostFormer) this.former.clear();
    this.former.set(pid, gone.credentials);
    this.processes.delete(pid);
  }

  /** The current call names this place. */
  names(place: Place): void {
    if (this.record.outcome === "failed") this.named.push(place);
  }

  /** The current call was interpreted: notes that it failed, if that is of interest. */
  failed(): void {
    const { record, failures } = this;
    if (this.muted || !failures.isWanted(this, record)) return;
    this.#track(failures.again(this.process, record) ?? failures.note(this, record));
    if (this.trail !== undefined) this.trail.executable = this.process.executable;
  }

  /** A process was killed for this call, which is the current one. */
  killed(): void {
    if (!this.muted) this.failures.note(this, this.record, killedFor);
  }

  /** Before the service's first execve nothing is its doing. */
  get muted(): boolean {
    return !this.process.began;
  }

  fact(fact: Fact): void {
    if (!this.muted) this.#track(this.facts.note(factId(fact), this, () => fact));
  }

  /** For calls that come often: `key` says as much as the identity but costs less. */
  factBy(key: string, make: () => Fact): void {
    if (!this.muted) this.#track(this.facts.note(key, this, make));
  }

  /** `capability` was needed for `operation`, provided that the process had it. */
  capability(capability: Capability, operation: string): void {
    const { credentials } = this.process;
    if (holds(credentials.effective, capability)) this.possible(capability, operation);
    else if (credentials.program !== undefined && !this.muted)
      this.#track(
        this.conditional.note(`${capability} ${operation} ${idsOf(credentials)}`, this, () => ({
          capability,
          operation,
          credentials,
        })),
      );
  }

  /** `capability` was needed in the permitted set, whether or not it was in effect. */
  possible(capability: Capability, operation: string): void {
    if (this.muted) return;
    this.factBy(`C${capability}${operation}`, () => ({
      kind: "capability",
      capability,
      source: "inferred",
      operation,
    }));
  }

  see(access: Sighting["access"], place: Place, type?: FileFact["type"]): void {
    if (this.muted) return;
    const tree = this.process.tree.number;
    if (access === "read" && this.objects.get(place.path)?.tree === tree) return;
    const kernel = place.kernel === undefined ? undefined : this.normal(place.kernel);
    let path = this.normal(place.raw);
    let key = sightingKey(access, type, tree, place.follow, path, kernel);
    if (!this.sightings.has(key)) {
      path = this.crowds.note(path);
      key = sightingKey(access, type, tree, place.follow, path, kernel);
    }
    this.#track(
      this.sightings.note(key, this, () => ({
        access,
        path,
        follow: place.follow,
        ...(kernel !== undefined && { kernel }),
        ...(type !== undefined && { type }),
        tree,
      })),
    );
  }

  /** An object of this mode, as the call asks for it, is made or may be. */
  creation(made: Place, mode: number | undefined): void {
    const bits = bitsBeyondOwner(mode, this.process.fs);
    if (bits === 0 || this.muted) return;
    this.creations.made(this, made.path, this.crowds.fold(this.normal(made.kernel ?? made.raw)), bits);
  }

  /** A descriptor of the process is opened, or with undefined closed. */
  setDescriptor(fd: number, descriptor: Descriptor | undefined): void {
    this.process.descriptors.replace(fd, descriptor);
    if (this.trail !== undefined) this.trail.table = { fd, descriptor };
  }

  /** Has the path been seen to be there? */
  isSeen(place: Place): boolean {
    if (this.objects.get(place.path) !== undefined || this.seenBefore.has(place.path)) return true;
    const kernel = place.kernel === undefined ? undefined : this.normal(place.kernel);
    const tree = this.process.tree.number;
    const path = this.normal(place.raw);
    return seenBy.some(({ access, follow }) =>
      this.sightings.has(sightingKey(access, undefined, tree, follow, path, kernel)),
    );
  }

  /** Run-specific parts replaced. */
  normal(path: string): string {
    if (this.trail !== undefined && path.startsWith("/proc/")) this.trail.group = this.process.group;
    return this.objects.normalise(path, this.process.group);
  }

  pair(from: Place, to: Place): void {
    // Within one directory both ends are covered alike.
    if (this.muted || parent(from.path) === parent(to.path)) return;
    const pair = {
      from: this.crowds.fold(this.normal(from.path)),
      to: this.crowds.fold(this.normal(to.path)),
    };
    this.#track(this.pairs.note(`${pair.from}\0${pair.to}`, this, () => pair));
  }

  executed(place: Place): void {
    if (this.muted) return;
    const { credentials } = this.process;
    const path = this.normal(place.path);
    this.#track(this.executions.note(`${path}|${idsOf(credentials)}`, this, () => ({ path, credentials })));
  }

  /** Asks for a permission that only a process with capabilities could be missing. */
  check(
    kind: Check["kind"],
    place: Place,
    want: number,
    verb: string,
    more: Pick<Check, "uid" | "gid" | "mayBeNew"> = {},
  ): void {
    if (kind === "permission") kernelFile(this, place, want);
    const { credentials } = this.process;
    const { effective, program } = credentials;
    if (this.muted || (effective !== "all" && effective.size === 0 && program === undefined)) return;
    if (isBelow(place.path, "/proc")) return;
    const path = this.crowds.fold(this.normal(place.raw));
    const known = this.#known(place.path, path);
    const state = known
      .map(([one, { uid, gid, mode }]) => `${one}:${uid ?? ""}:${gid ?? ""}:${mode ?? ""}`)
      .join("|");
    const how = `${kind}${want}${place.follow ? "f" : "n"}${verb}|${more.uid ?? ""}:${more.gid ?? ""}`;
    const key = `${how}|${path}|${idsOf(credentials)}|${state}`;
    const check = (): Check => ({
      kind,
      path,
      follow: place.follow,
      credentials,
      want,
      verb,
      ...more,
      known,
    });
    this.#track(this.checks.note(key, this, check));
  }

  /** What the trace knows of the object, under the name it is asked about, and of the directories above it. */
  #known(path: string, asked: string): Check["known"] {
    const known: (readonly [string, Attributes])[] = [];
    if (this.objects.isEmpty) return known;
    for (let slash = path.indexOf("/", 1); slash > 0; slash = path.indexOf("/", slash + 1)) {
      const directory = path.slice(0, slash);
      const attributes = this.objects.get(directory);
      if (attributes !== undefined) known.push([this.crowds.fold(this.normal(directory)), attributes]);
    }
    const attributes = this.objects.get(path);
    if (attributes !== undefined) known.push([asked, attributes]);
    return known;
  }

  #track(entry: Entry<unknown>): void {
    this.trail?.entries.push(entry);
  }
}

/** Successful uses that need a name to be there, with and without following it. */
const seenBy = (["read", "open-write"] as const).flatMap((access) => [
  { access, follow: true },
  { access, follow: false },
]);

function sightingKey(
  access: Sighting["access"],
  type: FileFact["type"],
  tree: number,
  follow: boolean,
  path: string,
  kernel: string | undefined,
): string {
  return `${access}|${type ?? ""}|${tree}|${follow ? "f" : "n"}|${path}|${kernel ?? ""}`;
}
