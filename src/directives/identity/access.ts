/** Whether another user could reach what the service reached as root, by owners and modes as the host had them. */
import { parent } from "../../facts/paths.js";
import type { FileFact } from "../../facts/types.js";
import type { FileStatus } from "../../host/types.js";
import { belowOneOf, isBelow, isBelowAny, isReach } from "../evidence.js";
import type { Context } from "../types.js";

/** The ids that the service would have. */
export interface Candidate {
  /** undefined: a user that systemd makes up; it owns nothing but what systemd gives it. */
  readonly uid: number | undefined;
  readonly gids: ReadonlySet<number>;
}

export interface Access {
  /** Groups that open what is closed to others; for SupplementaryGroups=. */
  readonly groups: readonly number[];
  /** Plain files that only their owner may read: for LoadCredential=. */
  readonly secrets: readonly FileFact[];
  readonly refused: readonly FileFact[];
  /** Owner and mode are not known: the object is gone, or its name varies. */
  readonly unknown: readonly FileFact[];
}

type Verdict = { readonly allowed: true; readonly groups: readonly number[] } | { readonly allowed: false };

const read = 4;
const write = 2;
const execute = 1;
/** Its members are as good as root to many files. */
const rootGroup = 0;

/**
 * Password hashes. C libraries look there when root asks for a user (getspnam(3)), and no service does better for handing
 * them to its user.
 */
const hashes = ["/etc/gshadow", "/etc/gshadow-", "/etc/security/opasswd", "/etc/shadow", "/etc/shadow-"];

export function isHashes({ path }: FileFact): boolean {
  return hashes.includes(path);
}

/** Whatever a process sees of itself and its like; but for these, files in /proc are readable by all (fs/proc). */
const rootOnlyProcess = [
  "/proc/kcore",
  "/proc/kmsg",
  "/proc/kpagecgroup",
  "/proc/kpagecount",
  "/proc/kpageflags",
  "/proc/slabinfo",
  "/proc/timer_list",
  "/proc/vmallocinfo",
];

/**
 * Judges every object that was read, executed, mapped or connected to, except below `owned`, which would belong to the
 * candidate. Access control lists are not known.
 */
export function accessOf(context: Context, candidate: Candidate, owned: readonly string[]): Access {
  const groups = new Set<number>();
  const [secrets, refused, unknown]: [FileFact[], FileFact[], FileFact[]] = [[], [], []];
  const isOwn = belowOneOf([...owned, ...madeBy(context)]);
  const written = new Set(
    context.facts
      .ofKind("file")
      .filter((fact) => !isReach(fact))
      .map(({ path }) => path),
  );
  const search = searcher(context, candidate);
  for (const fact of context.facts.ofKind("file").filter((one) => isReach(one) && !isOwn(one.path))) {
    const verdict = judge(context, candidate, fact, search);
    if (verdict === undefined) {
      unknown.push(fact);
    } else if (verdict.allowed) {
      verdict.groups.forEach((gid) => groups.add(gid));
    } else if (isSecret(context, fact) && !isHashes(fact) && !written.has(fact.path)) {
      secrets.push(fact);
    } else {
      refused.push(fact);
    }
  }
  return { groups: [...groups].sort((a, b) => a - b), secrets, refused, unknown };
}

/** What the service itself made in places that are open to all. */
function madeBy({ facts }: Context): string[] {
  return facts
    .ofKind("file")
    .filter(({ access, path }) => access === "create" && isBelowAny(path, ["/tmp", "/var/tmp", "/dev/shm"]))
    .map(({ path }) => path);
}

function isSecret({ host }: Context, { access, path }: FileFact): boolean {
  return access === "read" && host.files[path]?.type === "file";
}

const anyone: Verdict = { allowed: true, groups: [] };

/** Whether a directory and all above it can be searched; of one that nobody knows, that is taken for granted. */
function searcher(context: Context, candidate: Candidate): (directory: string) => Verdict {
  const known = new Map<string, Verdict>();
  const search = (directory: string): Verdict => {
    let verdict = known.get(directory);
    if (verdict === undefined) {
      const status = statusOf(context, directory);
      const own = status === undefined ? anyone : permission(status, candidate, execute);
      verdict = directory === "/" ? own : both(search(parent(directory)), own);
      known.set(directory, verdict);
    }
    return verdict;
  };
  return search;
}

function both(a: Verdict, b: Verdict): Verdict {
  if (!a.allowed || !b.allowed) return { allowed: false };
  return { allowed: true, groups: [...new Set([...a.groups, ...b.groups])] };
}

/** undefined: nobody knows. */
function judge(
  context: Context,
  candidate: Candidate,
  fact: FileFact,
  search: (directory: string) => Verdict,
): Verdict | undefined {
  const { path } = fact;
  if (isHashes(fact)) {
    return { allowed: false };
  }
  if (isBelow(path, "/proc") && !isBelow(path, "/proc/sys")) {
    return rootOnlyProcess.includes(path) ? { allowed: false } : anyone;
  }
  const status = statusOf(context, path);
  const above = path === "/" ? anyone : search(parent(path));
  if (!above.allowed) {
    return { allowed: false };
  }
  return status === undefined ? undefined : both(above, permission(status, candidate, wanted(fact, status)));
}

function statusOf({ host }: Context, path: string): FileStatus | undefined {
  return Object.hasOwn(host.files, path) ? (host.files[path] ?? undefined) : undefined;
}

/**
 * What must be permitted. Reading a device, FIFO or socket may have been writing to it, which a read-only mount does not
 * mind; a library is mapped with permission to read alone; connecting needs permission to write (unix(7)).
 */
function wanted({ access }: FileFact, { type }: FileStatus): number {
  switch (access) {
    case "execute":
      return type === "directory" ? execute : read | execute;
    case "connect":
      return write;
    case "map":
      return read;
    default:
      if (type === "symlink") return 0;
      if (type === "directory") return read | execute;
      return type === "file" ? read : read | write;
  }
}

/** generic_permission() in fs/namei.c, with the groups that could be given besides those of the candidate. */
function permission(
  status: FileStatus,
  { uid, gids }: Candidate,
  want: number,
): { allowed: true; groups: readonly number[] } | { allowed: false } {
  const { mode, gid, type } = status;
  const granted = (bits: number): boolean => (bits & want) === want;
  if (type === "symlink" || (uid === status.uid && granted(mode >> 6))) {
    return { allowed: true, groups: [] };
  }
  if (uid !== status.uid && granted(gids.has(gid) ? mode >> 3 : mode)) {
    return { allowed: true, groups: [] };
  }
  // A block device is the disk itself.
  const isGrantable = uid !== status.uid && gid !== rootGroup && type !== "block";
  return isGrantable && granted(mode >> 3) ? { allowed: true, groups: [gid] } : { allowed: false };
}
