import type { CallRecord } from "../strace-parser/types.js";
import type { Interpretation } from "./interpretation.js";

/** Draws the facts from one call and updates the state it changes. */
export type Handler = (trace: Interpretation, call: CallRecord) => void;

/** Handlers by the name of the call as strace prints it. */
export type Handlers = Readonly<Record<string, Handler>>;

export function succeeded(call: CallRecord): boolean {
  return call.outcome === "returned";
}
