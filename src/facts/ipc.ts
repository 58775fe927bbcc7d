/** System V IPC and POSIX message queues: what the unit makes itself, and what was there before it (sysvipc(7), mq_overview(7)). */
import type { CallRecord, Value } from "../strace-parser/types.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { RecentMap } from "./recent.js";
import type { IpcFact } from "./types.js";
import { hasName, memberOf, namesOf, numberOf, stringOf } from "./values.js";

type Mechanism = IpcFact["mechanism"];
type Origin = IpcFact["origin"];

const mechanisms: readonly Mechanism[] = ["shm", "sem", "msg"];

/** Objects that were used longer ago than so many others are taken for those of others. */
const mostObjects = 10_000;

/** The key of an object that the unit has by its id alone. */
const unknownKey = "{other}";

/** Objects by mechanism and id (of queues: name), from the first call that returned them on. */
export class IpcObjects {
  readonly #origins = new RecentMap<Origin>(mostObjects);

  /**
   * `creates`: the call would have made the object (IPC_CREAT, O_CREAT). Of one that is not known nothing tells whether it
   * did; where there is none it does, so the unit does not depend on somebody else's.
   */
  obtain(mechanism: Mechanism, id: string, creates: boolean): Origin {
    const known = this.#origins.get(`${mechanism} ${id}`);
    if (known !== undefined) return known;
    const origin = creates ? "own" : "foreign";
    this.#origins.set(`${mechanism} ${id}`, origin);
    return origin;
  }

  isKnown(mechanism: Mechanism, id: string): boolean {
    return this.#origins.get(`${mechanism} ${id}`) !== undefined;
  }

  /** Of these ids, and of the queue of this name, what is known. */
  known(ids: readonly string[], name: Value | undefined): readonly (readonly [string, Origin])[] {
    const keys = ids.flatMap((id) => mechanisms.map((mechanism) => `${mechanism} ${id}`));
    return [...keys, `mq ${stringOf(name) ?? ""}`].flatMap((key) => {
      const origin = this.#origins.get(key);
      return origin === undefined ? [] : [[key, origin] as const];
    });
  }

  /** Takes what {@link known} gave of the objects of another trace. */
  remember(known: readonly (readonly [string, Origin])[]): void {
    for (const [key, origin] of known) this.#origins.set(key, origin);
  }

  /** Another queue may get this name; ids do not come again soon. */
  unlink(name: string): void {
    this.#origins.delete(`mq ${name}`);
  }
}

function note(trace: Interpretation, mechanism: Mechanism, key: string, origin: Origin): void {
  trace.fact({ kind: "ipc", mechanism, key, origin });
}

/** shmget, semget, msgget: the result is the id, by which all other calls name the object. */
function gets(mechanism: Mechanism, flags: number): Handler {
  return (trace, call) => {
    if (!succeeded(call) || call.result === undefined || trace.muted) return;
    const isPrivate = hasName(call.args[0], "IPC_PRIVATE");
    const creates = isPrivate || hasName(call.args[flags], "IPC_CREAT");
    const origin = trace.ipc.obtain(mechanism, `${call.result}`, creates);
    note(trace, mechanism, isPrivate ? "private" : keyOf(call.args[0]), origin);
  };
}

function keyOf(key: Value | undefined): string {
  const number = numberOf(key);
  return number === undefined ? unknownKey : `0x${(number >>> 0).toString(16)}`;
}

/** The unit has the id from elsewhere: from another process, a file, or a walk over all there are. */
function usesId(trace: Interpretation, mechanism: Mechanism, id: number | undefined): void {
  if (id !== undefined && !trace.ipc.isKnown(mechanism, `${id}`))
    note(trace, mechanism, unknownKey, "foreign");
}

function uses(mechanism: Mechanism): Handler {
  return (trace, call) => {
    if (succeeded(call)) usesId(trace, mechanism, numberOf(call.args[0]));
  };
}

/** shmctl, semctl, msgctl. SHM_STAT takes an index and returns the id of what it found there; IPC_INFO is about none. */
function controls(mechanism: Mechanism, command: number): Handler {
  return (trace, call) => {
    if (!succeeded(call)) return;
    const name = namesOf(call.args[command]).find((one) => one !== "IPC_64") ?? "";
    if (name.endsWith("_INFO")) return;
    const id = /^(?:SHM|SEM|MSG)_STAT/.test(name) ? call.result : numberOf(call.args[0]);
    usesId(trace, mechanism, id);
    if (name === "IPC_STAT") madeBy(trace, mechanism, memberOf(call.args[command + 1], "shm_cpid"));
  };
}

/** Of shared memory the kernel tells who made it. */
function madeBy(trace: Interpretation, mechanism: Mechanism, maker: Value | undefined): void {
  const pid = numberOf(maker);
  if (pid !== undefined && !trace.pids.has(pid)) note(trace, mechanism, unknownKey, "foreign");
}

/** strace prints the name without the slash with which programs write it. */
function queueName(trace: Interpretation, name: Value | undefined): string {
  const directory = "/dev/mqueue";
  return trace.normal(`${directory}/${stringOf(name) ?? ""}`).slice(directory.length);
}

function mqOpen(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call) || trace.muted) return;
  const [name, flags] = call.args;
  const origin = trace.ipc.obtain("mq", stringOf(name) ?? "", hasName(flags, "O_CREAT"));
  note(trace, "mq", queueName(trace, name), origin);
}

function mqUnlink(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  const [name] = call.args;
  const id = stringOf(name) ?? "";
  if (!trace.ipc.isKnown("mq", id)) note(trace, "mq", queueName(trace, name), "foreign");
  trace.ipc.unlink(id);
}

export const ipcHandlers: Handlers = {
  shmget: gets("shm", 2),
  semget: gets("sem", 2),
  msgget: gets("msg", 1),
  shmat: uses("shm"),
  semop: uses("sem"),
  semtimedop: uses("sem"),
  semtimedop_time64: uses("sem"),
  msgsnd: uses("msg"),
  msgrcv: uses("msg"),
  shmctl: controls("shm", 1),
  semctl: controls("sem", 2),
  msgctl: controls("msg", 1),
  mq_open: mqOpen,
  mq_unlink: mqUnlink,
};
