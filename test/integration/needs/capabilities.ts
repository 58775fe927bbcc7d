/** Rows of one capability each: root, whom systemd gives just that one. */
import { local } from "./network.js";
import { back, operator, type Outcome, type Row, unsafe } from "./row.js";

const state = "rm -rf /var/lib/needs; mkdir -p /var/lib/needs; touch /var/lib/needs/own;";

const theirs = `${state} install -m 0600 -o bin -g bin /dev/null /var/lib/needs/theirs`;

const victim =
  "systemctl is-active -q needs-victim || systemd-run -q --unit needs-victim -p User=daemon sleep infinity; systemctl show --value -p MainPID needs-victim >/run/needs-victim";

/** What counts in a user namespace of the service's own, and what it takes to see the ids of others there. */
const mapped = new Set(["chown", "dac_override", "dac_read_search", "fowner", "fsetid", "setgid", "setuid"]);
const within = new Set(["setpcap", "sys_chroot"]);

/** Nobody can tell a change of attributes from one of content. */
const changed = { LimitFSIZE: unsafe };

type Rest = Partial<Row> & { readonly also?: Row["decides"] };

function users(name: string, systemd: number): Row["decides"] {
  if (within.has(name)) return {};
  return { PrivateUsers: mapped.has(name) ? (systemd < 257 ? operator : "identity") : unsafe };
}

export function capabilities(systemd: number): readonly Row[] {
  /** One capability by the function of its name, and how it fails without. */
  function capability(name: string, failure: Outcome, { also, ...rest }: Rest = {}): Row {
    return {
      need: `capabilities.${name}`,
      decides: {
        CapabilityBoundingSet: [`CAP_${name.toUpperCase()}`],
        ...users(name, systemd),
        ...also,
      },
      breaks: [back("CapabilityBoundingSet", "", failure)],
      ...rest,
    };
  }
  return [
    capability("chown", "EPERM", { setup: state, also: changed }),
    capability("dac_override", "EACCES", { setup: theirs, also: { ...changed, UMask: unsafe } }),
    capability("dac_read_search", "EACCES", { setup: theirs }),
    capability("fowner", "EPERM", { setup: theirs, also: changed }),
    capability("fsetid", "wrong", {
      setup: `${state} install -m 0755 -g bin /dev/null /var/lib/needs/grouped`,
      also: { ...changed, RestrictSUIDSGID: unsafe },
    }),
    capability("kill", "EPERM", { setup: victim }),
    capability("setgid", "EPERM"),
    capability("setuid", "EPERM"),
    capability("setpcap", "EPERM"),
    capability("net_bind_service", "EACCES", {
      also: { ...local(systemd, ["ipv4:tcp:81"]), PrivateNetwork: operator },
    }),
    capability("net_admin", "EPERM", { also: { ...local(systemd, []), PrivateNetwork: operator } }),
    capability("net_raw", "EPERM", { also: { ...local(systemd, []), PrivateNetwork: unsafe } }),
    capability("ipc_lock", "ENOMEM", { unit: ["LimitMEMLOCK=64K"] }),
    capability("sys_chroot", "EPERM", { setup: state }),
    capability("sys_ptrace", "EACCES", {
      setup: victim,
      // The file is also its owner's alone.
      also: {
        CapabilityBoundingSet: ["CAP_DAC_READ_SEARCH CAP_SYS_PTRACE"],
        ProtectProc: unsafe,
      },
    }),
    capability("sys_admin", "EPERM", { setup: state, also: changed }),
    capability("sys_nice", "EACCES"),
    capability("mknod", "EPERM", {
      setup: state,
      also: { PrivateDevices: unsafe, DevicePolicy: unsafe, UMask: unsafe },
    }),
    capability("lease", "EACCES", { setup: "install -o bin /dev/null /usr/local/lib/needs-leased" }),
    capability("setfcap", "EPERM", { setup: state, also: changed }),
    capability("linux_immutable", "EPERM", { setup: state, also: changed }),
    capability("sys_rawio", "EPERM", {
      setup: state,
      also: { PrivateDevices: unsafe, DevicePolicy: "closed" },
    }),
    capability("sys_tty_config", "EPERM"),
    capability("bpf", "EPERM"),
  ];
}
