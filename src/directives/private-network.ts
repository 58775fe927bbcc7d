import type { AddressFact, Fact, FileFact, SocketFact } from "../facts/types.js";
import { insist, set, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import { isReach, isWrite } from "./evidence.js";
import { byMountNamespace } from "./guards.js";
import { beyondUnit, internetUse, isInternet, opensSockets } from "./internet.js";
import type { Context, Directive } from "./types.js";

const name = "PrivateNetwork";

/** Sockets that reach no network (unix(7) but for abstract names, which are looked at apart; AF_ALG is the kernel's cryptography). */
const withoutNetwork = new Set(["AF_UNIX", "AF_ALG"]);

/** What a network namespace has of its own: interfaces, their statistics, settings (network_namespaces(7)). */
const networkFiles = [
  /^\/sys\/(?:.*\/)?net(?:\/|$)/,
  /^\/proc\/(?:(?!sys\/)[^/]+\/(?:task\/[^/]+\/)?)?net(?:\/|$)/,
  /^\/proc\/sys\/net\//,
  /^\/dev\/(?:net\/tun|ppp|vhost-net)$/,
];

/** Every library that listens asks for it; listen(2) is capped by it all the same. */
const harmlessFile = "/proc/sys/net/core/somaxconn";

/**
 * A network namespace with nothing but a loopback interface of its own. AF_UNIX sockets with a path, and sockets that
 * systemd passes, work on (tried on 252 and 257); abstract names are not found any more.
 */
export const privateNetwork: Directive = byMountNamespace({
  names: [name],
  from: "strict",
  decide: (context) => {
    const joined = ["NetworkNamespacePath", "JoinsNamespaceOf"].find(
      (property) => (context.unit.properties[property] ?? "") !== "",
    );
    if (joined !== undefined) {
      return [withhold(name, "meaningless", `the network is the one of ${joined}=, which is kept.`)];
    }
    const unsafe = [...foreign(context), ...beyondUnit(internetUse(context))];
    if (unsafe.length > 0) {
      return [withhold(name, "unsafe", `the service ${describeFacts(unsafe)}.`, unsafe)];
    }
    const looks = [...routeSockets(context), ...networkReads(context)];
    if (looks.length > 0) {
      const why = `the service ${describeFacts(looks)}, perhaps only to look; it would see no interface but its own lo.`;
      return [withhold(name, "operator", why, looks, [insist(name, ["yes"])])];
    }
    return internal(context);
  },
});

/** Traffic of the unit with itself, for which a loopback interface of its own would do. */
function internal(context: Context): ReturnType<Directive["decide"]> {
  const use = internetUse(context);
  if (!opensSockets(use)) {
    return [set(name, "yes", "No socket is opened that reaches a network.")];
  }
  if (use.binds.length + use.connects.length === 0) {
    const why = `the service ${describeFacts(use.sockets)} and neither binds nor connects them.`;
    return [withhold(name, "operator", why, use.sockets, [insist(name, ["yes"])])];
  }
  const why = "Internet sockets are used within the unit only";
  return context.posture === "isolated"
    ? [set(name, "yes", `${why}, on a loopback interface of its own.`)]
    : [
        withhold(name, "operator", `${why.toLowerCase()}; posture isolated sets it.`, use.sockets, [
          insist(name, ["yes"]),
        ]),
      ];
}

/** Whatever needs the host's network, internet sockets apart. */
function foreign({ facts }: Context): readonly Fact[] {
  const isAbstract = ({ family }: AddressFact): boolean => family === "AF_UNIX";
  const isForeign = (socket: SocketFact): boolean =>
    !withoutNetwork.has(socket.family) && !isInternet(socket) && !isRoute(socket);
  const isRaw = (socket: SocketFact): boolean => isInternet(socket) && socket.type === "SOCK_RAW";
  return [
    ...facts.ofKind("socket").filter((socket) => isForeign(socket) || isRaw(socket)),
    ...facts.ofKind("bind").filter(isAbstract),
    ...facts.ofKind("connect").filter(isAbstract),
    ...facts.ofKind("namespace").filter(({ operation, type }) => operation === "setns" && type === "net"),
    ...facts.ofKind("capability").filter(({ operation }) => /^netlink RTM_/.test(operation)),
    ...facts
      .ofKind("file")
      .filter((fact) => isNetworkFile(fact) && (isWrite(fact) || fact.path.startsWith("/dev/"))),
  ];
}

/** Names and addresses of interfaces are asked for with these: getaddrinfo(3), if_nametoindex(3), getifaddrs(3). */
function isRoute({ family, protocol }: SocketFact): boolean {
  return family === "AF_NETLINK" && protocol === "NETLINK_ROUTE";
}

function routeSockets({ facts }: Context): readonly SocketFact[] {
  return facts.ofKind("socket").filter(isRoute);
}

function isNetworkFile({ path }: FileFact): boolean {
  return path !== harmlessFile && networkFiles.some((pattern) => pattern.test(path));
}

function networkReads({ facts }: Context): readonly FileFact[] {
  return facts.ofKind("file").filter((fact) => isNetworkFile(fact) && isReach(fact));
}
