/** The stored document as a valibot schema. The published JSON Schema (schema/profile.schema.json) is made from it. */
import * as v from "valibot";
import { capabilities, namespaceTypes } from "../facts/names.js";
import type { Fact } from "../facts/types.js";
import { execSettings, type Host, type Unit } from "../host/types.js";
import { lifecyclePhases } from "../learning/types.js";
import { type Profile, type Run, schemaVersion, type StoredEvidence } from "./types.js";
import { runRanges } from "./run-ranges.js";

const nonNegative = v.pipe(v.number(), v.finite(), v.minValue(0));
const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const strings = v.array(v.string());
/** Sections may only have the members they are known to have: a typing error must not silently drop evidence. */
const object = v.strictObject;

const architecture = v.picklist(["x86-64", "x86", "x32", "arm64", "arm", "riscv64", "ppc64-le", "s390x"]);
const fileType = v.picklist(["file", "directory", "symlink", "socket", "fifo", "char", "block"]);

const address = {
  family: v.string(),
  type: v.string(),
  address: v.string(),
  port: v.pipe(natural, v.maxValue(65535)),
};

/** One fact; what rules can say of facts follows from it. */
export const factSchema = v.variant("kind", [
  object({
    kind: v.literal("syscall"),
    architecture,
    name: v.string(),
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
    path: v.string(),
    type: v.exactOptional(fileType),
  }),
  object({ kind: v.literal("rename"), from: v.string(), to: v.string() }),
  object({ kind: v.literal("socket"), family: v.string(), type: v.string(), protocol: v.string() }),
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
    path: v.string(),
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
  object({
    kind: v.literal("accept"),
    family: v.string(),
    type: v.string(),
    address: v.string(),
    port: natural,
  }),
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
  object({ kind: v.literal("creation"), path: v.string(), bits: v.string() }),
  object({
    kind: v.literal("capability"),
    capability: v.picklist(capabilities),
    source: v.picklist(["inferred", "measured"]),
    operation: v.string(),
  }),
  object({
    kind: v.literal("blind-spot"),
    cause: v.picklist(["io_uring", "scm-rights", "d-bus", "unparsed", "untraced-child", "unreadable-path"]),
    detail: v.string(),
  }),
]) satisfies v.GenericSchema<unknown, Fact>;

const unit = object({
  name: v.pipe(v.string(), v.nonEmpty()),
  installed: v.boolean(),
  type: v.string(),
  user: v.string(),
  group: v.string(),
  dynamicUser: v.boolean(),
  supplementaryGroups: strings,
  ambientCapabilities: strings,
  directories: strings,
  rootDirectory: v.string(),
  pidFile: v.string(),
  commands: v.array(object({ setting: v.picklist(execSettings), argv: strings, flags: strings })),
  adopted: v.exactOptional(v.array(object({ directive: v.string(), values: strings }))),
  properties: v.record(v.string(), v.string()),
}) satisfies v.GenericSchema<unknown, Unit>;

const fileStatus = object({
  type: fileType,
  mode: v.pipe(natural, v.maxValue(0o7777)),
  uid: natural,
  gid: natural,
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
  memberships: v.record(v.string(), v.array(natural)),
  mounts: v.array(object({ path: v.string(), fstype: v.string() })),
  files: v.record(v.string(), v.nullable(fileStatus)),
  cgroups: v.picklist(["unified", "hybrid", "legacy", "none"]),
  securityModules: v.nullable(strings),
  userNamespaces: v.exactOptional(v.boolean()),
  unenforced: strings,
  unprivilegedPortStart: natural,
}) satisfies v.GenericSchema<unknown, Host>;

/** What both versions say of a run. */
const learning = {
  started: v.pipe(v.string(), v.isoTimestamp()),
  duration: nonNegative,
  tracer: v.picklist(["strace", "import"]),
  capabilities: v.literal("inferred"),
  phases: v.array(v.picklist(lifecyclePhases)),
  incomplete: strings,
  assumed: v.exactOptional(strings),
};

const run = object({
  ...learning,
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  soak: v.exactOptional(
    object({ until: v.picklist(["command", "duration", "operator"]), seconds: nonNegative }),
  ),
  host: natural,
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
  runs: v.pipe(v.string(), v.regex(runRanges)),
}) satisfies v.GenericSchema<unknown, StoredEvidence>;

export const profileSchema = object({
  schema: v.literal(schemaVersion),
  unit,
  facts: v.array(factSchema),
  hosts: v.pipe(v.array(host), v.minLength(1)),
  runs: v.array(run),
  evidence: v.record(v.string(), evidence),
}) satisfies v.GenericSchema<unknown, Profile>;

/** Version 1: one host, and each run with evidence of its own. */
export const profileSchema1 = object({
  schema: v.literal(1),
  unit,
  facts: v.array(factSchema),
  host,
  runs: v.array(object({ ...learning, evidence: v.record(v.string(), object(sighting)) })),
});

export type Profile1 = v.InferOutput<typeof profileSchema1>;
