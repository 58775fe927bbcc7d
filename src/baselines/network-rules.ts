/** Lists of addresses and ports as the kernel's programs of systemd take them (systemd.resource-control(5)). */
import { BlockList, isIP } from "node:net";
import type { Unit } from "../host/types.js";

/** What the names of IPAddressAllow= stand for. */
const named: ReadonlyMap<string, readonly string[]> = new Map([
  ["any", ["0.0.0.0/0", "::/0"]],
  ["localhost", ["127.0.0.0/8", "::1/128"]],
  ["link-local", ["169.254.0.0/16", "fe80::/64"]],
  ["multicast", ["224.0.0.0/4", "ff00::/8"]],
]);

interface Network {
  readonly text: string;
  readonly address: string;
  readonly prefix: number;
  readonly list: BlockList;
}

/** undefined for what is no network: a profile may have been written by anybody. */
function networkOf(text: string): Network | undefined {
  const [address = "", length] = text.split("/");
  const longest = isIP(address) === 6 ? 128 : 32;
  const prefix = length === undefined ? longest : Number(length);
  if (isIP(address) === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > longest) {
    return undefined;
  }
  const list = new BlockList();
  list.addSubnet(address, prefix, longest === 128 ? "ipv6" : "ipv4");
  return { text: `${address}/${prefix}`, address, prefix, list };
}

function networksOf(unit: Unit, directive: string): readonly Network[] {
  return (unit.properties[directive] ?? "")
    .split(/\s+/)
    .filter((word) => word !== "")
    .flatMap((word) => named.get(word) ?? [word])
    .flatMap((word) => networkOf(word) ?? []);
}

function holds(outer: Network, inner: Network): boolean {
  const family = inner.address.includes(":") ? "ipv6" : "ipv4";
  return (
    outer.address.includes(":") === inner.address.includes(":") &&
    outer.prefix <= inner.prefix &&
    outer.list.check(inner.address, family)
  );
}

/** Everything, and all networks that are named. */
export function addressMembers(units: readonly Unit[]): readonly string[] {
  const lists = units.flatMap((unit) =>
    ["IPAddressDeny", "IPAddressAllow"].flatMap((directive) => networksOf(unit, directive)),
  );
  return [...new Set([...(named.get("any") ?? []), ...lists.map(({ text }) => text)])];
}

/** What is allowed is, then what is denied is not, then all is. Of a network that is denied in part, not all is let through. */
export function letsAddress(unit: Unit): (member: string) => boolean {
  const allow = networksOf(unit, "IPAddressAllow");
  const deny = networksOf(unit, "IPAddressDeny");
  return (member) => {
    const network = networkOf(member);
    return (
      network === undefined ||
      allow.some((one) => holds(one, network)) ||
      !deny.some((one) => holds(one, network) || holds(network, one))
    );
  };
}

/** What a rule of SocketBindAllow= is about; absent members mean any. */
interface PortRule {
  readonly family: string | undefined;
  readonly protocol: string | undefined;
  readonly first: number;
  readonly last: number;
}

/** As in unit files, `ipv4:tcp:80`, and as `systemctl show` prints it, `ipv4:tcp80`, `tcpany` (tried on 252 and 257). */
const portRule = /^(?:(ipv4|ipv6):?)?(?:(tcp|udp):?)?(?:(\d+)(?:-(\d+))?|any)?$/;

function portRuleOf(text: string): PortRule {
  const [, family, protocol, first, last = first] = portRule.exec(text) ?? [];
  return { family, protocol, first: Number(first ?? 0), last: Number(last ?? 65_535) };
}

function rulesOf(unit: Unit, directive: string): readonly string[] {
  return (unit.properties[directive] ?? "").split(/\s+/).filter((word) => word !== "");
}

const scopes = ["ipv4:tcp", "ipv4:udp", "ipv6:tcp", "ipv6:udp"];

/** Any port of each kind, and all rules that there are, spread over the kinds. */
export function portMembers(units: readonly Unit[]): readonly string[] {
  const rules = units
    .flatMap((unit) => ["SocketBindDeny", "SocketBindAllow"].flatMap((name) => rulesOf(unit, name)))
    .map(portRuleOf)
    .filter(({ first }) => first > 0);
  const ports = rules.flatMap((rule) =>
    scopes
      .filter((scope) => covers(rule, { ...portRuleOf(scope), ...rangeOf(rule) }))
      .map((scope) => `${scope}:${rangeText(rule)}`),
  );
  return [...new Set([...scopes, ...ports])];
}

function rangeOf({ first, last }: PortRule): Pick<PortRule, "first" | "last"> {
  return { first, last };
}

function rangeText({ first, last }: PortRule): string {
  return first === last ? String(first) : `${first}-${last}`;
}

function covers(outer: PortRule, inner: PortRule): boolean {
  return (
    (outer.family ?? inner.family) === inner.family &&
    (outer.protocol ?? inner.protocol) === inner.protocol &&
    outer.first <= inner.first &&
    outer.last >= inner.last
  );
}

function overlaps(a: PortRule, b: PortRule): boolean {
  return (
    (a.family ?? b.family) === (b.family ?? a.family) &&
    (a.protocol ?? b.protocol) === (b.protocol ?? a.protocol) &&
    a.first <= b.last &&
    b.first <= a.last
  );
}

export function letsPort(unit: Unit): (member: string) => boolean {
  const allow = rulesOf(unit, "SocketBindAllow").map(portRuleOf);
  const deny = rulesOf(unit, "SocketBindDeny").map(portRuleOf);
  return (member) => {
    const rule = portRuleOf(member);
    return allow.some((one) => covers(one, rule)) || !deny.some((one) => overlaps(one, rule));
  };
}
