import type { Host } from "../host/types.js";
import type { TraceRecord } from "../strace-parser/types.js";
import { FactSet } from "./set.js";
import type { Architecture, Evidence } from "./types.js";

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
  /** Executable, for the evidence of a process attached `at-once`. */
  readonly executable?: string;
}

export interface Built {
  readonly facts: FactSet;
  /** By identity of the fact (`factId`). */
  readonly evidence: Record<string, Evidence>;
  /** What could not be decided, one sentence each. */
  readonly incomplete: string[];
}

/** Turns trace records into facts. Feed `handle` in the order of the trace, then ask `hostQuery`, then `finish`. */
export class FactBuilder {
  constructor(_options: { readonly architecture: Architecture }) {}
  attach(_pid: number, _options: AttachOptions): void {}
  phase(_name: string): void {}
  handle(_record: TraceRecord): void {}
  hostQuery(): { paths: string[]; uids: number[]; gids: number[] } {
    return { paths: [], uids: [], gids: [] };
  }
  finish(_host: Host): Built {
    return { facts: FactSet.empty, evidence: {}, incomplete: [] };
  }
}
