import type { CallRecord } from "../strace-parser/types.js";

/** A call to keep: the parser reuses its records. */
export function copyOf(record: CallRecord): CallRecord {
  const { kind, pid, time, line, name, ordinal, personality, outcome, args, firstArg, result } = record;
  const { resultDescriptor, errno, annotation, duration, text, textId } = record;
  return {
    ...{ kind, pid, time, line, name, ordinal, personality, outcome, args, firstArg, result },
    ...{ resultDescriptor, errno, annotation, duration, text, textId },
  };
}
