import type { Host } from "../host/types.js";
import type { CallRecord, ExitRecord, SignalRecord, TraceRecord } from "../strace-parser/types.js";
import { handlers } from "./calls.js";
import { type Concluded, conclude } from "./conclusion.js";
import { initialCredentials } from "./credentials.js";
import { DescriptorTable } from "./descriptors.js";
import { newEffect, repeatable, tableOnly } from "./effects.js";
import { killedFor } from "./failures.js";
import type { Handler } from "./handler.js";
import { hostQuery } from "./host-query.js";
import { Interpretation } from "./interpretation.js";
import { Kills } from "./kills.js";
import { countAgain, type Entry } from "./ledger.js";
import { ExecutableRanges } from "./mappings.js";
import { Orphans } from "./orphans.js";
import { Process } from "./processes.js";
import type { SampledBy } from "./sampling.js";
import { restore, type Snapshot } from "./snapshot.js";
import { architectureOf } from "./syscalls.js";
import type { Architecture, Fact, SyscallFact } from "./types.js";
import { hasName, memberOf } from "./values.js";

/** State of a process at the moment its tree is attached to; what is not known is left out. */
export interface AttachOptions {
  /**
   * `execve`: everything before its first successful execve (systemd's sandbox set-up, strace's own child) only
   * updates process state and is no fact; `at-once`: a trace attached to a running program.
   */
  readonly begins: "execve" | "at-once";
  /** Absolute path; without it relative paths are understood only where strace prints the directory (-y). */
  readonly cwd?: string;
  /** Default 0: systemd starts every service as root and drops ids in the trace. */
  readonly uid?: number;
  readonly gid?: number;
  readonly groups?: readonly number[];
  /** Default 0o022. */
  readonly umask?: number;
  /** Ambient capabilities (`CAP_NET_BIND_SERVICE`), which a process with a uid other than 0 keeps over execve. */
  readonly ambient?: readonly string[];
  /** False for a command of the unit other than the service itself: ExecStartPre=, ExecReload= … Default true. */
  readonly isMain?: boolean;
  /** Executable, for the evidence of a process attached `at-once`. */
  readonly executable?: string;
  /**
   * Directories of PATH that are the caller's and would not be the service's: that some program is not in one of them
   * says nothing about the service. Holds for the whole trace.
   */
  readonly searchPath?: readonly string[];
  /** All else that is known of a process in the midst of another trace; what is above is part of it. */
  readonly snapshot?: Snapshot;
}

/** `facts`; `evidence` by identity of the fact (`factId`); `incomplete`: what could not be decided, one sentence each. */
export type Built = Concluded;

/** What there is to know of all calls of one name. */
interface Kind {
  readonly handler: Handler | undefined;
  readonly isRepeatable: boolean;
  readonly isTableOnly: boolean;
  /** The entry of those through the native ABI that worked: nearly all there are. */
  used: Entry<Fact> | undefined;
}

const defaultUmask = 0o022;

/** A machine of which nothing is known. */
function unknownHost(architecture: Architecture): Host {
  return {
    architecture,
    kernel: "",
    systemd: null,
    users: {},
    groups: {},
    memberships: {},
    mounts: [],
    files: {},
    cgroups: "none",
    securityModules: null,
    unenforced: [],
    unprivilegedPortStart: 1024,
  };
}

/**
 * Turns trace records into facts. Feed `handle` in the order of the trace, then ask `hostQuery`, then `finish`.
 * Memory is bounded by the number of different facts, not by the length of the trace.
 */
export class FactBuilder {
  readonly #trace = new Interpretation();
  readonly #orphans = new Orphans();
  readonly #kills = new Kills();
  readonly #architecture: Architecture;
  readonly #kinds = new Map<string, Kind>();
  #trees = 0;

  constructor(options: { readonly architecture: Architecture }) {
    this.#architecture = options.architecture;
  }

