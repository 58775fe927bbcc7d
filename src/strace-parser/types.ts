/**
 * What the parser says about a trace. These types are the public API of `sandbox-profiler/strace-parser`:
 * they speak of strace's output alone and know nothing of systemd.
 */

/** An integer as strace prints it: decimal, hexadecimal (`0x1f`) or octal (`0644`); `text` keeps what a double cannot. */
export interface NumberValue {
  readonly type: "number";
  readonly value: number;
  readonly text: string;
}

/**
 * A quoted string, unescaped. `value` is its UTF-8 decoding when `utf8` is true; otherwise each char code is one byte
 * (latin1), so that nothing is lost. `truncated` means that strace printed `...` after it (option -s).
 * The name of an abstract socket, printed as `@"name"`, begins with the NUL that it begins with in the kernel.
 */
export interface StringValue {
  readonly type: "string";
  readonly value: string;
  readonly utf8: boolean;
  readonly truncated: boolean;
}

/** Symbolic constants, ORed: `O_RDONLY|O_CLOEXEC`, `SIGTERM`, `NULL`, `S_IFREG|0644`. `bits` holds the numeric remainder. */
export interface FlagsValue {
  readonly type: "flags";
  readonly names: readonly string[];
  readonly bits: number;
}

/**
 * A descriptor with what -y/-yy printed inside `<…>`: `3</etc/passwd>`, `5<socket:[17]>`, `0</dev/null<char 1:3>>`.
 * `AT_FDCWD` is descriptor -100. Without -y a descriptor is a plain NumberValue (and AT_FDCWD a FlagsValue).
 */
export interface DescriptorValue {
  readonly type: "descriptor";
  readonly fd: number;
  /** Unescaped text between the outer angle brackets, without the device suffix. */
  readonly target: string;
  /** False when `target` is not valid UTF-8 and therefore holds one byte per char code. */
  readonly utf8: boolean;
  /** `char` or `block` device numbers, printed by -yy. */
  readonly device?: { readonly type: "char" | "block"; readonly major: number; readonly minor: number };
  /** strace printed `(deleted)` behind it. */
  readonly deleted: boolean;
}

/**
 * `{st_mode=S_IFREG|0644, ...}`; members without a name have an empty `name`. `truncated`: strace elided the rest.
 * An argument or array item printed as `NAME=VALUE` or `[INDEX]=VALUE` is a struct of that one member.
 */
export interface StructValue {
  readonly type: "struct";
  readonly members: readonly { readonly name: string; readonly value: Value }[];
  readonly truncated: boolean;
}

/** `[A, B]`, and the signal set `~[A B]` with `complement` true. */
export interface ArrayValue {
  readonly type: "array";
  readonly items: readonly Value[];
  readonly complement: boolean;
  readonly truncated: boolean;
}

/** A macro as strace prints it: `htons(80)`, `makedev(0x1, 0x3)`, `inet_addr("127.0.0.1")`. */
export interface MacroValue {
  readonly type: "macro";
  readonly name: string;
  readonly args: readonly Value[];
}

/** `[8] => [16]`, `{revents=0} => {...}`: the value on entering and on exiting the call. */
export interface ChangeValue {
  readonly type: "change";
  readonly before: Value;
  readonly after: Value;
}

/** An expression kept as it was printed, for example `WIFEXITED(s) && WEXITSTATUS(s) == 0`; one byte per char code. */
export interface RawValue {
  readonly type: "raw";
  readonly text: string;
}

export type Value =
  | NumberValue
  | StringValue
  | FlagsValue
  | DescriptorValue
  | StructValue
  | ArrayValue
  | MacroValue
  | ChangeValue
  | RawValue;

/** The ABI a call was made through. `native` is the ABI of the tracer itself (64 bit on x86-64). */
export type Personality = "native" | "32" | "x32";

/** Members shared by all records. */
interface RecordBase {
  /**
   * 0 when the trace has no pid column and none was given in the options. A log with `[pid N]` prefixes names no process
   * while there is but one: what is then known of the first keeps 0, also in lines that name it later.
   */
  readonly pid: number;
  /** Time as printed: seconds since the epoch for -ttt, seconds since midnight for -t/-tt, relative for -r. */
  readonly time: number | undefined;
  /** Number of the (last) line this record comes from, from 1. */
  readonly line: number;
}

