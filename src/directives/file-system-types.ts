import { compareText } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import { insist, withhold } from "./decision.js";
import { isBelow } from "./evidence.js";
import { keptAsShipped } from "./shipped.js";
import type { Context, Directive, Grant } from "./types.js";

const name = "RestrictFileSystems";

/**
 * Groups of `systemd-analyze filesystems` that hold what the settings of a sandbox mount themselves, and the pipes behind
 * /dev/stdout.
 */
const always = ["@anonymous", "@basic-api", "@temporary"];

const members: Readonly<Record<string, readonly string[]>> = {
  "@anonymous": words("anon_inodefs pipefs sockfs"),
  "@basic-api": words("cgroup cgroup2 devpts devtmpfs mqueue proc sysfs"),
  "@temporary": words("ramfs tmpfs"),
  "@common-block": words("btrfs erofs exfat ext4 f2fs iso9660 ntfs3 squashfs udf vfat xfs"),
};

/** Other names that systemd 250 and later know (src/basic/filesystems-gperf.gperf); one that it does not know it skips. */
const known = new Set(
  words(`adfs affs afs apparmorfs autofs bcachefs binder binfmt_misc bpf ceph cifs coda configfs cramfs debugfs ecryptfs
    efivarfs ext2 ext3 fuse fuseblk fusectl gfs2 hostfs hpfs hugetlbfs jffs2 minix msdos ncpfs nfs nfs4 nilfs2 nsfs ntfs
    ocfs2 orangefs overlay pstore qnx4 qnx6 reiserfs resctrl rpc_pipefs securityfs selinuxfs smackfs smb3 tracefs vboxsf
    xenfs zonefs`),
);

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/**
 * Refuses to open files on file systems of other types with EPERM (restrict_filesystems in
 * src/core/bpf/restrict_fs/restrict-fs.bpf.c). A profile that is not `exact` allows all common file systems of disks when
 * one of them was used: the next host may be formatted otherwise.
 */
export const restrictFileSystems: Directive = {
  names: [name],
  from: "strict",
  decide: (context) => {
    const kept = keptAsShipped(context, [name]);
    if (kept !== undefined) {
      return kept;
    }
    const used = usedTypes(context);
    const unknown = [...used].filter(([type]) => !known.has(type) && groupOf(type) === undefined);
    if (unknown.length > 0) {
      const why = `the service uses file systems that systemd has no name for: ${unknown.map(([type]) => type).join(", ")}.`;
      return [
        withhold(
          name,
          "unsafe",
          why,
          unknown.flatMap(([, facts]) => facts),
        ),
      ];
    }
    const grants = grantsOf(context, used);
    const line = grants.map(({ value }) => value).join(" ");
    const facts = grants.flatMap((grant) => grant.facts);
    // Its program looks at every open, so a type that was missed is an outage; no test of ours has run under it yet.
    const why =
      "these are the types of the file systems that were used, but nothing has been run under it yet.";
    return [withhold(name, "operator", why, facts, [insist(name, ["", line])])];
  },
};

function groupOf(type: string): string | undefined {
  return Object.keys(members).find((group) => members[group]?.includes(type));
}

function grantsOf({ breadth }: Context, used: ReadonlyMap<string, readonly Fact[]>): readonly Grant[] {
  const grants = new Map<string, Grant>(
    always.map((value) => [value, { value, origin: "required", facts: [] }]),
  );
  for (const [type, facts] of used) {
    const group = groupOf(type);
    const isWidened = group !== undefined && (always.includes(group) || breadth !== "exact");
    const value = isWidened ? group : type;
    const before = grants.get(value);
    if (before?.origin !== "required") {
      grants.set(value, {
        value,
        origin: isWidened ? "group" : "seen",
        facts: [...(before?.facts ?? []), ...facts],
      });
    }
  }
  return [...grants.values()].sort((a, b) => compareText(a.value, b.value));
}

/** Links to namespaces lead out of /proc (namespaces(7)). */
const namespaceLinks = /^\/proc\/[^/]+\/(?:task\/[^/]+\/)?ns\//;

/** Types by the mounts that hold the used paths. Those below FUSE have the type of their program behind a dot. */
function usedTypes({ facts, host }: Context): ReadonlyMap<string, readonly Fact[]> {
  const mounts = host.mounts.toSorted((a, b) => b.path.length - a.path.length);
  const types = new Map<string, Fact[]>();
  for (const fact of facts.ofKind("file")) {
    const deepest = mounts.find(({ path }) => isBelow(fact.path, path))?.path;
    // Another machine may have another file system there, and what is mounted over another one can be gone.
    for (const mount of fact.access === "missing" ? [] : mounts.filter(({ path }) => path === deepest)) {
      const type = namespaceLinks.test(fact.path)
        ? "nsfs"
        : mount.fstype.replace(/^(fuse|fuseblk)\..*$/, "$1");
      const known = types.get(type);
      if (known === undefined) types.set(type, [fact]);
      else known.push(fact);
    }
  }
  return new Map([...types].sort(([a], [b]) => compareText(a, b)));
}
