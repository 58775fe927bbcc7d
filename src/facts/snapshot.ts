/** The state of a process in the midst of a trace, so that one of its calls can be interpreted again by itself. */
import type { CallRecord } from "../strace-parser/types.js";
import type { AttachOptions } from "./builder.js";
import { internetAddress } from "./addresses.js";
import type { Credentials } from "./credentials.js";
import type { Descriptor } from "./descriptors.js";
import type { Interpretation } from "./interpretation.js";
import type { ExecutableRanges } from "./mappings.js";
import type { MadeObject } from "./objects.js";
import { ancestors } from "./paths.js";
import type { Process } from "./processes.js";
import { namesOf, numberOf } from "./values.js";

/** What AttachOptions leave out, as far as the next call may depend on it. Immutable. */
export interface Snapshot {
  /** The process that the thread belongs to. */
  readonly group: number;
  readonly processGroup: number;
  readonly credentials: Credentials;
  /** Undefined: not known. */
  readonly cwd: string | undefined;
  readonly root: string | undefined;
  readonly hasOwnUmask: boolean;
  /** Descriptors that were there before the trace are not known. */
  readonly isPartial: boolean;
  /** Of all that follows, what the call mentions. */
  readonly descriptors: readonly (readonly [number, Descriptor])[];
  readonly memory: ExecutableRanges;
  /** What the trace knows of objects; `tree` 0 made them in the process tree of the caller. */
  readonly objects: readonly (readonly [string, MadeObject])[];
  readonly absent: readonly string[];
  /** Paths that were seen to be there. */
  readonly seen: readonly string[];
  /** Path → its last component with the random part replaced, as facts have it. */
  readonly names: readonly (readonly [string, string])[];
  readonly processes: readonly Neighbour[];
  readonly limits: readonly (readonly [string, number])[];
  readonly ipc: ReturnType<Interpretation["ipc"]["known"]>;
  readonly keys: readonly (readonly [string, NonNullable<ReturnType<Interpretation["keys"]["get"]>>])[];
  /** A datagram to there is an answer. */
  readonly asked: { readonly address: string; readonly port: number } | undefined;
}

/** Another process of the trace. */
interface Neighbour {
  readonly pid: number;
  readonly group: number;
  readonly processGroup: number;
  readonly credentials: Credentials;
  readonly isGone: boolean;
}

const mostNumbers = 64;
const mostNeighbours = 256;

/** The state that the caller of `call`, which is the current process of `trace`, is in. */
export function attachOptions(trace: Interpretation, call: CallRecord): AttachOptions {
  const { process } = trace;
  const { credentials, fs } = process;
  const mentioned = numbersIn(call.text);
  return {
    begins: "at-once",
    uid: credentials.euid,
    gid: credentials.egid,
    groups: credentials.groups,
    umask: fs.umask,
    isMain: process.isMain,
    executable: process.executable,
    searchPath: [...trace.searchPath],
    ...(fs.cwd !== undefined && { cwd: fs.cwd }),
    snapshot: {
      group: process.group,
      processGroup: process.processGroup,
      credentials,
      cwd: fs.cwd,
      root: fs.root,
      hasOwnUmask: fs.hasOwnUmask,
      isPartial: process.partial,
      descriptors: pairs(mentioned, (fd) => process.descriptors.get(fd)),
      memory: process.memory.copy(),
      ...objectsOf(trace),
      processes: neighbours(trace, call, mentioned),
      limits: limitsOf(trace, call),
      ipc: /^(?:shm|sem|msg|mq_)/.test(call.name)
        ? trace.ipc.known([...mentioned].map(String), call.args[0])
        : [],
      keys: call.name.includes("key")
        ? pairs([...mentioned].map(String), (serial) => trace.keys.get(serial))
        : [],
      asked: askedBy(trace, call),
    },
  };
}

/** Descriptors, processes and keys are numbers somewhere in the call, and in what -y prints behind them. */
function numbersIn(text: string): ReadonlySet<number> {
  return new Set((text.match(/\d+/g) ?? []).slice(0, mostNumbers).map(Number));
}

function pairs<K, V>(keys: Iterable<K>, find: (key: K) => V | undefined): (readonly [K, V])[] {
  const found: (readonly [K, V])[] = [];
  for (const key of keys) {
    const value = find(key);
    if (value !== undefined) found.push([key, value]);
  }
  return found;
}