export interface CallRecord extends RecordBase {
  readonly kind: "call";
  /** The name as printed, for example `openat` or `syscall_0x1f5`. */
  readonly name: string;
  /** Counts the calls of its process (thread), from 1, with those that are not delivered: by it one sees what is left out. */
  readonly ordinal: number;
  readonly personality: Personality;
  /**
   * `returned`: it came back with a result that is no error; `failed`: with an errno; `unknown`: strace printed `?`;
   * `unfinished`: the trace ends, or the process does, while the call is under way.
   */
  readonly outcome: "returned" | "failed" | "unknown" | "unfinished";
  /**
   * Arguments, decoded on first use from the line's bytes. Keep the values, not the record: it is reused.
   * Empty when the trace has only the end of the call (such a line also counts as unparsed).
   */
  readonly args: readonly Value[];
  /** The first of them, decoded without the others. */
  readonly firstArg: Value | undefined;
  /** The numeric result; undefined for `?` and for calls that did not finish. */
  readonly result: number | undefined;
  /** What -y printed behind a returned descriptor. */
  readonly resultDescriptor: DescriptorValue | undefined;
  /** `ENOENT`, or `ERESTARTSYS` for a call that the kernel restarts; undefined unless `failed` or restarting. */
  readonly errno: string | undefined;
  /** `Timeout`, `flags O_RDWR|O_LARGEFILE`, `DELAYED`, `INJECTED` … : text in parentheses behind the result, joined by `; `. */
  readonly annotation: string | undefined;
  /** Seconds spent in the call (-T). */
  readonly duration: number | undefined;
  /** The call as strace printed it, unfinished parts joined, without pid and time; for showing to people. */
  readonly text: string;
  /**
   * Stands for `text` without the duration, where that came before: the same number, the same text. Undefined the first
   * time, and again for what has not come for long. Asking costs little, unlike making and comparing the text.
   */
  readonly textId: number | undefined;
}

export interface SignalRecord extends RecordBase {
  readonly kind: "signal";
  readonly signal: string;
  /** The `{si_signo=…}` struct when it was printed. */
  readonly info: StructValue | undefined;
}

/** `+++ exited with 1 +++`, `+++ killed by SIGKILL (core dumped) +++`, `+++ superseded by execve in pid 12 +++`. */
export interface ExitRecord extends RecordBase {
  readonly kind: "exit";
  readonly reason: "exited" | "killed" | "superseded";
  readonly status: number | undefined;
  readonly signal: string | undefined;
  readonly by: number | undefined;
}

/** `--- stopped by SIGSTOP ---` and `[ Process PID=3 runs in 32 bit mode. ]`, strace's own remarks. */
export interface NoteRecord extends RecordBase {
  readonly kind: "note";
  readonly text: string;
}

export type TraceRecord = CallRecord | SignalRecord | ExitRecord | NoteRecord;

/** Calls that were counted instead of delivered (see `ParserOptions.every`). */
export interface CallCount {
  readonly name: string;
  readonly personality: Personality;
  readonly calls: number;
}

/** What was read; `unparsed` lines are evidence that is missing, so they must reach the user. */
export interface ParseSummary {
  readonly bytes: number;
  readonly lines: number;
  readonly counts: readonly CallCount[];
  readonly unparsed: { readonly lines: number; readonly examples: readonly { line: number; text: string }[] };
  /** The last line has no newline: the trace was cut. It is parsed as far as it goes. */
  readonly truncatedEnd: boolean;
}

export interface ParserOptions {
  /** The process of a file without pid column (strace -ff writes FILE.PID). */
  readonly pid?: number;
  /**
   * Names of the calls of which every record is wanted; execve and execveat always are. Of all others the first record
   * for each (pid, program, name, personality, outcome, errno) is delivered and the rest is only counted. A program is
   * what one execve started. Default: every record of every call.
   */
  readonly every?: ReadonlySet<string>;
  /**
   * Of these calls, which `every` does not name, each record is wanted that shows a socket address as last but one
   * argument: datagrams sent with sendto(2) to, or received with recvfrom(2) from, somebody in particular.
   */
  readonly addressed?: ReadonlySet<string>;
  /** Each call that failed with one of these errors (`EPERM`) is wanted, whatever call it is. */
  readonly errnos?: ReadonlySet<string>;
}

export type RecordHandler = (record: TraceRecord) => void;
