/** Rows of the file system. */
import { back, type Break, each, never, operator, type Row, unsafe } from "./row.js";

/** What a mount namespace comes with: none of it lets a mount through to the host. */
const mounting = [
  "ProtectSystem",
  "ProtectHome",
  "PrivateTmp",
  "PrivateDevices",
  "PrivateMounts",
  "PrivateNetwork",
  "ProtectKernelTunables",
  "ProtectKernelModules",
  "ProtectKernelLogs",
  "ProtectControlGroups",
] as const;

/** A path that NoExecPaths= or ExecPaths= names is a mount of its own, which hardly anything else reaches. */
function alone(one: Break): Break {
  return { ...one, lines: [...one.lines, "NoExecPaths=", "ExecPaths="] };
}

/** The mount that keeps code read-only would be executable without being named. */
function notMounted(one: Break): Break {
  return { ...one, lines: [...one.lines, "BindReadOnlyPaths=", "BindReadOnlyPaths=/usr"] };
}

/** What every file written leaves behind. */
const written = { LimitFSIZE: unsafe, UMask: unsafe };

const state = "mkdir -p /var/lib/needs";

export function files(systemd: number): readonly Row[] {
  return [
    {
      need: "files.write_srv",
      setup: "mkdir -p /srv/needs/own",
      decides: { ...written, ReadWritePaths: ["/srv/needs/own"] },
      breaks: [
        alone(back("ReadWritePaths", "", "EROFS")),
        never(alone(back("BindReadOnlyPaths", "/srv/needs/own", "EROFS"))),
        never(back("User", "daemon", "EACCES")),
        never(back("DynamicUser", "yes", "EACCES")),
      ],
    },
    {
      need: "files.read_srv",
      setup: "mkdir -p /srv/needs; echo theirs >/srv/needs/theirs",
      decides: {},
      breaks: [
        back("InaccessiblePaths", "-/srv", "EACCES"),
        never(back("TemporaryFileSystem", "/srv:ro", "ENOENT")),
        // systemd cannot set these up.
        never(back("InaccessiblePaths", "/srv/needs/absent", "status 226")),
        never(back("ReadWritePaths", "/srv/needs/absent", "status 226")),
      ],
    },
    {
      need: "files.read_srv",
      variant: "isolated",
      posture: "isolated",
      setup: "mkdir -p /srv/needs; echo theirs >/srv/needs/theirs",
      decides: {},
      breaks: [never(back("BindReadOnlyPaths", ["", "/usr /opt/fixtures"], "ENOENT"))],
    },
    {
      need: "files.leave_runtime",
      unit: ["RuntimeDirectory=needs-left", "RuntimeDirectoryPreserve=yes"],
      effect: "test -e /run/needs-left/entry",
      teardown: "rm -rf /run/needs-left",
      decides: { ...written },
      breaks: [never(back("RuntimeDirectoryPreserve", "no", "unseen"))],
    },
    {
      need: "files.read_by_group",
      unit: ["User=daemon", "SupplementaryGroups=adm"],
      setup: "mkdir -p /srv/needs; install -g adm -m 0640 /dev/null /srv/needs/grouped",
      decides: {},
      breaks: [never(back("SupplementaryGroups", "", "EACCES"))],
    },
    {
      need: "files.write_var",
      teardown: "rm -f /var/needs-entry",
      decides: { ...written, ProtectSystem: "full" },
      breaks: [back("ProtectSystem", "strict", "EROFS")],
    },
    {
      need: "files.write_etc",
      teardown: "rm -f /etc/needs-entry",
      decides: { ...written, ProtectSystem: "yes" },
      breaks: [back("ProtectSystem", "strict", "EROFS"), never(back("ProtectSystem", "full", "EROFS"))],
    },
    {
      need: "files.write_usr",
      teardown: "rm -f /usr/needs-entry",
      decides: { ...written, ProtectSystem: operator, BindReadOnlyPaths: operator },
      breaks: [
        alone(back("ProtectSystem", "strict", "EROFS")),
        never(back("ProtectSystem", "yes", "EROFS")),
        never(back("ReadOnlyPaths", "/usr", "EROFS")),
      ],
    },
    {
      need: "files.write_home",
      teardown: "rm -f /root/needs-entry",
      decides: { ...written, ProtectHome: unsafe },
      breaks: [back("ProtectHome", "yes", "EACCES"), never(back("ProtectHome", "read-only", "EROFS"))],
    },
    {
      need: "files.read_home",
      setup: "echo theirs >/root/needs-theirs",
      decides: { ProtectHome: "read-only" },
      breaks: [back("ProtectHome", "yes", "EACCES"), never(alone(back("ProtectHome", "tmpfs", "ENOENT")))],
    },
    {
      need: "files.miss_home",
      decides: { ProtectHome: "tmpfs" },
      breaks: [back("ProtectHome", "yes", "EACCES")],
    },
    {
      need: "files.read_tmp",
      setup: "echo theirs >/tmp/needs-theirs",
      decides: { PrivateTmp: unsafe },
      breaks: [back("PrivateTmp", "yes", "ENOENT")],
    },
    { need: "files.keep_tmp", decides: written, breaks: [] },
    {
      need: "files.offer_tmp",
      effect: "test -S /tmp/needs-socket",
      teardown: "rm -f /tmp/needs-socket",
      decides: { PrivateTmp: unsafe, RestrictAddressFamilies: ["AF_UNIX"], UMask: unsafe },
      breaks: [back("PrivateTmp", "yes", "unseen")],
    },
    {
      need: "files.open_device",
      setup: "[ -e /dev/needs-device ] || mknod /dev/needs-device c 1 3",
      decides: { PrivateDevices: unsafe, DevicePolicy: "closed", DeviceAllow: ["/dev/needs-device rw"] },
      breaks: [
        back("PrivateDevices", "yes", "ENOENT"),
        // systemd itself opens /dev/null for it.
        never({ lines: ["DevicePolicy=strict", "DeviceAllow="], failure: "status 208" }),
      ],
    },
    {
      need: "files.open_tunnel",
      setup: "mkdir -p /dev/net; [ -e /dev/net/tun ] || mknod /dev/net/tun c 10 200",
      decides: { BindPaths: "-/dev/net/tun", DeviceAllow: ["/dev/net/tun rw"], PrivateNetwork: unsafe },
      breaks: [back("BindPaths", "", "ENOENT"), back("DeviceAllow", "", "EPERM")],
    },
    {
      need: "files.run_add_on",
      setup: "install -D /usr/bin/true /opt/needs/bin/tool",
      decides: { ExecPaths: ["/opt/needs /usr"] },
      breaks: [notMounted(back("ExecPaths", ["", "/usr"], "EACCES"))],
    },
    {
      need: "files.run_own",
      setup: "install -D /usr/bin/true /var/lib/needs/tool",
      decides: { ExecPaths: ["/usr /var/lib/needs"] },
      breaks: [
        notMounted(back("ExecPaths", ["", "/usr"], "EACCES")),
        never(back("NoExecPaths", "/var/lib/needs/tool", "EACCES")),
      ],
    },
    {
      need: "files.read_secret",
      // Its group is shadow.
      decides: { PrivateUsers: systemd < 257 ? operator : "identity" },
      breaks: [back("InaccessiblePaths", "-/etc/shadow", "EACCES")],
    },
    {
      need: "files.setgid_directory",
      setup: state,
      decides: { RestrictSUIDSGID: unsafe, LimitFSIZE: unsafe },
      breaks: [back("RestrictSUIDSGID", "yes", "EPERM")],
    },
    {
      need: "processes.mount",
      setup: "mkdir -p /mnt/needs",
      effect: "mountpoint -q /mnt/needs",
      teardown: "while umount -q /mnt/needs; do :; done",
      decides: {
        ...each(mounting, unsafe),
        ...each(
          [
            "InaccessiblePaths",
            "NoExecPaths",
            "ExecPaths",
            "PrivateIPC",
            "ProtectProc",
            "ProcSubset",
            "ReadOnlyPaths",
          ],
          unsafe,
        ),
        BindReadOnlyPaths: operator,
        DevicePolicy: "closed",
        CapabilityBoundingSet: ["CAP_SYS_ADMIN"],
        PrivateUsers: unsafe,
      },
      // A network namespace comes with a mount of /sys of its own only later.
      breaks: mounting
        .filter((directive) => directive !== "PrivateNetwork" || systemd >= 257)
        .map((directive) => back(directive, strongest(directive, systemd), "unseen")),
    },
  ];
}

function strongest(directive: (typeof mounting)[number], systemd: number): string {
  if (directive === "ProtectControlGroups" && systemd >= 257) {
    return "strict";
  }
  return directive === "ProtectSystem" ? "strict" : "yes";
}
