/** What a call that failed would have needed: the facts of its success. */
import { FactBuilder } from "../facts/index.js";
import type { AttachOptions } from "../facts/builder.js";
import type { CapabilitySet } from "../facts/credentials.js";
import type { Failure } from "../facts/failures.js";
import type { FactSet } from "../facts/set.js";
import type { Architecture, Evidence } from "../facts/types.js";
import type { Host } from "../host/types.js";
import type { CallRecord } from "../strace-parser/types.js";

/** A call interpreted as if it had not failed. */
export interface AsIf {
  /** What the host must be asked before `facts`. */
  readonly query: {
    readonly paths: readonly string[];
    readonly uids: readonly number[];
    readonly gids: readonly number[];
  };
  /** The privileges that the call uses when it succeeds, each with the evidence of the failure. */
  readonly facts: (host: Host) => {
    readonly facts: FactSet;
    readonly evidence: Readonly<Record<string, Evidence>>;
    /** What could not be decided, one sentence each. */
    readonly incomplete: readonly string[];
  };
}

/**
 * Interprets the first call of a failure once more, by its process in the state that it was in then, with a success in
 * place of the error. What only a success shows (who was at the other end, which file a link led to) stays unknown.
 */
export function asIfSucceeded(failure: Failure): AsIf {
  return {
    query: interpret(failure).hostQuery(),
    facts: (host) => {
      const { facts, evidence, incomplete } = interpret(failure, host.architecture).finish(host);
      const ids = Object.keys(evidence);
      return { facts, incomplete, evidence: Object.fromEntries(ids.map((id) => [id, failure.evidence])) };
    },
  };
}

function interpret({ record, state, evidence }: Failure, architecture: Architecture = "x86-64"): FactBuilder {
  const builder = new FactBuilder({ architecture });
  builder.attach(record.pid, unconfined(state));
  builder.phase(evidence.phase);
  builder.handle(succeeding(record));
  return builder;
}

/**
 * A process that has all that its bounding set leaves it would have every capability but for the drop-in, and that is what
 * is asked about. One that gave some away itself would have done so as well.
 */
function unconfined({ snapshot, ...state }: AttachOptions): AttachOptions {
  if (snapshot === undefined) return state;
  const { credentials } = snapshot;
  const all = { effective: "all", permitted: "all", bounding: "all" } as const;
  const hasAll = isSame(credentials.effective, credentials.bounding);
  return { ...state, snapshot: hasAll ? { ...snapshot, credentials: { ...credentials, ...all } } : snapshot };
}

function isSame(one: CapabilitySet, other: CapabilitySet): boolean {
  if (one === "all" || other === "all") return one === other;
  return one.size === other.size && [...one].every((capability) => other.has(capability));
}

/** Above every pid (PID_MAX_LIMIT is 2^22, include/linux/threads.h), and no descriptor, id or key that the call names. */
const unused = 4_194_305;

/** Calls whose result is a new process, descriptor, IPC object or key. */
const makers =
  /^(?:v?fork|clone[23]?|open(?:at2?|_tree|_by_handle_at)?|creat|socket|accept4?|dup|(?:shm|sem|msg)get|mq_open|memfd_\w+|eventfd2?|epoll_create1?|signalfd4?|timerfd_create|inotify_init1?|fanotify_init|userfaultfd|pidfd_(?:open|getfd)|perf_event_open|fsopen|fsmount|fspick|io_uring_setup|landlock_create_ruleset|bpf|add_key|request_key|keyctl)$/;

function succeeding(record: CallRecord): CallRecord {
  return {
    ...record,
    outcome: "returned",
    errno: undefined,
    annotation: undefined,
    resultDescriptor: undefined,
    textId: undefined,
    result: makers.test(record.name) ? unused : 0,
  };
}
