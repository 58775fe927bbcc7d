import { basename } from "node:path";
import { StraceParser } from "../strace-parser/index.js";
import type { CallRecord, TraceRecord, Value } from "../strace-parser/types.js";
import type { Trace } from "./trace-groups.js";

/** What the beginning of a trace says about the process it begins with. */
export interface TraceStart {
  readonly pid: number;
  /** `execve`: strace started the command; `at-once`: it attached to a running process. */
  readonly begins: "execve" | "at-once";
  /** The program that is executed first. */
  readonly program: string | undefined;
  /** Effective user id, when the program asked for it before it could change it. */
  readonly uid: number | undefined;
  /** Where it was started, when strace (-y) or getcwd(2) told it before it could go elsewhere. */
  readonly cwd: string | undefined;
}

/** undefined when there is no system call in the beginning of the trace. */
export function traceStart(trace: Pick<Trace, "head" | "pid">): TraceStart | undefined {
  const reader = new StartReader();
  const parser = new StraceParser(reader.handle, trace.pid === undefined ? {} : { pid: trace.pid });
  parser.write(trace.head);
  return reader.start;
}

/** Calls after which the answer to geteuid(2) is no longer that of the start. */
const changesIds = /^set(?:res|re|fs)?uid(?:32)?$/;
const tellsUid = /^gete?uid(?:32)?$/;

class StartReader {
  #pid: number | undefined;
  #begins: TraceStart["begins"] = "at-once";
  #program: string | undefined;
  #uid: number | undefined;
  #cwd: string | undefined;
  #idsChanged = false;
  #moved = false;

  get start(): TraceStart | undefined {
    if (this.#pid === undefined) return undefined;
    return {
      pid: this.#pid,
      begins: this.#begins,
      program: this.#program,
      uid: this.#uid,
      cwd: this.#cwd,
    };
  }

  readonly handle = (record: TraceRecord): void => {
    if (record.kind !== "call") return;
    if (this.#pid === undefined) this.#first(record);
    else if (record.pid === this.#pid) this.#next(record);
  };

  #first(record: CallRecord): void {
    this.#pid = record.pid;
    if (record.name !== "execve") {
      this.#next(record);
      return;
    }
    const [path] = record.args;
    this.#begins = "execve";
    if (path?.type === "string") this.#program = basename(path.value);
  }

  #next(record: CallRecord): void {
    const { name, result } = record;
    // A setuid program changes the effective id by being executed.
    this.#idsChanged ||= changesIds.test(name) || name.startsWith("execve");
    this.#moved ||= name === "chdir" || name === "fchdir" || name === "chroot";
    if (!this.#idsChanged && tellsUid.test(name)) this.#uid ??= result;
    if (!this.#moved) this.#cwd ??= toldDirectory(record);
  }
}

function toldDirectory({ name, args, errno }: CallRecord): string | undefined {
  const [told] = args;
  if (name === "getcwd" && errno === undefined && told?.type === "string" && !told.truncated && told.utf8)
    // The kernel says `(unreachable)…` of a directory outside the root directory (getcwd(2)).
    return told.value.startsWith("/") ? told.value : undefined;
  return args.map(currentDirectory).find((path) => path !== undefined);
}

/** `AT_FDCWD</srv>`; descriptor -100 (include/uapi/linux/fcntl.h). */
function currentDirectory(value: Value): string | undefined {
  if (value.type !== "descriptor" || value.fd !== -100 || !value.utf8 || value.deleted) return undefined;
  return value.target.startsWith("/") ? value.target : undefined;
}
