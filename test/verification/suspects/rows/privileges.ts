import { at, type Row } from "./row.js";

export const privileges: readonly Row[] = [
  {
    dropIn: "CapabilityBoundingSet=; CapabilityBoundingSet=CAP_KILL",
    line: 'chown("/srv/f", 1, 1) = -1 EPERM (Operation not permitted)',
    at: at("/srv/f"),
    suspects: ["CapabilityBoundingSet"],
  },
  {
    dropIn: "CapabilityBoundingSet=; CapabilityBoundingSet=CAP_KILL",
    line: "kill(77, SIGHUP) = -1 EPERM (Operation not permitted)",
    at: { facts: [{ kind: "capability", capability: "CAP_KILL", source: "inferred", operation: "kill" }] },
    suspects: [],
  },
  {
    dropIn: "CapabilityBoundingSet=~CAP_NET_BIND_SERVICE",
    line: 'bind(3<TCP:[7]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = -1 EACCES (Permission denied)',
    at: {
      facts: [
        { kind: "capability", capability: "CAP_NET_BIND_SERVICE", source: "inferred", operation: "bind" },
      ],
    },
    suspects: ["CapabilityBoundingSet"],
  },
  {
    dropIn: "CapabilityBoundingSet=~",
    line: 'chown("/srv/f", 1, 1) = -1 EPERM (Operation not permitted)',
    at: at("/srv/f"),
    suspects: [],
  },
  {
    dropIn: "CapabilityBoundingSet=",
    line: "mlock(0x7f0000000000, 4096) = -1 ENOMEM (Cannot allocate memory)",
    suspects: ["CapabilityBoundingSet"],
  },
  {
    dropIn: "PrivateUsers=yes",
    line: "setuid(33) = -1 EINVAL (Invalid argument)",
    suspects: ["PrivateUsers"],
  },
  {
    dropIn: "PrivateUsers=self",
    line: "setgroups(1, [33]) = -1 EPERM (Operation not permitted)",
    suspects: ["PrivateUsers"],
  },
  {
    dropIn: "NoNewPrivileges=yes",
    line: 'openat(AT_FDCWD, "/etc/shadow", O_RDONLY) = -1 EACCES (Permission denied)',
    at: {
      paths: ["/etc/shadow"],
      executable: "/usr/bin/su",
      host: { files: { "/usr/bin/su": { type: "file", mode: 0o4755, uid: 0, gid: 0 } } },
    },
    suspects: ["NoNewPrivileges"],
  },
  {
    dropIn: "NoNewPrivileges=yes",
    line: 'openat(AT_FDCWD, "/etc/shadow", O_RDONLY) = -1 EACCES (Permission denied)',
    at: { paths: ["/etc/shadow"], executable: "/usr/bin/cat" },
    suspects: [],
  },
  {
    dropIn: "SecureBits=noroot",
    line: "setuid(1) = -1 EPERM (Operation not permitted)",
    suspects: ["SecureBits"],
  },
  {
    dropIn: "AmbientCapabilities=",
    line: "setuid(1) = -1 EPERM (Operation not permitted)",
    suspects: ["AmbientCapabilities"],
  },
  {
    dropIn: "User=daemon",
    line: 'openat(AT_FDCWD, "/etc/shadow", O_RDONLY) = -1 EACCES (Permission denied)',
    at: at("/etc/shadow"),
    suspects: ["User"],
  },
];
