/** Which call is interpreted by whom. A call may concern several subsystems; they are asked in this order. */
import { connectionHandlers } from "./connections.js";
import type { ParserOptions } from "../strace-parser/types.js";
import { directoryHandlers } from "./directories.js";
import { executionHandlers } from "./execution.js";
import type { Handler } from "./handler.js";
import { identityHandlers } from "./identity.js";
import { ipcHandlers } from "./ipc.js";
import { keyringHandlers } from "./keyrings.js";
import { lookupHandlers } from "./lookups.js";
import { memoryHandlers } from "./memory.js";
import { metadataHandlers } from "./metadata.js";
import { namingHandlers } from "./naming.js";
import { openHandlers } from "./opening.js";
import { outsideHandlers } from "./outside.js";
import { privilegedHandlers } from "./privileged.js";
import { refusalErrnos } from "./refusals.js";
import { sandboxedHandlers } from "./sandboxed.js";
import { signalHandlers } from "./signals.js";
import { socketHandlers } from "./sockets.js";
import { tableHandlers } from "./tables.js";
import { targetHandlers } from "./targets.js";
import { terminationHandlers } from "./terminations.js";

const subsystems = [
  privilegedHandlers,
  targetHandlers,
  outsideHandlers,
  ipcHandlers,
  keyringHandlers,
  terminationHandlers,
  signalHandlers,
  sandboxedHandlers,
  lookupHandlers,
  openHandlers,
  namingHandlers,
  metadataHandlers,
  directoryHandlers,
  socketHandlers,
  connectionHandlers,
  tableHandlers,
  identityHandlers,
  memoryHandlers,
  executionHandlers,
];

function combine(): ReadonlyMap<string, Handler> {
  const combined = new Map<string, Handler>();
  for (const subsystem of subsystems)
    for (const [name, handler] of Object.entries(subsystem)) {
      const first = combined.get(name);
      combined.set(
        name,
        first === undefined
          ? handler
          : (trace, call) => {
              first(trace, call);
              handler(trace, call);
            },
      );
    }
  return combined;
}

export const handlers: ReadonlyMap<string, Handler> = combine();

/** Calls made with nearly every request of a busy service: connections, clocks, semaphores and queues. */
const addressed: ReadonlySet<string> = new Set(["sendto", "recvfrom"]);
const counted = new Set(
  [...addressed, "clock_nanosleep", "getpid", "gettid", "set_tid_address"].concat([
    "semop",
    "semtimedop",
    "semtimedop_time64",
    "msgsnd",
    "msgrcv",
  ]),
);

/**
 * The calls whose every record matters to facts, those that matter when they name a peer, and when they are refused; of
 * all others the first record per process and result is enough.
 */
export const wantedCalls: Required<Pick<ParserOptions, "every" | "addressed" | "errnos">> = {
  every: new Set([...handlers.keys()].filter((name) => !counted.has(name))),
  addressed,
  errnos: refusalErrnos,
};
