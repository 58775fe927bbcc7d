/** What it is worth when a list of a unit file has other members than before. */
import { parseList, ships, splitWords } from "../directives/vendor.js";
import { systemCallsOf } from "../directives/system-calls.js";
import { type Capability, capabilities, namespaceTypes } from "../facts/names.js";
import { parseBinds } from "../host/view.js";
import { assessCapability, worstCapability } from "./capabilities.js";
import { assessDeviceRule } from "./devices.js";
import type { Where } from "./ground.js";
import { worthOfGroup } from "./groups.js";
import { assessNamespace } from "./processes.js";
import { assessExecute } from "./programs.js";
import { assessRead } from "./reads.js";
import { assessFamily } from "./sockets.js";
import { heldBy } from "./held.js";
import { assessCall, weightOfCall } from "./system-calls.js";
import { type Assessment, assessment, low, medium } from "./types.js";
import { weightOfFamily, weightOfNamespace } from "./weights.js";
import { assessTree } from "./writes.js";

/** What an attacker may have more, the heaviest first, and whether there is something that he may have no more. */
export interface ListChange {
  readonly more: readonly Assessment[];
  readonly less: boolean;
}

type Reader = (from: string, to: string, where: Where) => ListChange;

/** A list of what is granted. */
function granting(split: (text: string) => readonly string[], assess: Each): Reader {
  return (from, to, where) => {
    const [before, after] = [new Set(split(from)), new Set(split(to))];
    return {
      more: [...after].filter((one) => !before.has(one)).map((one) => assess(one, where)),
      less: [...before].some((one) => !after.has(one)),
    };
  };
}

/** A list of what is denied. */
function denying(split: (text: string) => readonly string[], assess: Each): Reader {
  const read = granting(split, assess);
  return (from, to, where) => ({
    more: read(to, from, where).more,
    less: read(from, to, where).more.length > 0,
  });
}

type Each = (member: string, where: Where) => Assessment;

const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");
const bare = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");
/** `/var:ro`: options follow a colon. */
const trees = (text: string): string[] => splitWords(text).map((word) => word.replace(/:.*$/, ""));
const sources = (text: string): string[] => parseBinds(text).map(({ source }) => source);

const readable: Each = (path, where) => assessRead(path, where);
const writable: Each = (path, where) => assessTree(where, path);
const executable: Each = (path, where) => assessExecute({ kind: "file", access: "execute", path }, where);

const member: Each = (group) => assessment(worthOfGroup(group), `As a member of ${group}`);
const address: Each = (range) => medium(`An attacker could exchange packets with ${range}.`);
const localAddress = /^(?:127\.|::1(?:\/|$)|localhost)/;
const allowedAddress: Each = (range, where) =>
  localAddress.test(range)
    ? low(`An attacker could exchange packets with ${range}, the host itself.`)
    : address(range, where);
const port: Each = (rule) => medium(`An attacker could bind ports that ${rule} stands for.`);
const ownDirectory: Each = (name) =>
  low(`An attacker could write in the directory ${name}, which is the service's own.`);
const configuration: Each = (name, where) => assessTree(where, `/etc/${name}`);
const opened: Each = (line, where) => assessRead(line.split(":")[0] ?? line, where);
const joined: Each = (unit) => medium(`An attacker could reach temporary files or the network of ${unit}.`);
const bpf: Each = (name) => medium(`An attacker could do with BPF what ${name} stands for.`);

const isCapability = (name: string): name is Capability => (capabilities as readonly string[]).includes(name);

/** Both capability lists; what matters most of many is told. */
function capabilityList(from: string, to: string): ListChange {
  const [before, after] = [from, to].map((text) => bare(text.toUpperCase()).filter(isCapability));
  const added = (after ?? []).filter((one) => before?.includes(one) === false);
  const most = worstCapability(added);
  return {
    more: most === undefined ? [] : [assessCapability(most)],
    less: before?.some((one) => after?.includes(one) === false) === true,
  };
}

/** RestrictNamespaces= shows `no`, `yes`, or the types that are allowed. */
function namespacesOf(text: string): readonly string[] {
  if (text === "yes") return [];
  return text === "no" || text === "" ? namespaceTypes : bare(text);
}

function namespaceList(from: string, to: string): ListChange {
  const [before, after] = [namespacesOf(from), namespacesOf(to)];
  const added = namespaceTypes.filter((type) => after.includes(type) && !before.includes(type));
  return {
    more: [...added]
      .sort((a, b) => weightOfNamespace(b) - weightOfNamespace(a))
      .map((type) => assessNamespace({ kind: "namespace", operation: "unshare", type })),
    less: before.some((type) => !after.includes(type)),
  };
}

/** An empty SystemCallArchitectures= lets all through. */
function architectureList(from: string, to: string): ListChange {
  const [before, after] = [bare(from), bare(to)];
  const foreign = "less tested ways into the kernel";
  if (before.length === 0) return { more: [], less: after.length > 0 };
  const added = after.filter((name) => !before.includes(name));
  const named = added.map((name) => medium(`An attacker could make system calls of ${name}: ${foreign}.`));
  return after.length === 0
    ? {
        more: [medium(`An attacker could make system calls of other architectures: ${foreign}.`)],
        less: false,
      }
    : { more: named, less: before.some((name) => !after.includes(name)) };
}