  /** A traced process tree begins at `pid`. Records of a pid that was never attached to begin a tree of their own. */
  attach(pid: number, options: AttachOptions): void {
    const uid = options.uid ?? 0;
    const awaitsExecve = options.begins === "execve";
    for (const directory of options.searchPath ?? []) this.#trace.searchPath.add(directory);
    const { snapshot, umask = defaultUmask } = options;
    const group = snapshot?.group ?? pid;
    const process = new Process({
      pid,
      group,
      ...(snapshot !== undefined && { processGroup: snapshot.processGroup }),
      tree: { number: this.#trees++, main: options.isMain === false ? undefined : group },
      began: !awaitsExecve,
      awaitsExecve,
      executable: options.executable ?? "",
      fs: {
        cwd: options.cwd,
        umask,
        root: snapshot === undefined ? "" : snapshot.root,
        hasOwnUmask: snapshot?.hasOwnUmask ?? false,
      },
      descriptors: new DescriptorTable(snapshot?.descriptors),
      memory: snapshot?.memory.copy() ?? new ExecutableRanges(),
      credentials:
        snapshot?.credentials ??
        initialCredentials(uid, options.gid ?? uid, options.groups ?? [], options.ambient ?? []),
      partial: snapshot?.isPartial ?? !awaitsExecve,
    });
    this.#trace.start(process);
    if (snapshot !== undefined) restore(this.#trace, snapshot, process);
    if (process.isMain && process.began) this.#trace.terminations.begin(process.tree.number);
  }

  /**
   * Names the lifecycle phase for the evidence of what follows. What happens in the phase `soak` is sampled by time, or by
   * what the caller says is a repetition (`repeat`). `at`: when it begins, by the clock of the trace.
   */
  phase(name: string, { at, by = "time" }: { readonly at?: number; readonly by?: SampledBy } = {}): void {
    const { sampling } = this.#trace;
    this.#trace.phase = name;
    sampling.end(at);
    if (name === "soak") sampling.begin(by, at);
  }

  /** The next repetition of a soak that is sampled by them begins. */
  repeat(): void {
    this.#trace.sampling.repeat();
  }

  /** Changes when the unit of the sample that goes on at `time` is another one. */
  unitAt(time: number | undefined): number {
    return this.#trace.sampling.unitAt(time);
  }

  /** The soak is over, or the trace. `at`: by the clock of the trace. */
  endSoak(at: number | undefined): void {
    this.#trace.sampling.end(at);
  }

  /** Takes the next record of the trace. */
  handle(record: TraceRecord): void {
    if (record.kind === "call") this.#call(record);
    else if (record.kind === "exit") this.#exit(record);
    else if (record.kind === "signal") this.#signal(record);
  }

  /** What the host must be asked before `finish`; valid when the whole trace was handled. */
  hostQuery(): { paths: string[]; uids: number[]; gids: number[] } {
    this.#adoptOrphans();
    return hostQuery(this.#trace);
  }

  /** Were relative paths used from a directory that is not known? They are no facts then. Valid like `hostQuery`. */
  get isUnplaced(): boolean {
    return this.#trace.unplaced !== undefined;
  }

  /** What is known up to now, `at` by the clock of the trace, without asking a host: paths stay as the service wrote them. */
  survey(at: number): Built {
    this.#trace.sampling.turn(at);
    return conclude(this.#trace, unknownHost(this.#architecture));
  }

  finish(host: Host): Built {
    this.#adoptOrphans();
    return conclude(this.#trace, host);
  }

  #call(record: CallRecord): void {
    const trace = this.#trace;
    let process = trace.processes.get(record.pid);
    if (process === undefined) {
      if (trace.processes.size > 0) {
        // Its parent's clone has not returned yet: vfork(2), or the kernel ran the child first.
        this.#orphans.hold(record);
        if (this.#orphans.isFull(record.pid)) this.#adopt(record.pid);
        return;
      }
      this.#attachFirst(record);
      process = trace.processes.get(record.pid);
      if (process === undefined) return;
    }
    this.#interpret(record, process);
    if (record.result !== undefined && this.#orphans.has(record.result) && trace.processes.has(record.result))
      this.#replay(record.result);
  }

  #interpret(record: CallRecord, process: Process): void {
    const trace = this.#trace;
    trace.look(record, process);
    trace.probes.next(record);
    const beganBefore = process.began;
    const kind = this.#kindOf(record.name);
    const handler = kind.isTableOnly && trace.printsDescriptors ? undefined : kind.handler;
    if (kind.isRepeatable && beganBefore) this.#repeat(record, process, handler);
    else this.#once(record, handler);
    // The execve that starts the service is its first call.
    if (beganBefore || process.began) this.#syscall(record, kind);
  }

  #once(record: CallRecord, handler: Handler | undefined): void {
    handler?.(this.#trace, record);
    if (record.outcome === "failed") this.#trace.failed();
  }

  /** The same call in the same state does the same again; working that out once is enough. */
  #repeat(record: CallRecord, process: Process, handler: Handler | undefined): void {
    const trace = this.#trace;
    const { textId } = record;
    // What comes for the first time may never come again, as the names of temporary files do.
    if (textId === undefined) {
      this.#once(record, handler);
      return;
    }
    const known = trace.effects.find(process, textId);
    if (known !== undefined) {
      for (const entry of known.entries) countAgain(entry, trace.sampling);
      if (known.table !== undefined) process.descriptors.replace(known.table.fd, known.table.descriptor);
      return;
    }
    const effect = newEffect();
    trace.trail = effect;
    this.#once(record, handler);
    trace.trail = undefined;
    trace.effects.keep(process, textId, effect);
  }

  #kindOf(name: string): Kind {
    const known = this.#kinds.get(name);
    if (known !== undefined) return known;
    const kind = {
      handler: handlers.get(name),
      isRepeatable: repeatable.has(name),
      isTableOnly: tableOnly.has(name),
      used: undefined,
    };
    this.#kinds.set(name, kind);
    return kind;
  }

  #syscall(record: CallRecord, kind: Kind): void {
    const { name: printed, personality, errno } = record;
    const result = errno === "EPERM" || errno === "ENOSYS" ? errno : "used";
    const isPlain = personality === "native" && result === "used";
    if (isPlain && kind.used !== undefined) {
      countAgain(kind.used, this.#trace.sampling);
      this.#returned(record, kind.used);
      return;
    }
    const entry = this.#trace.facts.note(
      `${personality}|${result}|${printed}`,
      this.#trace,
      (): SyscallFact => {
        const architecture = architectureOf(this.#architecture, personality);
        return { kind: "syscall", architecture, name: printed, result };
      },
    );
    if (isPlain) kind.used = entry;
    this.#kills.note(entry, record);
    this.#returned(record, entry);
  }

  /** For whoever is killed for its last call, see src/facts/kills.ts. */
  #returned({ outcome }: CallRecord, call: Entry<Fact>): void {
    if (outcome !== "returned") return;
    const { process, sequence } = this.#trace;
    process.lastCall = call;
    process.lastSequence = sequence;
  }

  /** A filter that has the process told instead of killing it at once (SECCOMP_RET_TRAP, seccomp(2)). */
  #signal({ pid, signal, info }: SignalRecord): void {
    this.#trace.signals.received(signal);
    if (signal === killedFor && hasName(memberOf(info, "si_code"), "SYS_SECCOMP"))
      this.#kills.killed(this.#trace, pid);
  }

  /** A trace of which nothing is known begins with the program's execve, or in its midst. */
  #attachFirst(record: CallRecord): void {
    const isStart = (record.name === "execve" || record.name === "execveat") && record.outcome === "returned";
    this.attach(record.pid, { begins: isStart ? "execve" : "at-once" });
  }

  #replay(pid: number): void {
    for (const held of this.#orphans.take(pid)) this.#call(held);
  }

  /**
   * A process whose clone is not in the trace: a thread of a running program that was attached to (it shares the state
   * of the first process), or one that was made in another pid namespace.
   */
  #adopt(pid: number): void {
    const [first] = this.#trace.processes.values();
    if (first === undefined) return;
    const shares = first.partial;
    this.#trace.start(first.child(pid, { files: shares, fs: shares, vm: shares, thread: shares }));
    this.#replay(pid);
  }

  #adoptOrphans(): void {
    for (const pid of this.#orphans.pids()) this.#adopt(pid);
  }

  #exit(record: ExitRecord): void {
    const { processes } = this.#trace;
    if (record.signal === killedFor) this.#kills.killed(this.#trace, record.pid);
    if (record.reason === "superseded" && record.by !== undefined) {
      // A thread's execve takes over the pid of the process; the other threads are gone.
      const successor = processes.get(record.by);
      const leader = processes.get(record.pid);
      if (successor !== undefined && leader !== undefined) leader.succeed(successor);
      return;
    }
    this.#trace.end(record.pid);
  }
}
