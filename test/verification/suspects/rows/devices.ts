import { at, known, type Row } from "./row.js";

export const devices: readonly Row[] = [
  {
    dropIn: "DevicePolicy=closed",
    line: 'openat(AT_FDCWD, "/dev/fuse", O_RDWR) = -1 EPERM (Operation not permitted)',
    at: known("/dev/fuse", "char"),
    suspects: ["DevicePolicy"],
  },
  {
    dropIn: "DevicePolicy=closed; DeviceAllow=/dev/kvm rw",
    line: 'openat(AT_FDCWD, "/dev/fuse", O_RDWR) = -1 EPERM (Operation not permitted)',
    at: known("/dev/fuse", "char"),
    suspects: ["DevicePolicy", "DeviceAllow"],
  },
  {
    dropIn: "DeviceAllow=/dev/kvm rw",
    line: 'openat(AT_FDCWD, "/dev/fuse", O_RDWR) = -1 EPERM (Operation not permitted)',
    at: known("/dev/fuse", "char"),
    suspects: ["DeviceAllow"],
  },
  {
    dropIn: "DevicePolicy=strict",
    line: 'openat(AT_FDCWD, "/dev/null", O_RDWR) = -1 EPERM (Operation not permitted)',
    at: known("/dev/null", "char"),
    suspects: ["DevicePolicy"],
  },
  {
    dropIn: "DevicePolicy=closed",
    line: 'openat(AT_FDCWD, "/dev/null", O_RDWR) = -1 EPERM (Operation not permitted)',
    at: known("/dev/null", "char"),
    suspects: [],
  },
  {
    dropIn: "DevicePolicy=closed",
    line: 'openat(AT_FDCWD, "/srv/f", O_RDWR) = -1 EPERM (Operation not permitted)',
    at: known("/srv/f", "file"),
    suspects: [],
  },
  {
    dropIn: "PrivateDevices=yes",
    line: 'openat(AT_FDCWD, "/dev/fuse", O_RDWR) = -1 ENOENT (No such file or directory)',
    at: at("/dev/fuse"),
    suspects: ["PrivateDevices"],
  },
  {
    dropIn: "PrivateDevices=yes",
    line: 'mkdir("/dev/x", 0755) = -1 EROFS (Read-only file system)',
    at: at("/dev/x"),
    suspects: ["PrivateDevices"],
  },
  {
    dropIn: "PrivateDevices=yes",
    line: 'mknod("/tmp/n", S_IFCHR|0666, makedev(0x1, 0x3)) = -1 EPERM (Operation not permitted)',
    at: at("/tmp/n"),
    suspects: ["PrivateDevices"],
  },
  {
    dropIn: "PrivateDevices=yes",
    line: "mmap(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3</dev/zero<char 1:5>>, 0) = -1 EPERM (Operation not permitted)",
    suspects: ["PrivateDevices"],
  },
  {
    dropIn: "ProtectKernelLogs=yes",
    line: 'openat(AT_FDCWD, "/dev/kmsg", O_RDONLY) = -1 EPERM (Operation not permitted)',
    at: at("/dev/kmsg"),
    suspects: ["ProtectKernelLogs"],
  },
  {
    dropIn: "ProtectClock=yes",
    line: 'openat(AT_FDCWD, "/dev/rtc0", O_WRONLY) = -1 EPERM (Operation not permitted)',
    at: known("/dev/rtc0", "char"),
    suspects: ["ProtectClock"],
  },
];
