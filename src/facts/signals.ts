/** Signals that a service has handlers for and that nobody sent: what it would do then was not seen. */
import type { CallRecord } from "../strace-parser/types.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import { hasName, isNull, memberOf, namesOf } from "./values.js";

/** Signals by which services are told to do something, or which a timer of theirs sends (signal(7)). Those that end them are not among them. */
const telling = ["SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGALRM"];

/** A program that handles more signals does so because of its runtime (Go's os/signal takes all there are), not to be told. */
const mostOwn = 24;

/** Of all processes of the unit together. */
export class HandledSignals {
  readonly #handled = new Set<string>();
  readonly #received = new Set<string>();

  handled(signal: string): void {
    this.#handled.add(signal);
  }

  received(signal: string): void {
    this.#received.add(signal);
  }

  /** In the order of their numbers on most architectures. */
  unsent(): readonly string[] {
    if (this.#handled.size > mostOwn) return [];
    return telling.filter((signal) => this.#handled.has(signal) && !this.#received.has(signal));
  }
}

const sigaction: Handler = (trace, call) => {
  if (trace.muted || !succeeded(call)) return;
  const [signal] = namesOf(call.firstArg);
  if (signal !== undefined && setsHandler(call)) trace.signals.handled(signal);
};

/** signal(2) has the handler itself as second argument; there is none where the call only asks. */
function setsHandler({ name, args }: CallRecord): boolean {
  const handler = name === "signal" ? args[1] : memberOf(args[1], "sa_handler");
  return (
    handler !== undefined && !isNull(handler) && !hasName(handler, "SIG_DFL") && !hasName(handler, "SIG_IGN")
  );
}

export const signalHandlers: Handlers = { rt_sigaction: sigaction, sigaction, signal: sigaction };
