import type { Credentials } from "./credentials.js";
import { DescriptorTable } from "./descriptors.js";
import type { Entry } from "./ledger.js";
import { ExecutableRanges } from "./mappings.js";
import type { Fact } from "./types.js";

/** Root, working directory and umask; shared between processes made with CLONE_FS. */
export interface FileSystemContext {
  /** Absolute, as seen from outside a chroot; undefined: not known. */
  cwd: string | undefined;
  /** Empty for the real root directory; undefined after pivot_root or in a foreign mount namespace: unknown. */
  root: string | undefined;
  umask: number;
  /** Has the service itself chosen the umask? Else it is that of the unit. */
  hasOwnUmask: boolean;
  /** What it was when the service first set one of its own. */
  unitUmask?: number;
}

/** One process tree that was attached to: the service's own start, an ExecStartPre= command, a reload command. */
export interface Tree {
  readonly number: number;
  /** The process that systemd started as the service itself (ExecStart=); undefined in trees of its other commands. */
  readonly main: number | undefined;
}

/** State of one process (or thread) as far as calls have shown it. */
export class Process {
  readonly pid: number;
  /** The process that this thread belongs to (getpid); `pid` itself for the first thread. */
  readonly group: number;
  readonly tree: Tree;
  /** For signals to groups (setpgid(2)); systemd makes each service the leader of its own. */
  processGroup: number;
  /** False while systemd still sets up the sandbox: what happens then is not the service's doing. */
  began: boolean;
  /** The first execve of this process makes it the service. */
  readonly awaitsExecve: boolean;
  executable: string;
  fs: FileSystemContext;
  descriptors: DescriptorTable;
  memory: ExecutableRanges;
  credentials: Credentials;
  /** The descriptors present at the start are unknown (attached to a running program). */
  readonly partial: boolean;
  /** The last call that came back, and when; see src/facts/kills.ts. */
  lastCall: Entry<Fact> | undefined;
  lastSequence = 0;

  constructor(state: {
    pid: number;
    group: number;
    tree: Tree;
    processGroup?: number;
    began: boolean;
    awaitsExecve: boolean;
    executable: string;
    fs: FileSystemContext;
    descriptors: DescriptorTable;
    memory: ExecutableRanges;
    credentials: Credentials;
    partial: boolean;
  }) {
    this.pid = state.pid;
    this.group = state.group;
    this.tree = state.tree;
    this.processGroup = state.processGroup ?? state.pid;
    this.began = state.began;
    this.awaitsExecve = state.awaitsExecve;
    this.executable = state.executable;
    this.fs = state.fs;
    this.descriptors = state.descriptors;
    this.memory = state.memory;
    this.credentials = state.credentials;
    this.partial = state.partial;
  }

  /** The child that clone(2) makes with these flags. */
  child(
    pid: number,
    flags: { readonly files: boolean; readonly fs: boolean; readonly vm: boolean; readonly thread: boolean },
  ): Process {
    return new Process({
      pid,
      group: flags.thread ? this.group : pid,
      tree: this.tree,
      processGroup: this.processGroup,
      began: this.began,
      awaitsExecve: false,
      executable: this.executable,
      fs: flags.fs ? this.fs : { ...this.fs },
      descriptors: flags.files ? this.descriptors : this.descriptors.copy(),
      memory: flags.vm ? this.memory : this.memory.copy(),
      credentials: this.credentials,
      partial: this.partial,
    });
  }

  /** Is it the main process of the service, or a thread of it? */
  get isMain(): boolean {
    return this.group === this.tree.main;
  }

  /** What a successful execve leaves of the process. Sharing of descriptors and memory with others ends. */
  execute(executable: string, credentials: Credentials): void {
    this.executable = executable;
    this.descriptors = this.descriptors.afterExecve();
    this.memory = new ExecutableRanges();
    this.credentials = credentials;
    if (this.awaitsExecve) this.began = true;
  }

  /** Another thread of this process executed a program and took over its pid. */
  succeed(thread: Process): void {
    this.fs = thread.fs;
    this.descriptors = thread.descriptors;
    this.credentials = thread.credentials;
  }
}
