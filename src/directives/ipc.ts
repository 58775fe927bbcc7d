import type { Fact } from "../facts/types.js";
import { insist, set, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import { belowOneOf, filesBelow, isReach, isWrite } from "./evidence.js";
import { byMountNamespace, isRoot } from "./guards.js";
import type { Context, Directive } from "./types.js";

/** IPC_PRIVATE: an object that only descendants can find, or who is told its number. */
const unnamed = "private";

const queues = ["/dev/mqueue"];

/** Limits of an IPC namespace, of which a new one has its own (ipc_namespaces(7)). */
const limits = /^\/proc\/sys\/(?:kernel\/(?:msg\w+|sem|shm\w+)|fs\/mqueue\/\w+)$/;

/** A namespace of System V IPC and POSIX message queues with a /dev/mqueue of its own; /dev/shm stays the host's. */
export const privateIpc: Directive = byMountNamespace({
  names: ["PrivateIPC"],
  from: "strict",
  decide: (context) => {
    const name = "PrivateIPC";
    const { facts, unit } = context;
    const given = ["IPCNamespacePath", "JoinsNamespaceOf"].find(
      (property) => (unit.properties[property] ?? "") !== "",
    );
    if (given !== undefined) {
      return [
        withhold(name, "operator", `${given}= says with whom it is shared.`, [], [insist(name, ["yes"])]),
      ];
    }
    const ipc = facts.ofKind("ipc");
    const shared: readonly Fact[] = [
      ...ipc.filter(({ origin }) => origin === "foreign"),
      ...foreignFiles(context, queues),
      ...facts.ofKind("file").filter((fact) => isWrite(fact) && limits.test(fact.path)),
    ];
    if (shared.length > 0) {
      return [withhold(name, "unsafe", `the service ${describeFacts(shared)}.`, shared)];
    }
    const named = ipc.filter(({ key }) => key !== unnamed);
    if (named.length > 0) {
      const why = `the service ${describeFacts(named)}, which others can find; nobody else was seen to.`;
      return [withhold(name, "operator", why, named, [insist(name, ["yes"])])];
    }
    return [set(name, "yes", "No System V IPC or message queue is shared with others.")];
  },
});

const sharedMemory = ["/dev/shm"];

/** When the last unit of the user stops, systemd removes all IPC objects and shared memory of the user (clean-ipc.c). */
export const removeIpc: Directive = {
  names: ["RemoveIPC"],
  from: "strict",
  decide: (context) => {
    const name = "RemoveIPC";
    if (isRoot(context)) {
      return [withhold(name, "meaningless", "nothing of root's is ever removed.")];
    }
    const kept: readonly Fact[] = [
      ...context.facts.ofKind("ipc").filter(({ origin }) => origin === "foreign"),
      ...foreignFiles(context, [...sharedMemory, ...queues]),
    ];
    return kept.length > 0
      ? [withhold(name, "unsafe", `the service ${describeFacts(kept)}, which was there before it.`, kept)]
      : [set(name, "yes", "What is left of IPC objects and shared memory is removed when it stops.")];
  },
};

/** Uses of what the unit had not made itself. */
function foreignFiles(context: Context, roots: readonly string[]): readonly Fact[] {
  const files = filesBelow(context, roots).filter(({ path }) => !roots.includes(path));
  const isMade = belowOneOf(
    files.filter(({ access }) => access === "create" || access === "replace").map(({ path }) => path),
  );
  return files.filter(
    (fact) => fact.access === "read" || ((isReach(fact) || fact.access === "write") && !isMade(fact.path)),
  );
}
