/**
 * What device nodes are worth. That one is opened for reading and not for writing is not in the facts
 * (src/directives/device-policy.ts), so both are assumed. Source: Documentation/admin-guide/devices.txt.
 */
import { presentNodes } from "../directives/device-nodes.js";
import type { FileStatus } from "../host/types.js";
import { type Assessment, assessment, low, type Worth } from "./types.js";

/** What one can do with a node, to stand behind "by PATH an attacker could". `#` is a number or its placeholder. */
const nodes: readonly (readonly [pattern: RegExp, worth: Worth])[] = [
  [/^(?:mem|kmem|port)$/, ["high", "read and change the memory of the machine, the kernel's included"]],
  [
    /^(?:[hsv]d[a-z]|xvd[a-z]|nvme|mmcblk|pmem|md|dm-|mapper\/|disk\/|block\/|sr\d|sg\d|bsg\/|nbd|zd\d|rbd|drbd|loop|raw\/|zfs|mtd)/,
    ["high", "read and change disks past all file modes"],
  ],
  [/^vfio\//, ["high", "drive hardware that can reach all memory"]],
  [/^(?:uinput|uhid|input\/)/, ["high", "read what is typed on the machine, or type itself"]],
  [
    /^(?:tty\d*|ttyS|console$|vcs|vga_arbiter|fb\d)/,
    ["medium", "read and write the screens and consoles of the machine"],
  ],
  [/^kmsg$/, ["medium", "read the kernel log, and write false messages into it"]],
  [
    /^(?:kvm|vhost-|vsock$|sev|sgx|vmci|udmabuf)/,
    ["medium", "run virtual machines, and reach the code of the kernel that runs them"],
  ],
  [/^(?:net\/|tun$|tap\d|ppp$)/, ["medium", "make network interfaces, as far as CAP_NET_ADMIN goes"]],
  [/^(?:snd\/|audio|dsp|video\d|v4l|media\d)/, ["medium", "listen and watch by microphones and cameras"]],
  [/^(?:tpm|hwrng$|crypto|cryptodev)/, ["medium", "use the keys of the security chip"]],
  [/^(?:watchdog|rtc|ptp|pps|hpet$)/, ["medium", "set clocks and timers of the machine, or restart it"]],
  [
    /^(?:bus\/usb|hidraw|usb|ttyUSB|ttyACM|i2c|spidev|gpio|ipmi|mei|nvram$|cpu\/|mcelog)/,
    ["medium", "drive hardware directly"],
  ],
  [/^(?:dri\/|nvidia|kfd$|accel)/, ["medium", "drive the graphics hardware, by large drivers"]],
  [/^(?:fuse|cuse|autofs)$/, ["medium", "serve file systems of their own to other processes"]],
];

/** What every service may open (src/directives/device-nodes.ts), and what opens what is open already. */
const pseudo = /^\/dev\/(?:null|zero|full|random|urandom|tty|ptmx|pts\/.*|core|stdin|stdout|stderr|fd\/.*)$/;

/** A device node by its name, or by what the host says that it is; undefined for what is none. */
export function assessDevice(path: string, status: FileStatus | null | undefined): Assessment | undefined {
  if (pseudo.test(path)) {
    return low(`By ${path} an attacker could do no more than every service may with pseudo devices.`);
  }
  if (presentNodes.test(path)) return undefined;
  const name = path.startsWith("/dev/") ? path.slice("/dev/".length) : "";
  const isNode = status?.type === "char" || status?.type === "block";
  // A name that the host does not know may be one of hardware that has gone.
  const mayBeNode = isNode || status === undefined || status === null;
  const named = mayBeNode ? nodes.find(([pattern]) => pattern.test(name))?.[1] : undefined;
  const worth = named ?? (isNode ? byType[status.type] : undefined);
  return worth && assessment(worth, `By ${path}`);
}

const byType: Readonly<Record<"char" | "block", Worth>> = {
  block: ["high", "read and change a disk past all file modes"],
  char: ["medium", "drive hardware through a driver of the kernel"],
};

/** What DeviceAllow= names: a node, or a group of /proc/devices as `char-NAME` or `block-NAME`. */
export function assessDeviceRule(rule: string): Assessment {
  const device = rule.split(" ")[0] ?? "";
  const fallback = assessment(byType[device.startsWith("block-") ? "block" : "char"], `By ${device}`);
  return assessDevice(device, undefined) ?? fallback;
}
