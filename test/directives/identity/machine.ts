/** A machine as services usually find it, for the identity directives. */
import type { FileStatus, Host } from "../../../src/host/types.js";
import type { Capability } from "../../../src/facts/names.js";
import type { Fact } from "../../../src/facts/types.js";
import { type Situation, situation } from "../context.js";
import type { Context } from "../../../src/directives/types.js";

function status(
  type: FileStatus["type"],
  mode: number,
  uid = 0,
  gid = 0,
  more: Partial<FileStatus> = {},
): FileStatus {
  return { type, mode, uid, gid, ...more };
}

const directory = (mode = 0o755, uid = 0, gid = 0): FileStatus => status("directory", mode, uid, gid);
const file = (mode = 0o644, uid = 0, gid = 0): FileStatus => status("file", mode, uid, gid);

const files: Host["files"] = {
  "/": directory(),
  "/etc": directory(),
  "/etc/thing": directory(),
  "/etc/thing.conf": file(),
  "/etc/group-only": file(0o640, 0, 4),
  "/etc/ssl/private": directory(0o710, 0, 110),
  "/etc/ssl/private/key.pem": file(0o640, 0, 110),
  "/etc/shadow": file(0o640, 0, 42),
  "/etc/secret.key": file(0o600),
  "/etc/of-www.key": file(0o600, 33, 33),
  "/root": directory(0o700),
  "/root/notes": file(),
  "/run": directory(),
  "/run/thing": directory(),
  "/run/thing.pid": file(),
  "/run/lock": directory(0o1777),
  "/run/daemon.sock": status("socket", 0o666),
  "/run/admin.sock": status("socket", 0o660),
  "/srv/data": directory(),
  "/usr/bin/tool": file(0o755),
  "/usr/bin/mount": file(0o4755),
  "/var/cache/thing": directory(),
  "/var/lib/closed": directory(0o700),
  "/var/lib/thing": directory(0o750),
  "/var/lib/thing/sub": directory(0o750),
  "/var/lib/other": directory(0o755),
  "/var/lib/of-www": directory(0o755, 33, 33),
  "/var/log/thing": directory(0o2750, 0, 4),
  "/var/lib/thing.db": file(),
  "/dev/thing": status("char", 0o660, 0, 5),
  "/dev/disk": status("block", 0o660, 0, 6),
  "/dev/null": status("char", 0o666),
};

/** The situation with that machine. */
export function onMachine(given: Situation = {}): Context {
  return situation({
    ...given,
    host: {
      files: { ...files, ...given.host?.files },
      users: { "0": "root", "33": "www" },
      groups: { "0": "root", "4": "adm", "5": "tty", "33": "www" },
      memberships: { "33": [33] },
      ...(given.host?.mounts === undefined ? {} : { mounts: given.host.mounts }),
    },
  });
}

export const capability = (name: Capability, operation = "something"): Fact => ({
  kind: "capability",
  capability: name,
  source: "inferred",
  operation,
});

export const becomes = (id: string): Fact[] => [
  { kind: "identity", operation: "setuid", id },
  { kind: "identity", operation: "setgid", id },
  { kind: "identity", operation: "setgroups", id },
];
