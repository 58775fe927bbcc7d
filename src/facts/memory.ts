/** Mappings that MemoryDenyWriteExecute= would refuse, and files mapped as code. */
import type { CallRecord } from "../strace-parser/types.js";
import { type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { placeOf } from "./places.js";
import type { MemoryFact } from "./types.js";
import { hasName, namesOf, numberOf } from "./values.js";

function note(trace: Interpretation, protection: MemoryFact["protection"]): void {
  trace.factBy(`M${protection}`, () => ({ kind: "memory", protection }));
}

function mmap(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call) || call.result === undefined) return;
  const protection = namesOf(call.args[2]);
  const executable = protection.includes("PROT_EXEC");
  trace.process.memory.map(call.result, numberOf(call.args[1]) ?? 0, executable);
  if (!executable) return;
  if (protection.includes("PROT_WRITE")) note(trace, "write-execute");
  const file = hasName(call.args[3], "MAP_ANONYMOUS") ? undefined : placeOf(trace, call.args[4]);
  if (file !== undefined) trace.see("map", file);
}

/** Also pkey_mprotect(2), which has the same first arguments. */
function mprotect(trace: Interpretation, call: CallRecord): void {
  const protection = namesOf(call.args[2]);
  const start = numberOf(call.args[0]);
  const length = numberOf(call.args[1]);
  if (!succeeded(call) || start === undefined || length === undefined) return;
  const { memory } = trace.process;
  if (!protection.includes("PROT_EXEC")) {
    memory.map(start, length, false);
    return;
  }
  note(trace, "protect-execute");
  // strace does not show what execve itself mapped; a mapping it does not know counts as not executable.
  if (!memory.covers(start, length)) note(trace, "gain-execute");
  if (protection.includes("PROT_WRITE")) note(trace, "write-execute");
  memory.map(start, length, true);
}

function shmat(trace: Interpretation, call: CallRecord): void {
  if (succeeded(call) && hasName(call.args[2], "SHM_EXEC")) note(trace, "shm-execute");
}

export const memoryHandlers: Handlers = {
  mmap,
  mmap2: mmap,
  mprotect,
  pkey_mprotect: mprotect,
  shmat,
};
