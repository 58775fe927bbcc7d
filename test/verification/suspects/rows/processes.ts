import { at, type Row } from "./row.js";

export const processes: readonly Row[] = [
  {
    dropIn: "ProtectProc=invisible",
    line: 'openat(AT_FDCWD, "/proc/1/stat", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/proc/1/stat"),
    suspects: ["ProtectProc"],
  },
  {
    dropIn: "ProtectProc=noaccess",
    line: 'openat(AT_FDCWD, "/proc/77/stat", O_RDONLY) = -1 EPERM (Operation not permitted)',
    at: at("/proc/{other-pid}/stat"),
    suspects: ["ProtectProc"],
  },
  {
    dropIn: "ProtectProc=invisible",
    line: 'openat(AT_FDCWD, "/proc/self/nothing", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/proc/self/nothing"),
    suspects: [],
  },
  {
    dropIn: "ProcSubset=pid",
    line: 'openat(AT_FDCWD, "/proc/meminfo", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/proc/meminfo"),
    suspects: ["ProcSubset"],
  },
  {
    dropIn: "ProcSubset=pid",
    line: 'openat(AT_FDCWD, "/proc/7/nothing", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/proc/{pid}/nothing"),
    suspects: [],
  },
  {
    dropIn: "PrivatePIDs=yes",
    line: "kill(77, SIGHUP) = -1 ESRCH (No such process)",
    suspects: ["PrivatePIDs"],
  },
  {
    dropIn: "PrivatePIDs=yes",
    line: 'openat(AT_FDCWD, "/proc/77/stat", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/proc/{other-pid}/stat"),
    suspects: ["PrivatePIDs"],
  },
  {
    dropIn: "ProtectKernelTunables=yes",
    line: 'openat(AT_FDCWD, "/proc/sys/vm/swappiness", O_WRONLY) = -1 EROFS (Read-only file system)',
    at: at("/proc/sys/vm/swappiness"),
    suspects: ["ProtectKernelTunables"],
  },
  {
    dropIn: "ProtectKernelTunables=yes",
    line: 'openat(AT_FDCWD, "/proc/kallsyms", O_RDONLY) = -1 EACCES (Permission denied)',
    at: at("/proc/kallsyms"),
    suspects: ["ProtectKernelTunables"],
  },
  {
    dropIn: "ProtectKernelTunables=yes",
    line: 'mkdir("/sys/fs/cgroup/x", 0755) = -1 EROFS (Read-only file system)',
    at: at("/sys/fs/cgroup/x"),
    suspects: [],
  },
  {
    dropIn: "ProtectControlGroups=yes",
    line: 'mkdir("/sys/fs/cgroup/x", 0755) = -1 EROFS (Read-only file system)',
    at: at("/sys/fs/cgroup/x"),
    suspects: ["ProtectControlGroups"],
  },
  {
    dropIn: "ProtectControlGroups=private",
    line: 'openat(AT_FDCWD, "/sys/fs/cgroup/system.slice/cpu.stat", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/sys/fs/cgroup/system.slice/cpu.stat"),
    suspects: ["ProtectControlGroups"],
  },
  {
    dropIn: "PrivateIPC=yes",
    line: "shmget(0x1234, 4096, 0) = -1 ENOENT (No such file or directory)",
    suspects: ["PrivateIPC"],
  },
  {
    dropIn: "PrivateIPC=yes",
    line: "shmat(5, NULL, 0) = -1 EINVAL (Invalid argument)",
    suspects: ["PrivateIPC"],
  },
  {
    dropIn: "RemoveIPC=yes",
    line: 'openat(AT_FDCWD, "/dev/shm/x", O_RDWR) = -1 ENOENT (No such file or directory)',
    at: at("/dev/shm/x"),
    suspects: ["RemoveIPC"],
  },
  {
    dropIn: "KeyringMode=private",
    line: 'keyctl(KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user", "foo", 0) = -1 ENOKEY (Required key not available)',
    suspects: ["KeyringMode"],
  },
  {
    dropIn: "LimitNPROC=1",
    line: "clone(child_stack=NULL, flags=SIGCHLD) = -1 EAGAIN (Resource temporarily unavailable)",
    suspects: ["LimitNPROC"],
  },
  {
    dropIn: "LimitNPROC=infinity",
    line: "clone(child_stack=NULL, flags=SIGCHLD) = -1 EAGAIN (Resource temporarily unavailable)",
    suspects: [],
  },
  {
    dropIn: "TasksMax=1",
    line: "clone3({flags=CLONE_VM}, 88) = -1 EAGAIN (Resource temporarily unavailable)",
    suspects: ["TasksMax"],
  },
  {
    dropIn: "LimitFSIZE=0",
    line: 'write(3</srv/f>, "x", 1) = -1 EFBIG (File too large)',
    suspects: ["LimitFSIZE"],
  },
  {
    dropIn: "LimitNOFILE=4",
    line: 'openat(AT_FDCWD, "/srv/f", O_RDONLY) = -1 EMFILE (Too many open files)',
    at: at("/srv/f"),
    suspects: ["LimitNOFILE"],
  },
];