function objectsOf(trace: Interpretation): Pick<Snapshot, "objects" | "absent" | "seen" | "names"> {
  const tree = trace.process.tree.number;
  const named = trace.named.map(({ path }) => path);
  const known = new Set(named.flatMap((path) => [...ancestors(path), path]));
  const objects = pairs(known, (path) => trace.objects.get(path)).map(
    ([path, object]) => [path, { ...object, tree: object.tree === tree ? 0 : undefined }] as const,
  );
  return {
    objects,
    absent: named.filter((path) => trace.objects.isAbsent(path)),
    seen: trace.named.filter((place) => trace.isSeen(place)).map(({ path }) => path),
    names: [],
  };
}

/** The components in which a path as facts have it differs from the one that the trace shows. */
export function replacedNames(raw: string, path: string): (readonly [string, string])[] {
  const shown = raw.split("/");
  const replaced = path.split("/");
  if (shown.length !== replaced.length || raw.startsWith("/proc/")) return [];
  return replaced.flatMap((name, index) =>
    name === shown[index] ? [] : [[shown.slice(0, index + 1).join("/"), name] as const],
  );
}

export function withNames(options: AttachOptions, names: Snapshot["names"]): AttachOptions {
  const { snapshot } = options;
  return snapshot === undefined || names.length === 0
    ? options
    : { ...options, snapshot: { ...snapshot, names } };
}

function neighbours(trace: Interpretation, call: CallRecord, mentioned: ReadonlySet<number>): Neighbour[] {
  const named = pairs(mentioned, (pid) => trace.processes.get(pid)).map(([, process]) => process);
  const living = [...new Set([...named, ...groupOf(trace, call)])].filter((one) => one !== trace.process);
  const former = pairs(mentioned, (pid) => trace.former.get(pid));
  return [
    ...living.slice(0, mostNeighbours).map(({ pid, group, processGroup, credentials }) => ({
      ...{ pid, group, processGroup, credentials, isGone: false },
    })),
    ...former.map(([pid, credentials]) => ({
      ...{ pid, group: pid, processGroup: pid, credentials, isGone: true },
    })),
  ];
}

/** Whom kill(2) means: -1 is everybody, 0 the process group of the caller, other negative numbers are groups. */
function groupOf(trace: Interpretation, call: CallRecord): Process[] {
  const target = call.name === "kill" ? numberOf(call.args[0]) : undefined;
  if (target === undefined || target > 0) return [];
  const group = target === 0 ? trace.process.processGroup : -target;
  return [...trace.processes.values()].filter((one) => target === -1 || one.processGroup === group);
}

function limitsOf(trace: Interpretation, call: CallRecord): (readonly [string, number])[] {
  if (!call.name.includes("limit")) return [];
  const resources = call.args.flatMap(namesOf).map((resource) => `${trace.process.group} ${resource}`);
  return pairs(resources, (resource) => trace.limits.get(resource));
}

function askedBy(trace: Interpretation, call: CallRecord): Snapshot["asked"] {
  const at = call.args.map(internetAddress).find((address) => address !== undefined);
  return at !== undefined && trace.peers.hasAsked(at.address, at.port)
    ? { address: at.address, port: at.port }
    : undefined;
}

/** Brings what a snapshot knows besides the process itself into a new trace. */
export function restore(trace: Interpretation, snapshot: Snapshot, process: Process): void {
  for (const [path, object] of snapshot.objects) trace.objects.create(path, object, false);
  for (const path of snapshot.absent) trace.objects.miss(path);
  for (const path of snapshot.seen) trace.seenBefore.add(path);
  for (const [path, name] of snapshot.names) trace.objects.call(path, name);
  for (const [resource, limit] of snapshot.limits) trace.limits.set(resource, limit);
  for (const [serial, keyring] of snapshot.keys) trace.keys.set(serial, keyring);
  trace.ipc.remember(snapshot.ipc);
  if (snapshot.asked !== undefined) trace.peers.asked(snapshot.asked.address, snapshot.asked.port);
  trace.pids.add(snapshot.group);
  for (const { pid, group, processGroup, credentials, isGone } of snapshot.processes) {
    trace.pids.add(pid);
    if (isGone) trace.former.set(pid, credentials);
    else {
      const other = process.child(pid, {
        files: false,
        fs: false,
        vm: false,
        thread: group === process.group,
      });
      other.processGroup = processGroup;
      other.credentials = credentials;
      trace.start(other);
    }
  }
}
