/**
 * Which calls fail as a sandbox makes them fail. Everything else is the ordinary course of things (EAGAIN of a socket
 * without data, EEXIST, ECHILD, EINTR …), however often it comes.
 */
import type { CallRecord } from "../strace-parser/types.js";

/**
 * Errors that mean a refusal whatever the call.
 *
 * - EPERM: a capability that is missing, a seccomp filter with SystemCallErrorNumber=EPERM and those of the Protect- and
 *   Restrict- directives, a device that the control group may not use, IPAddressDeny= of datagrams, SocketBindDeny=,
 *   RestrictFileSystems= (systemd.exec(5), systemd.resource-control(5))
 * - EACCES: owner and mode without CAP_DAC_OVERRIDE, InaccessiblePaths=, ProtectHome=, NoExecPaths=, and
 *   MemoryDenyWriteExecute= by PR_SET_MDWE (prctl(2))
 * - EROFS: a mount that was made read-only
 * - ENOENT: what a private or empty mount hides, and keys and queues of another IPC namespace
 * - ENXIO: the nodes that InaccessiblePaths= and PrivateDevices= put in place of devices have no driver
 * - ENODEV: a network interface that PrivateNetwork= hides (netdevice(7))
 * - ENOSYS: openat2(2) under RestrictSUIDSGID=, clone3(2) under RestrictNamespaces=, and what SystemCallFilter= does not
 *   know (src/shared/seccomp-util.c)
 * - EAFNOSUPPORT, EPROTONOSUPPORT: RestrictAddressFamilies=
 * - EADDRNOTAVAIL, ENETUNREACH, EHOSTUNREACH, ENETDOWN: addresses and routes that PrivateNetwork= does not have
 * - EXDEV: each entry of ReadWritePaths= and BindPaths= is a mount of its own (rename(2), link(2))
 * - EOVERFLOW: an inode whose owner PrivateUsers= does not map (may_open, fs/namei.c; stat(2))
 * - EFBIG: LimitFSIZE=; ENOSPC: a TemporaryFileSystem= that is full
 * - ENOKEY, EKEYREVOKED, EKEYEXPIRED: keyrings that KeyringMode= keeps apart (keyctl(2))
 */
const always = [
  ...["EPERM", "EACCES", "EROFS", "ENOENT", "ENXIO", "ENODEV", "ENOSYS", "EAFNOSUPPORT", "EPROTONOSUPPORT"],
  ...["EADDRNOTAVAIL", "ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "EXDEV", "EOVERFLOW", "EFBIG", "ENOSPC"],
  ...["ENOKEY", "EKEYREVOKED", "EKEYEXPIRED"],
];

const makesProcess = /^(?:fork|vfork|clone|clone2|clone3|execve|execveat)$/;
const setsIds = /^(?:[lf]?chown|fchownat|set(?:re|res|fs)?[ug]id|setgroups)(?:32)?$/;
const ipc = /^(?:shm|sem|msg)(?:at|ctl|get|op|rcv|snd|timedop(?:_time64)?)$/;
const mounts = /^(?:mount|umount2?|move_mount|mount_setattr|pivot_root|open_tree)$/;
const sends = /^(?:connect|sendto|sendmsg|sendmmsg)$/;
const removes = /^(?:unlink|unlinkat|rmdir|rename|renameat|renameat2)$/;

/**
 * Errors that mean it of some calls only, and are ordinary otherwise.
 *
 * - EINVAL: ids that PrivateUsers= does not map (chown(2), setuid(2), user_namespaces(7)), also in messages (unix(7)),
 *   objects of another IPC namespace by number (shmop(2)), mounts that a less privileged namespace got locked
 *   (mount_namespaces(7))
 * - EIDRM: the same objects, where the number means another one by now (semop(2))
 * - ECONNREFUSED: a server behind PrivateNetwork=, or a socket behind PrivateTmp= and InaccessiblePaths=
 * - ETIMEDOUT: IPAddressDeny= drops the packets of a connection in silence (cgroup_skb, tcp_connect)
 * - ESRCH: a process outside PrivatePIDs= (kill(2))
 * - EBUSY: an entry of ReadWritePaths= is a mount point and can be neither removed nor replaced (rename(2))
 * - EAGAIN: LimitNPROC= and TasksMax= (fork(2), execve(2))
 */
const ofSome: ReadonlyMap<string, readonly RegExp[]> = new Map([
  ["EINVAL", [setsIds, ipc, mounts, /^(?:sendmsg|sendmmsg)$/]],
  ["EIDRM", [ipc]],
  ["ECONNREFUSED", [sends]],
  ["ETIMEDOUT", [/^connect$/]],
  ["ESRCH", [/./]],
  ["EBUSY", [removes]],
  ["EAGAIN", [makesProcess]],
]);

/** Errors of which each call that fails with one is wanted from the parser: they are rare on calls that come often. */
export const refusalErrnos: ReadonlySet<string> = new Set(always);

/** May the error be the doing of a sandbox? Cheap for those that come all the time. */
export function mayBeRefusal({ errno, name }: Pick<CallRecord, "errno" | "name">): boolean {
  if (errno === undefined) return false;
  if (refusalErrnos.has(errno)) return true;
  return ofSome.get(errno)?.some((calls) => calls.test(name)) ?? false;
}
