/** Device nodes that the service used beyond those that every service may have. */
import { posix } from "node:path";
import type { FileFact } from "../facts/types.js";
import type { FileStatus, Unit } from "../host/types.js";
import { isWritable } from "../systemd/dropin.js";
import { isReach } from "./evidence.js";
import { remembered } from "./remembered.js";
import type { Context } from "./types.js";

export interface DeviceNode {
  /** As it was used; may be a symbolic link. */
  readonly path: string;
  /** Where its links lead. */
  readonly resolved: string;
  /** Whether the host knows it; nodes come and go. */
  readonly known: boolean;
  readonly facts: readonly FileFact[];
}

/**
 * What a private /dev holds (mount_private_dev() in src/core/namespace.c), which is also what DevicePolicy=closed allows
 * (bpf_devices_allow_list_static() in src/core/bpf-devices.c); the directories come from the host.
 */
export const presentNodes =
  /^\/dev(\/(null|zero|full|random|urandom|tty|ptmx|log|core|stdin|stdout|stderr)|\/(fd|pts|shm|mqueue|hugepages)(\/.*)?)?$/;

/** The same nodes in a /dev elsewhere, as those of chroot(2) have them. */
const copiedNodes = /\/dev\/(null|zero|full|random|urandom|tty|ptmx)$/;

/** Nodes that facts mention, and names below /dev of which nobody knows what they are, in the order of the facts. */
export const deviceNodes = remembered(findDeviceNodes);

function findDeviceNodes(context: Context): readonly DeviceNode[] {
  const nodes = new Map<string, DeviceNode>();
  for (const fact of context.facts.ofKind("file")) {
    if (!isReach(fact) && fact.access !== "write") {
      continue;
    }
    const { path, status } = resolve(context, fact.path);
    const known = status?.type === "char" || status?.type === "block";
    const unknown = !status && path.startsWith("/dev/") && !isOwn(context, fact.path);
    if ((!known && !unknown) || presentNodes.test(path) || copiedNodes.test(path)) {
      continue;
    }
    const facts = [...(nodes.get(fact.path)?.facts ?? []), fact];
    nodes.set(fact.path, { path: fact.path, resolved: path, known, facts });
  }
  return [...nodes.values()];
}

/** Whether the service made `path` itself: what it makes in /dev without mknod(2) is no device. */
function isOwn({ facts }: Context, path: string): boolean {
  return facts
    .ofKind("file")
    .some((fact) => (fact.access === "create" || fact.access === "replace") && fact.path === path);
}

/** Nodes that the service makes itself: which devices they are is not in the facts. */
export function madeNodes({ facts }: Context): readonly FileFact[] {
  return facts
    .ofKind("file")
    .filter(({ access, type }) => access === "create" && (type === "char" || type === "block"));
}

/** More links in a row than the kernel follows are a loop (path_resolution(7)). */
const maxLinks = 40;

/** Follows the links of the last component, by what is known of the host. */
function resolve(
  { host }: Context,
  path: string,
): { readonly path: string; readonly status: FileStatus | null | undefined } {
  let current = path;
  for (let links = 0; links < maxLinks; links += 1) {
    const status = host.files[current];
    if (status?.target === undefined) {
      return { path: current, status };
    }
    current = posix.resolve(posix.dirname(current), status.target);
  }
  return { path, status: undefined };
}

/**
 * Nodes that are there once their driver is, and stay the same: kernel interfaces with a fixed number that no hardware
 * brings (Documentation/admin-guide/devices.txt, modules.devname of kmod(8)).
 */
const permanentNodes =
  /^\/dev\/(?:autofs|btrfs-control|cpu_dma_latency|cuse|fuse|hpet|hwrng|kmsg|kvm|loop-control|mapper\/control|net\/tun|ppp|rtc|rtc0|uhid|uinput|vfio\/vfio|vhost-net|vhost-vsock|vsock)$/;

export const isPermanent = ({ path, resolved, known }: DeviceNode): boolean =>
  known && permanentNodes.test(path) && permanentNodes.test(resolved);

/** Devices that come and go under changing names, by their groups in /proc/devices. `#` is a number or its placeholder. */
const groups: readonly (readonly [nodes: string, group: string])[] = [
  ["/dev/ttyUSB#", "char-ttyUSB"],
  ["/dev/ttyACM#", "char-ttyACM"],
  ["/dev/loop#", "block-loop"],
  ["/dev/input/event#", "char-input"],
  ["/dev/video#", "char-video4linux"],
  ["/dev/hidraw#", "char-hidraw"],
  ["/dev/bus/usb/#/#", "char-usb_device"],
];

const groupPatterns = groups.map(([nodes, group]) => ({
  pattern: new RegExp(`^${nodes.replaceAll("#", String.raw`(?:\d+|\{[a-z]+\})`)}$`),
  group,
}));

/**
 * What DeviceAllow= must name: the group of devices that come and go, else the path, which systemd looks up when the
 * service is started; undefined when that is not below /dev or not known.
 */
export function deviceName({ path, resolved, known }: DeviceNode): string | undefined {
  const group = groupPatterns.find(({ pattern }) => pattern.test(resolved))?.group;
  return group ?? (known && path.startsWith("/dev/") && isWritable(path) ? path : undefined);
}

/**
 * The terminal that systemd opens as the service's standard input or output, within the service's device policy: where
 * that does not allow it, the service fails with 209/STDOUT (tried on 252 and 257).
 */
export function terminalOf({ properties }: Unit): string | undefined {
  const streams = ["StandardInput", "StandardOutput", "StandardError"];
  const isUsed = streams.some((stream) => /^tty(-force|-fail)?$/.test(properties[stream] ?? ""));
  const path = properties["TTYPath"] ?? "";
  return isUsed ? (path === "" ? "/dev/console" : path) : undefined;
}