/** Lists that allow, or deny with `~`, and are compared by what they let through of all that there is. */
function throughFilter(
  directive: string,
  all: readonly string[],
  assess: Each,
  weightOf: (name: string) => number,
  lifted?: Assessment,
): Reader {
  return (from, to, where) => {
    const [before, after] = [parseList(directive, from.trim()), parseList(directive, to.trim())];
    const listed = [...(before?.names ?? []), ...(after?.names ?? [])];
    const names = [...new Set([...all, ...listed])];
    const more = names.filter((name) => ships(after, name) && !ships(before, name));
    // What an allow-list kept away that is gone is not listed anywhere.
    const isLifted = more.length === 0 && after === undefined && before?.denied === false;
    const named = more.sort((a, b) => weightOf(b) - weightOf(a)).map((name) => assess(name, where));
    return {
      more: isLifted && lifted !== undefined ? [lifted] : named,
      less: names.some((name) => ships(before, name) && !ships(after, name)),
    };
  };
}

const { usable } = systemCallsOf(Number.POSITIVE_INFINITY);
const anyCall: Each = (name, { facts, unit }) => assessCall(name, (wanted) => heldBy(wanted, facts, unit));

/** Those with most use or worth (socket.h has more); one that only a list names is added to them. */
const families =
  "AF_PACKET AF_INET AF_INET6 AF_NETLINK AF_UNIX AF_VSOCK AF_ALG AF_BLUETOOTH AF_CAN AF_KEY AF_XDP";

/** To open packet sockets takes a capability besides (packet_create() in net/packet/af_packet.c). */
const anyFamily: Each = (family, { facts, unit }) => {
  const assessed = assessFamily(family);
  const isHeld = heldBy(["CAP_NET_RAW"], facts, unit) !== undefined;
  return assessed.severity === "high" && !isHeld
    ? medium(`By ${family} sockets an attacker could read and forge packets if they also had CAP_NET_RAW.`)
    : assessed;
};

const anyInterface: Each = (name) =>
  medium(`An attacker could exchange packets through the interface ${name}.`);
const anyFileSystem: Each = (name) => medium(`An attacker could open files of ${name} file systems.`);
const interfaces = medium("An attacker could exchange packets through every interface.");
const fileSystems = medium("An attacker could open files of every file system.");
const none = (): number => 0;

const readers: Readonly<Record<string, Reader>> = {
  AmbientCapabilities: capabilityList,
  BPFDelegateAttachments: granting(bare, bpf),
  BPFDelegateCommands: granting(bare, bpf),
  BPFDelegateMaps: granting(bare, bpf),
  BPFDelegatePrograms: granting(bare, bpf),
  BindPaths: granting(sources, writable),
  BindReadOnlyPaths: granting(sources, readable),
  CacheDirectory: granting(splitWords, ownDirectory),
  CapabilityBoundingSet: capabilityList,
  ConfigurationDirectory: granting(splitWords, configuration),
  DeviceAllow: granting(lines, assessDeviceRule),
  ExecPaths: granting(trees, executable),
  IPAddressAllow: granting(bare, allowedAddress),
  IPAddressDeny: denying(bare, address),
  InaccessiblePaths: denying(trees, readable),
  JoinsNamespaceOf: granting(bare, joined),
  LogsDirectory: granting(splitWords, ownDirectory),
  NoExecPaths: denying(trees, executable),
  OpenFile: granting(lines, opened),
  ReadOnlyPaths: denying(trees, writable),
  ReadWritePaths: granting(trees, writable),
  RestrictAddressFamilies: throughFilter(
    "RestrictAddressFamilies",
    families.split(" "),
    anyFamily,
    weightOfFamily,
  ),
  RestrictFileSystems: throughFilter("RestrictFileSystems", [], anyFileSystem, none, fileSystems),
  RestrictNamespaces: namespaceList,
  RestrictNetworkInterfaces: throughFilter("RestrictNetworkInterfaces", [], anyInterface, none, interfaces),
  RuntimeDirectory: granting(splitWords, ownDirectory),
  SocketBindAllow: granting(bare, port),
  SocketBindDeny: denying(bare, port),
  StateDirectory: granting(splitWords, ownDirectory),
  SupplementaryGroups: granting(bare, member),
  SystemCallArchitectures: architectureList,
  SystemCallFilter: throughFilter("SystemCallFilter", [...usable], anyCall, weightOfCall),
  TemporaryFileSystem: denying(trees, readable),
};

/** The list's change; undefined for what is no list. */
export function compareLists(
  setting: string,
  from: string,
  to: string,
  where: Where,
): ListChange | undefined {
  return Object.hasOwn(readers, setting) ? readers[setting]?.(from, to, where) : undefined;
}
