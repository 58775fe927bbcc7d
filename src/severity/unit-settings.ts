/**
 * What it is worth when the unit file sets a directive with ordered values weaker than before. That it is possible now is
 * not that it is done, but the unit may run as root: it is judged so. Sources: systemd.exec(5),
 * systemd.resource-control(5), and the rows of `systemd-analyze security`.
 */
import { compareStrength } from "../directives/vendor.js";
import { type Assessment, assessment, type Worth } from "./types.js";

/** By the directive, then by its new value where that makes a difference; `*` is any. */
type Weaker = Worth | Readonly<Record<string, Worth>>;

const weaker: Readonly<Record<string, Weaker>> = {
  Delegate: ["medium", "make control groups of their own, and leave limits of the service"],
  DevicePolicy: {
    auto: ["high", "open any device of the machine, disks among them"],
    "*": ["medium", "open pseudo devices of the machine"],
  },
  DynamicUser: ["medium", "keep files and processes from one start of the service to the next"],
  KeyringMode: ["medium", "use keys of other services of the same user"],
  LockPersonality: ["medium", "start programs whose memory is laid out predictably or executable"],
  MemoryDenyWriteExecute: ["medium", "write code into memory and run it"],
  NoNewPrivileges: ["medium", "gain the rights of setuid programs and of file capabilities"],
  NotifyAccess: ["low", "tell systemd how the service is, from more of its processes"],
  PrivateBPF: ["medium", "reach BPF objects that others have pinned"],
  PrivateDevices: ["high", "open devices of the machine, disks and memory among them"],
  PrivateIPC: ["medium", "reach shared memory and message queues of other services"],
  PrivateMounts: ["medium", "have the host see what the service mounts"],
  PrivateNetwork: ["medium", "reach the network, and what listens on the host itself"],
  PrivatePIDs: ["medium", "see and signal processes outside of the service"],
  PrivateTmp: {
    disconnected: ["low", "see its own temporary files alone"],
    yes: ["low", "find its own temporary files on the host's file system"],
    no: ["medium", "read and forge temporary files of other services"],
  },
  PrivateUsers: ["high", "use capabilities and users of the host itself"],
  ProcSubset: ["low", "read in /proc what is about the kernel and not about processes"],
  ProtectClock: ["medium", "set the clocks of the host"],
  ProtectControlGroups: ["medium", "reach control groups of other services"],
  ProtectHome: {
    tmpfs: ["low", "see that there are home directories"],
    "read-only": ["medium", "read home directories, and keys of users in them"],
    "*": ["high", "change home directories, and so run code as users and root"],
  },
  ProtectHostname: ["low", "rename the host"],
  ProtectKernelLogs: ["medium", "read the kernel log and the addresses of the kernel that exploits need"],
  ProtectKernelModules: ["high", "load code into the kernel, and read its modules"],
  ProtectKernelTunables: ["high", "change in /proc/sys which program the kernel runs as root"],
  ProtectProc: ["medium", "see processes of other users, and with what arguments they run"],
  ProtectSystem: {
    full: ["medium", "change what other services keep in /var and elsewhere"],
    yes: ["high", "change /etc, by which root and all services are set up"],
    "*": ["high", "change programs in /usr and /boot, which root and all services run"],
  },
  RemoveIPC: ["low", "leave shared memory behind when the service stops"],
  RestrictRealtime: ["medium", "take processors for real-time processes and starve every other service"],
  RestrictSUIDSGID: ["medium", "leave setuid programs behind for whoever starts them"],
};

/** Values from the weakest to the strongest, the first of which is taken for one that is not said. */
const orders: Readonly<Record<string, readonly string[]>> = {
  Delegate: ["yes", "no"],
  DevicePolicy: ["auto", "closed", "strict"],
  DynamicUser: ["no", "yes"],
  KeyringMode: ["inherit", "shared", "private"],
  NotifyAccess: ["all", "exec", "main", "none"],
};

/** Where it is not the weakest. */
const defaults: Readonly<Record<string, string>> = { Delegate: "no", NotifyAccess: "none" };

/** Directives that have ordered values; a value that is not known has no place among them. */
export function compareValues(setting: string, from: string, to: string): number | undefined {
  const order = Object.hasOwn(orders, setting) ? orders[setting] : undefined;
  if (order === undefined) return compareStrength(setting, from, to);
  const [a, b] = [from, to].map((value) =>
    order.indexOf(value === "" ? (defaults[setting] ?? order[0] ?? "") : value),
  );
  return a === undefined || b === undefined || a < 0 || b < 0 ? undefined : b - a;
}

/** What a weaker value gives; undefined for a directive that has no order. */
export function assessWeaker(setting: string, to: string): Assessment | undefined {
  const name = setting.replace(/Ex$/, "");
  const known = Object.hasOwn(weaker, name) ? weaker[name] : undefined;
  if (known === undefined) return undefined;
  const worth = isWorth(known) ? known : (known[to] ?? known["*"]);
  return worth && assessment(worth, to === "" ? `Without ${name}=` : `With ${name}=${to}`);
}

function isWorth(weak: Weaker): weak is Worth {
  return Array.isArray(weak);
}
