/** The stored document as a valibot schema. The published JSON Schema (schema/profile.schema.json) is made from it. */
import * as v from "valibot";
import { capabilities, namespaceTypes } from "../facts/names.js";
import { compareText } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import { execSettings, type Host, type Unit } from "../host/types.js";
import { lifecyclePhases } from "../learning/types.js";
import type { Estimate, Saturation } from "../saturation/types.js";
import {
  type Dropped,
  type Profile,
  type Proof,
  type Run,
  schemaVersion,
  type StoredEvidence,
} from "./types.js";
import { runRanges } from "./run-ranges.js";

/** PATH_MAX, with room for placeholders that are longer than what they stand for. */
const longestPath = 16_384;

const nonNegative = v.pipe(v.number(), v.finite(), v.minValue(0));
const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** A user or group id: uid_t has 32 bits. */
const id = v.pipe(natural, v.maxValue(2 ** 32 - 1));
const word = v.pipe(v.string(), v.nonEmpty());
const strings = v.array(v.string());
/** Lexically normal, as facts have it; `..` is no part of any, because it could be taken for a name. */
const absolutePath = v.pipe(
  v.string(),
  v.maxLength(longestPath),
  v.regex(
    /^\/(?:$|(?![\s\S]*(?:\/\/|\/\.{1,2}(?:\/|$)|\/$|\u0000)))/,
    "an absolute path without `.`, `..`, `//` or a slash at the end",
  ),
);
/** What can become a line of a drop-in; see `isWritable`. */
const line = v.pipe(
  v.string(),
  v.regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u, "text of one line without control characters"),
);

