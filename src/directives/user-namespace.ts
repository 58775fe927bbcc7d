/** PrivateUsers= for services of the user manager, where nearly every other directive rests on it. */
import type { Fact, FileFact, KeyringFact } from "../facts/types.js";
import { insist, set, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import { callsTo } from "./evidence.js";
import { elevations } from "./guards.js";
import type { Context, Decision } from "./types.js";

const name = "PrivateUsers";

/**
 * What of a process of the same user is refused from inside a user namespace: all that asks ptrace_may_access(), because its
 * capabilities are compared within one namespace only (cap_ptrace_access_check()); `stat`, `status`, `cmdline` and signals are
 * not (tried on kernel 6.18).
 */
const tracedEntries =
  /^\/proc\/\{other-pid\}\/(?:task\/[^/]+\/)?(?:auxv|cwd|environ|exe|fd|fdinfo|io|map_files|maps|mem|ns|numa_maps|pagemap|personality|root|smaps|smaps_rollup|stack|syscall)(?:\/|$)/;

/** Calls of ptrace(2) and those that refer to it for their permission. */
const tracingCalls = new Set([
  "get_robust_list",
  "kcmp",
  "migrate_pages",
  "move_pages",
  "perf_event_open",
  "pidfd_getfd",
  "process_madvise",
  "process_vm_readv",
  "process_vm_writev",
  "ptrace",
  "setns",
]);

/** Each user namespace has its own (user-keyring(7); tried). */
const keyringsOfUser: ReadonlySet<KeyringFact["keyring"]> = new Set(["user", "user-session", "persistent"]);

/** libudev takes messages of uid 0 only, and root appears as nobody (sd_device_monitor_receive()). */
const deviceEvents = "NETLINK_KOBJECT_UEVENT";

const ownershipCalls = new Set(["chown", "chown32", "fchown", "fchown32", "fchownat", "lchown", "lchown32"]);

/**
 * The user manager is no more than its user, and can map nobody else: not root, and not the other groups of the user.
 * Programs with setuid or setgid bits do not elevate, for their owners are not mapped either (tried; mnt_may_suid()).
 */
export function decideOwnUser(context: Context): Decision {
  const refused = refusedFacts(context);
  if (refused.length > 0) {
    const why = `the service ${describeFacts(refused)}, which it may not in a user namespace.`;
    return withhold(name, "unsafe", why, refused);
  }
  const changes = callsTo(context, ownershipCalls);
  if (changes.length > 0 && groupsOf(context) > 1) {
    const why = `the service ${describeFacts(changes)}, and cannot give a file to another of its user's groups behind it.`;
    return withhold(name, "operator", why, changes, [insist(name, ["yes"])]);
  }
  return set(
    name,
    "yes",
    "Mounts and capabilities of its own need it; all that is not the user's looks like nobody's.",
  );
}

function refusedFacts(context: Context): readonly Fact[] {
  const { facts, unit } = context;
  const isTraced = ({ path }: FileFact): boolean => tracedEntries.test(path);
  return [
    ...elevations(context),
    ...facts.ofKind("identity").filter(({ operation, id }) => operation === "setgroups" || id !== unit.user),
    ...facts.ofKind("file").filter((fact) => fact.access !== "missing" && isTraced(fact)),
    ...facts.ofKind("outside").filter(({ operation }) => tracingCalls.has(operation)),
    ...facts.ofKind("keyring").filter(({ keyring }) => keyringsOfUser.has(keyring)),
    ...facts.ofKind("socket").filter(({ protocol }) => protocol === deviceEvents),
  ];
}

/** How many groups the user is in. */
function groupsOf({ unit, host }: Context): number {
  const [uid = unit.user] = Object.entries(host.users).find(([, user]) => user === unit.user) ?? [];
  return host.memberships[uid]?.length ?? 1;
}
