/** What is hidden because the service never looked at it: secrets, control sockets, and trees of others. */
import type { Fact } from "../facts/types.js";
import { parseBinds } from "../host/view.js";
import { setList, withhold, wrapWords } from "./decision.js";
import { belowOneOf } from "./evidence.js";
import { byMountNamespace } from "./guards.js";
import { homes } from "./home.js";
import { optionalValue } from "./mount-paths.js";
import type { Context, Decision, Directive, Grant } from "./types.js";
import { shippedPaths } from "./vendor.js";

/** Trees in which services without a reason have no business (file-hierarchy(7), hier(7)). */
const foreignTrees = ["/boot", "/efi", "/lost+found", "/media", "/mnt", "/opt", "/srv"];

/** Whoever can connect to one of these can have others act with their rights, often root's. */
export const controlSockets: readonly string[] = [
  "/run/containerd",
  "/run/crio",
  "/run/dbus/system_bus_socket",
  "/run/docker.sock",
  "/run/incus",
  "/run/libvirt",
  "/run/lxd.socket",
  "/run/podman",
  "/run/snapd.socket",
  "/run/systemd/private",
  "/var/lib/incus/unix.socket",
  "/var/lib/lxd/unix.socket",
];

/** Password hashes, keys and who may become root; a service running as root can read them all. */
const secrets = [
  "/etc/gshadow",
  "/etc/gshadow-",
  "/etc/krb5.keytab",
  "/etc/pki/tls/private",
  "/etc/security/opasswd",
  "/etc/shadow",
  "/etc/shadow-",
  "/etc/ssh",
  "/etc/ssl/private",
  "/etc/sudoers",
  "/etc/sudoers.d",
];

/** In the order in which they are written; `ProtectHome=` hides the homes where it is set. */
export const sensitive: readonly string[] = [...foreignTrees, ...homes, ...secrets, ...controlSockets];

const name = "InaccessiblePaths";

/**
 * Nothing inside can be reached any more, not even by ReadWritePaths= or BindPaths= (drop_inaccessible() in
 * src/core/namespace.c), so whatever a fact or the unit itself names stays. A hidden file that is replaced by rename(2) on
 * the host shows again until the service is restarted (detach_mounts() in fs/namespace.c); directories do not.
 */
export const inaccessiblePaths: Directive = {
  from: "strict",
  ...byMountNamespace({
    names: [name],
    decide: (context) => {
      const shipped = shippedPaths(context.unit, name);
      const isShipped = belowOneOf(shipped);
      const fresh = sensitive.filter(untouched(context)).filter((path) => !isShipped(path));
      return [inaccessible(context, [...shipped, ...fresh])];
    },
  }),
};

/** The setting for these paths; withheld when there are none. */
export function inaccessible(context: Context, paths: readonly string[]): Decision {
  if (paths.length === 0) {
    return withhold(name, "meaningless", "other settings hide what was not touched, or all of it was.");
  }
  const lines = wrapWords(paths.map((path) => optionalValue(context, path)));
  const grants = paths.map((value): Grant => ({ value, origin: "required", facts: [] }));
  return setList(name, lines, "Never looked at: trees, keys and control sockets of others.", grants);
}

/** Whether neither a fact nor the unit names the path, something in it, or a link to either. */
function untouched(context: Context): (path: string) => boolean {
  const { facts, unit, host } = context;
  const directory = (unit.properties["WorkingDirectory"] ?? "").replace(/^[-!]+/, "");
  const used = [
    ...[...facts].flatMap(pathsOf),
    ...unit.directories,
    ...unit.commands.flatMap(({ argv }) => argv.slice(0, 1)),
    ...["BindPaths", "BindReadOnlyPaths"].flatMap((binds) =>
      parseBinds(unit.properties[binds] ?? "").map(({ target }) => target),
    ),
    ...["ReadWritePaths", "ReadOnlyPaths", "ExecPaths"].flatMap((list) => shippedPaths(unit, list)),
    ...[directory, unit.pidFile],
    // A home may be anywhere.
    ...(directory === "~" ? foreignTrees : []),
  ];
  const atOrAbove = withAncestors(used);
  const isLink = (path: string) => host.files[path]?.type === "symlink";
  // The mount would hide what the link leads to, under all its names.
  return (path) => !atOrAbove.has(path) && !isLink(path);
}

/** The paths, and all directories above them. */
function withAncestors(paths: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>(["/"]);
  for (let path of paths) {
    // Above what is known all is known.
    for (; path !== "" && !found.has(path); path = path.slice(0, path.lastIndexOf("/"))) found.add(path);
  }
  return found;
}

function pathsOf(fact: Fact): string[] {
  if (fact.kind === "rename") return [fact.from, fact.to];
  return fact.kind === "file" || fact.kind === "elevation" || fact.kind === "creation" ? [fact.path] : [];
}
