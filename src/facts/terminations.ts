/**
 * What main processes arrange for SIGTERM. The first process of a PID namespace is not ended by a signal that it leaves
 * alone (pid_namespaces(7)), so a service that does cannot be stopped there in time.
 */
import type { CallRecord, Value } from "../strace-parser/types.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { type Entry, Ledger, type Moment } from "./ledger.js";
import type { SignalFact } from "./types.js";
import { hasName, isNull, memberOf, namesOf } from "./values.js";

type Disposition = SignalFact["disposition"];

/** The last word of each main process, by the number of its tree. */
export class Terminations {
  readonly #noted = new Ledger<SignalFact>();
  readonly #last = new Map<number, Entry<SignalFact> | undefined>();

  /** A main process executes its first program, or another one: handlers of the old one are gone, the rest stays (execve(2)). */
  begin(tree: number): void {
    const before = this.#last.get(tree);
    this.#last.set(tree, before?.value.disposition === "handled" ? undefined : before);
  }

  /** undefined: the signal ends the process. */
  set(moment: Moment, tree: number, disposition: Disposition | undefined): void {
    const fact = disposition && ({ kind: "signal", signal: "SIGTERM", disposition } as const);
    this.#last.set(tree, fact && this.#noted.note(fact.disposition, moment, () => fact));
  }

  /** None unless every main process has arranged something. */
  *facts(): Generator<readonly [SignalFact, Entry<SignalFact>]> {
    const last = [...this.#last.values()];
    if (last.includes(undefined)) return;
    for (const entry of new Set(last)) if (entry !== undefined) yield [entry.value, entry];
  }
}

function arrange(trace: Interpretation, disposition: Disposition | undefined): void {
  const { isMain, tree } = trace.process;
  if (isMain && !trace.muted) trace.terminations.set(trace, tree.number, disposition);
}

/** `handlerOf` reads the handler argument; undefined when the call only asks. */
function sigaction(handlerOf: (call: CallRecord) => Value | undefined): Handler {
  return (trace, call) => {
    if (!succeeded(call) || !hasName(call.firstArg, "SIGTERM")) return;
    const handler = handlerOf(call);
    if (handler === undefined) return;
    if (hasName(handler, "SIG_IGN")) arrange(trace, "ignored");
    else arrange(trace, isNull(handler) || hasName(handler, "SIG_DFL") ? undefined : "handled");
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

const action = sigaction((call) => memberOf(call.args[1], "sa_handler"));

export const terminationHandlers: Handlers = {
  rt_sigaction: action,
  sigaction: action,
  signal: sigaction((call) => call.args[1]),
  signalfd: reads(1),
  signalfd4: reads(1),
  rt_sigtimedwait: reads(0),
  rt_sigtimedwait_time64: reads(0),
};
