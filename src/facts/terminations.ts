/**
 * What main processes arrange for SIGTERM. The first process of a PID namespace is not ended by a signal that it leaves
 * alone (pid_namespaces(7)), so a service that does cannot be stopped there in time.
 */
import type { CallRecord, Value } from "../strace-parser/types.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { type Entry, Ledger, type Moment } from "./ledger.js";
import type { SignalFact } from "./types.js";
import { hasName, isNull, memberOf, namesOf, numberOf } from "./values.js";

type Disposition = SignalFact["disposition"];

interface Arrangement {
  readonly entry: Entry<SignalFact>;
  /** It was taken back since, as interpreters do when they end. */
  readonly isOver: boolean;
}

/** What each main process has arranged, by the number of its tree; undefined: the signal ends it. */
export class Terminations {
  readonly #noted = new Ledger<SignalFact>();
  readonly #arranged = new Map<number, Arrangement | undefined>();

  /** A main process executes its first program, or another one: handlers of the old one are gone, the rest stays (execve(2)). */
  begin(tree: number): void {
    const before = this.#arranged.get(tree);
    this.#arranged.set(tree, before?.entry.value.disposition === "handled" ? undefined : before);
  }

  arrange(moment: Moment, tree: number, disposition: Disposition): void {
    const fact = { kind: "signal", signal: "SIGTERM", disposition } as const;
    const entry = this.#noted.note(disposition, moment, () => fact);
    this.#arranged.set(tree, { entry, isOver: false });
  }

  takeBack(tree: number): void {
    const arranged = this.#arranged.get(tree);
    if (arranged !== undefined) this.#arranged.set(tree, { ...arranged, isOver: true });
  }

  /** The process sends the signal to itself: with nothing arranged it means to be ended by it, which the first process is not. */
  raise(tree: number): void {
    if (this.#arranged.get(tree)?.isOver === true) this.#arranged.set(tree, undefined);
  }

  /** None unless every main process has arranged something. */
  *facts(): Generator<readonly [SignalFact, Entry<SignalFact>]> {
    const arranged = [...this.#arranged.values()];
    if (arranged.includes(undefined)) return;
    for (const entry of new Set(arranged.map((one) => one?.entry)))
      if (entry !== undefined) yield [entry.value, entry];
  }
}

/** Does the current process matter? */
function isWanted({ process, muted }: Interpretation): boolean {
  return process.isMain && !muted;
}

function arrange(trace: Interpretation, disposition: Disposition): void {
  if (isWanted(trace)) trace.terminations.arrange(trace, trace.process.tree.number, disposition);
}

/** `handlerOf` reads the handler argument; undefined when the call only asks. */
function sigaction(handlerOf: (call: CallRecord) => Value | undefined): Handler {
  return (trace, call) => {
    if (!succeeded(call) || !hasName(call.firstArg, "SIGTERM")) return;
    const handler = handlerOf(call);
    if (handler === undefined) return;
    if (hasName(handler, "SIG_IGN")) arrange(trace, "ignored");
    else if (!isNull(handler) && !hasName(handler, "SIG_DFL")) arrange(trace, "handled");
    else if (isWanted(trace)) trace.terminations.takeBack(trace.process.tree.number);
  };
}

/** signalfd(2) and sigwait(3) read signals that are blocked: a signal that is not would never be read. */
function reads(position: number): Handler {
  return (trace, call) => {
    if (call.outcome !== "failed" || call.errno === "EAGAIN" || call.errno === "EINTR")
      if (includesTerm(call.args[position])) arrange(trace, "blocked");
  };
}

/** `[INT TERM]`, or `~[KILL]`: all but these. */
function includesTerm(set: Value | undefined): boolean {
  if (set?.type !== "array") return false;
  return set.items.some((item) => namesOf(item).includes("TERM")) !== set.complement;
}

/** kill(2), tkill(2) and tgkill(2), by which raise(3) is made: the process is the first argument but for tkill. */
function raises(signal: number): Handler {
  return (trace, call) => {
    const { pid, group, tree } = trace.process;
    const target = numberOf(call.args[0]);
    if (!succeeded(call) || !hasName(call.args[signal], "SIGTERM") || !isWanted(trace)) return;
    if (target === group || target === pid || target === 0) trace.terminations.raise(tree.number);
  };
}

const action = sigaction((call) => memberOf(call.args[1], "sa_handler"));

export const terminationHandlers: Handlers = {
  rt_sigaction: action,
  sigaction: action,
  signal: sigaction((call) => call.args[1]),
  kill: raises(1),
  tkill: raises(1),
  tgkill: raises(2),
  signalfd: reads(1),
  signalfd4: reads(1),
  rt_sigtimedwait: reads(0),
  rt_sigtimedwait_time64: reads(0),
};
