/** Rows of what is shared with other processes: /proc, IPC, limits, files of others. */
import { back, never, type Row, unsafe } from "./row.js";
import { needs } from "../with-machine.js";

const other = (user: string) =>
  `systemctl is-active -q needs-${user} || systemd-run -q --unit needs-${user} -p User=${user} sleep infinity; systemctl show --value -p MainPID needs-${user} >/run/needs-other`;

/** What another program makes before; it may be there already. */
const made = (what: string, user: string) =>
  `setpriv --reuid ${user} --clear-groups python3 -I -S -B ${needs}/main.py processes.make_${what}`;

export function sharing(systemd: number): readonly Row[] {
  return [
    {
      need: "processes.look_at_other",
      setup: other("daemon"),
      decides: { ProtectProc: unsafe },
      breaks: [back("ProtectProc", "ptraceable", "ENOENT")],
    },
    {
      need: "processes.memory_info",
      decides: { ProcSubset: unsafe },
      breaks: [back("ProcSubset", "pid", "ENOENT")],
    },
    {
      need: "processes.shared_memory",
      unit: ["User=backup"],
      setup: made("shared_memory", "backup"),
      effect: "grep -q '^ *1852138852 ' /proc/sysvipc/shm",
      decides: { PrivateIPC: unsafe, RemoveIPC: unsafe },
      breaks: [back("PrivateIPC", "yes", "ENOENT"), back("RemoveIPC", "yes", "unseen")],
    },
    {
      need: "processes.message_queue",
      setup: made("message_queue", "root"),
      decides: { PrivateIPC: unsafe },
      breaks: [back("PrivateIPC", "yes", "ENOENT")],
    },
    ...(systemd < 257
      ? []
      : [
          { need: "processes.stop_politely", decides: { PrivatePIDs: "yes" }, breaks: [] },
          {
            need: "processes.signal_other",
            setup: other("root"),
            decides: {
              PrivatePIDs: unsafe,
              CapabilityBoundingSet: ["CAP_KILL"],
              PrivateUsers: unsafe,
            },
            breaks: [never(back("PrivatePIDs", "yes", "ESRCH"))],
          },
        ]),
    {
      need: "processes.fork",
      unit: ["DynamicUser=yes"],
      decides: { LimitNPROC: unsafe },
      breaks: [back("LimitNPROC", "1", "EAGAIN")],
    },
    {
      need: "files.share",
      setup: "mkdir -p /var/lib/needs",
      effect: "setpriv --reuid daemon --clear-groups cat /var/lib/needs/shared",
      teardown: "rm -f /var/lib/needs/shared",
      decides: { LimitFSIZE: unsafe, UMask: unsafe },
      breaks: [back("LimitFSIZE", "0", "EFBIG"), back("UMask", "0077", "unseen")],
    },
    {
      need: "processes.notify_by_child",
      unit: ["NotifyAccess=all", "RemainAfterExit=yes"],
      effect: '[ "$(systemctl show --value -p StatusText "$1")" = needs ]',
      decides: { NotifyAccess: unsafe, RestrictAddressFamilies: ["AF_UNIX"] },
      breaks: [never(back("NotifyAccess", "none", "wrong"))],
    },
  ];
}