/** Several of them: systemd has a property like DeviceAllow once for each assignment. */
const property = v.pipe(
  v.string(),
  v.regex(
    /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*(?:\n[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*)*$/u,
    "text without control characters",
  ),
);
const lines = v.array(line);
const directive = v.pipe(v.string(), v.regex(/^[A-Z][A-Za-z0-9]*$/, "the name of a directive"));
/** Sections may only have the members they are known to have: a typing error must not silently drop evidence. */
const object = v.strictObject;

const architecture = v.picklist(["x86-64", "x86", "x32", "arm64", "arm", "riscv64", "ppc64-le", "s390x"]);
const fileType = v.picklist(["file", "directory", "symlink", "socket", "fifo", "char", "block"]);

const address = {
  family: word,
  type: v.string(),
  address: v.string(),
  port: v.pipe(natural, v.maxValue(65_535)),
};

/** One fact; what rules can say of facts follows from it. */
export const factSchema = v.variant("kind", [
  object({
    kind: v.literal("syscall"),
    architecture,
    name: v.pipe(v.string(), v.regex(/^\w+$/, "the name of a system call")),
    result: v.picklist(["used", "EPERM", "ENOSYS"]),
  }),
  object({
    kind: v.literal("file"),
    access: v.picklist([
      "read",
      "missing",
      "write",
      "create",
      "delete",
      "replace",
      "execute",
      "map",
      "connect",
    ]),
    path: absolutePath,
    type: v.exactOptional(fileType),
  }),
  object({ kind: v.literal("rename"), from: absolutePath, to: absolutePath }),
  object({ kind: v.literal("socket"), family: word, type: v.string(), protocol: v.string() }),
  object({ kind: v.literal("bind"), ...address }),
  object({ kind: v.literal("connect"), ...address }),
  object({
    kind: v.literal("inherited"),
    source: v.picklist(["activation", "scm-rights", "standard-stream"]),
    object: v.string(),
  }),
  object({
    kind: v.literal("identity"),
    operation: v.picklist(["setuid", "setgid", "setgroups", "setfsuid", "setfsgid"]),
    id: v.string(),
  }),
  object({
    kind: v.literal("elevation"),
    path: absolutePath,
    by: v.picklist(["setuid", "setgid", "file-capabilities"]),
  }),
  object({
    kind: v.literal("memory"),
    protection: v.picklist(["write-execute", "gain-execute", "protect-execute", "shm-execute"]),
  }),
  object({
    kind: v.literal("namespace"),
    operation: v.picklist(["clone", "unshare", "setns"]),
    type: v.picklist([...namespaceTypes, "any"]),
  }),
  object({ kind: v.literal("personality"), persona: v.string() }),
  object({
    kind: v.literal("scheduling"),
    operation: v.picklist(["sched_setscheduler", "sched_setattr"]),
    policy: v.string(),
    resetOnFork: v.boolean(),
  }),
  object({
    kind: v.literal("mode"),
    operation: v.string(),
    bits: v.picklist(["setuid", "setgid", "openat2"]),
  }),
  object({ kind: v.literal("accept"), ...address }),
  object({
    kind: v.literal("ipc"),
    mechanism: v.picklist(["shm", "sem", "msg", "mq"]),
    key: v.string(),
    origin: v.picklist(["own", "foreign"]),
  }),
  object({
    kind: v.literal("keyring"),
    operation: v.string(),
    keyring: v.picklist(["thread", "process", "session", "user", "user-session", "persistent", "other"]),
  }),
  object({ kind: v.literal("netlink"), request: v.string() }),
  object({ kind: v.literal("outside"), operation: v.string() }),
  object({
    kind: v.literal("signal"),
    signal: v.literal("SIGTERM"),
    disposition: v.picklist(["handled", "blocked", "ignored"]),
  }),
  object({ kind: v.literal("notification"), sender: v.picklist(["main", "other"]) }),
  object({
    kind: v.literal("creation"),
    path: absolutePath,
    bits: v.pipe(v.string(), v.regex(/^0[0-7]{1,2}$/, "octal permission bits")),
  }),
  object({
    kind: v.literal("capability"),
    capability: v.picklist(capabilities),
    source: v.picklist(["inferred", "measured"]),
    operation: word,
  }),
  object({
    kind: v.literal("blind-spot"),
    cause: v.picklist(["io_uring", "scm-rights", "d-bus", "unparsed", "untraced-child", "unreadable-path"]),
    detail: v.string(),
  }),
]) satisfies v.GenericSchema<unknown, Fact>;

/**
 * The same, faster: valibot's variant tries one kind after the other, which takes longer than all else together where
 * thousands of facts are read.
 */
const fact = v.lazy((input): v.GenericSchema<unknown, Fact> => optionOf(input) ?? factSchema);

/** With their members in order, as `factId` wants them. */
const options: ReadonlyMap<unknown, v.GenericSchema<unknown, Fact>> = new Map(
  factSchema.options.map(({ entries }) => {
    const members = Object.entries(entries).sort(([a], [b]) => compareText(a, b));
    return [
      entries.kind.literal,
      object(Object.fromEntries(members)) as unknown as v.GenericSchema<unknown, Fact>,
    ];
  }),
);

function optionOf(input: unknown): v.GenericSchema<unknown, Fact> | undefined {
  return typeof input === "object" && input !== null && "kind" in input ? options.get(input.kind) : undefined;
}

const unit = object({
  name: word,
  installed: v.boolean(),
  type: v.string(),
  user: line,
  group: line,
  dynamicUser: v.boolean(),
  supplementaryGroups: lines,
  ambientCapabilities: lines,
  directories: lines,
  rootDirectory: line,
  pidFile: line,
  commands: v.array(object({ setting: v.picklist(execSettings), argv: strings, flags: strings })),
  adopted: v.exactOptional(
    v.array(
      object({
        directive,
        values: lines,
      }),
    ),
  ),
  properties: v.record(v.string(), property),
}) satisfies v.GenericSchema<unknown, Unit>;

const fileStatus = object({
  type: fileType,
  mode: v.pipe(natural, v.maxValue(0o7777)),
  uid: id,
  gid: id,
  target: v.exactOptional(v.string()),
  capabilities: v.exactOptional(v.string()),
  interpreter: v.exactOptional(v.string()),
});

const host = object({
  architecture,
  kernel: v.string(),
  systemd: v.nullable(object({ version: natural, features: strings })),
  users: v.record(v.string(), v.string()),
  groups: v.record(v.string(), v.string()),
  memberships: v.record(v.string(), v.array(id)),
  mounts: v.array(object({ path: v.string(), fstype: v.string() })),
  files: v.record(v.string(), v.nullable(fileStatus)),
  cgroups: v.picklist(["unified", "hybrid", "legacy", "none"]),
  securityModules: v.nullable(strings),
  userNamespaces: v.exactOptional(v.boolean()),
  unenforced: strings,
  unprivilegedPortStart: natural,
}) satisfies v.GenericSchema<unknown, Host>;

/** What all versions say of a run. */
const learning = {
  // In UTC, so that the order of the texts is the order of the times.
  started: v.pipe(v.string(), v.isoTimestamp(), v.regex(/Z$/, "a time in UTC, which ends in Z")),
  duration: nonNegative,
  tracer: v.picklist(["strace", "import", "unit"]),
  capabilities: v.literal("inferred"),
  phases: v.array(v.picklist(lifecyclePhases)),
  incomplete: strings,
  assumed: v.exactOptional(strings),
};

/** An estimate that there may be none of. */
const estimated = v.nullable(nonNegative);
const probability = v.nullable(v.pipe(nonNegative, v.maxValue(1)));

const estimate = object({
  seen: natural,
  last: estimated,
  unseen: estimated,
  coverage: probability,
  chance: probability,
  most: probability,
}) satisfies v.GenericSchema<unknown, Estimate>;

const saturation = object({
  by: v.picklist(["time", "repetition"]),
  units: natural,
  repetitions: natural,
  seconds: nonNegative,
  every: estimated,
  next: probability,
  signals: v.array(v.pipe(v.string(), v.regex(/^SIG\w+$/, "the name of a signal"))),
  whole: estimate,
  classes: object({
    "system-calls": estimate,
    reads: estimate,
    writes: estimate,
    network: estimate,
    capabilities: estimate,
    programs: estimate,
    others: estimate,
  }),
}) satisfies v.GenericSchema<unknown, Saturation>;

const run = object({
  ...learning,
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/, "16 hexadecimal digits")),
  soak: v.exactOptional(
    object({ until: v.picklist(["command", "duration", "operator", "saturation"]), seconds: nonNegative }),
  ),
  saturation: v.exactOptional(saturation),
  host: natural,
  confined: v.exactOptional(v.literal(true)),
}) satisfies v.GenericSchema<unknown, Run>;

