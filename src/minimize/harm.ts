/** What a service should not go on without, although it can. */
import type { Failure } from "../facts/failures.js";
import { isTransient } from "./places.js";

/** Calls by which a program gives rights up: user and groups, capabilities, roots, a filter of its own. */
const givingUp = new Set([
  ...["setuid", "setuid32", "setreuid", "setreuid32", "setresuid", "setresuid32", "setfsuid", "setfsuid32"],
  ...["setgid", "setgid32", "setregid", "setregid32", "setresgid", "setresgid32", "setfsgid", "setfsgid32"],
  ...["setgroups", "setgroups32", "capset", "chroot", "pivot_root", "unshare", "seccomp", "prctl"],
  ...["landlock_restrict_self"],
]);

/** prctl(2) does much else. */
const givingUpByPrctl =
  /\bPR_(?:CAPBSET_DROP|CAP_AMBIENT|SET_NO_NEW_PRIVS|SET_SECCOMP|SET_SECUREBITS|SET_DUMPABLE)\b/;

const lasting = new Set(["fsync", "fdatasync", "msync", "sync_file_range", "sync_file_range2", "syncfs"]);

const narrowing = new Set(["chmod", "fchmod", "fchmodat", "fchmodat2", "umask"]);

/** Calls that change what is there under a name; open and its kind only with flags to write. */
const changing = new Set([
  ...["creat", "link", "linkat", "mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2"],
  ...["rmdir", "symlink", "symlinkat", "truncate", "truncate64", "unlink", "unlinkat"],
]);
const opening = new Set(["open", "openat", "openat2"]);
const toWrite = /\bO_(?:WRONLY|RDWR|CREAT|TRUNC)\b/;

/**
 * Why a service that seems to work must not be left like this: what it was refused and put up with would cost it safety or
 * data that neither lifecycle nor soak asks for.
 *
 * @param failures of the walk that it does not have with the privileges in question.
 * @returns one line for the first; undefined where there is none.
 */
export function harmIn(failures: readonly Failure[]): string | undefined {
  return failures.map(harmOf).find((why) => why !== undefined);
}

function harmOf({ call, errno, paths, record }: Failure): string | undefined {
  if (givingUp.has(call) && (call !== "prctl" || givingUpByPrctl.test(record.text))) {
    return `${call} fails with ${errno}, and it goes on with rights that it would have given up`;
  }
  if (lasting.has(call)) return `${call} fails with ${errno}, so that what it writes may not last`;
  if (narrowing.has(call)) return `${call} fails with ${errno}, so that others may have access`;
  const isWrite = changing.has(call) || (opening.has(call) && toWrite.test(record.text));
  const lost = isWrite ? paths.find((path) => !isTransient(path)) : undefined;
  return lost === undefined ? undefined : `${call} of ${lost} fails with ${errno}, and it goes on without`;
}