const sighting = {
  count: natural,
  first: nonNegative,
  phase: v.string(),
  process: v.string(),
  example: v.string(),
};

const evidence = object({
  ...sighting,
  executable: v.exactOptional(v.string()),
  runs: v.pipe(v.string(), v.regex(runRanges, "indices of runs such as 0-2,5")),
}) satisfies v.GenericSchema<unknown, StoredEvidence>;

const dropped = object({ directive, why: line }) satisfies v.GenericSchema<unknown, Dropped>;

const proof = object({
  settings: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/, "16 hexadecimal digits")),
  systemd: natural,
  phases: v.array(v.picklist(lifecyclePhases)),
  unenforced: v.array(directive),
}) satisfies v.GenericSchema<unknown, Proof>;

const learned = {
  unit,
  facts: v.array(fact),
  hosts: v.pipe(v.array(host), v.minLength(1)),
  runs: v.array(run),
  evidence: v.record(v.string(), evidence),
};

export const profileSchema = object({
  schema: v.literal(schemaVersion),
  ...learned,
  verdicts: v.exactOptional(v.record(v.string(), v.picklist(["needed", "unneeded"]))),
  dropped: v.exactOptional(v.array(dropped)),
  proofs: v.exactOptional(v.array(proof)),
}) satisfies v.GenericSchema<unknown, Profile>;

/** Version 2: nothing had been proved. */
export const profileSchema2 = object({ schema: v.literal(2), ...learned });

export type Profile2 = v.InferOutput<typeof profileSchema2>;

/** Version 1: one host, and each run with evidence of its own. */
export const profileSchema1 = object({
  schema: v.literal(1),
  unit,
  facts: v.array(fact),
  host,
  runs: v.array(object({ ...learning, evidence: v.record(v.string(), object(sighting)) })),
});

export type Profile1 = v.InferOutput<typeof profileSchema1>;
