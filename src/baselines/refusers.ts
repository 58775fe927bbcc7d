/** Lists that are asked about each fact by itself: more exact than settings that are decided for all facts together. */
import { unavailability } from "../directives/availability.js";
import { isBelowAny, isReach, isWrite } from "../directives/evidence.js";
import { isInternet, rangeOf } from "../directives/internet.js";
import type { Context } from "../directives/types.js";
import { shippedPaths, shippedValue } from "../directives/vendor.js";
import type { AcceptFact, AddressFact, Fact, FileFact, RenameFact } from "../facts/types.js";
import { togetherWith, type Sandbox } from "./difference.js";
import { letsAddress, letsPort } from "./network-rules.js";

/** The directives that are asked so, those that lift them included. */
export const askedByFact: ReadonlySet<string> = new Set([
  "ProtectSystem",
  "ReadWritePaths",
  "ReadOnlyPaths",
  "InaccessiblePaths",
  ...togetherWith("NoExecPaths"),
  "BindReadOnlyPaths",
  ...togetherWith("IPAddressDeny"),
  ...togetherWith("SocketBindDeny"),
]);

/** @returns for a fact the directive of those by which the unit refuses it; undefined when it does not. */
export function refuserIn(
  { unit, places }: Sandbox,
  context: Pick<Context, "target" | "host" | "manager">,
): (fact: Fact) => string | undefined {
  const isEnforced = (directive: string) => unavailability(context, directive) === undefined;
  const readOnly = shippedPaths(unit, "ReadOnlyPaths");
  const isStrict = shippedValue(unit, "ProtectSystem") === "strict";
  const lets = {
    address: isEnforced("IPAddressDeny") ? letsAddress(unit) : () => true,
    port: isEnforced("SocketBindDeny") ? letsPort(unit) : () => true,
  };
  // With strict it is ReadWritePaths= that lacks something.
  const ofWrite = (paths: readonly string[]): string | undefined => {
    const blocked = paths.filter((path) => !places.writable(path));
    if (blocked.length === 0) return undefined;
    if (blocked.some((path) => isBelowAny(path, readOnly))) return "ReadOnlyPaths";
    return isStrict ? "ReadWritePaths" : "ProtectSystem";
  };
  const ofFile = (fact: FileFact): string | undefined => {
    const { access, path } = fact;
    if ((isReach(fact) || isWrite(fact)) && !places.visible(path)) return "InaccessiblePaths";
    if (isWrite(fact)) return ofWrite([path]);
    return (access === "execute" || access === "map") && !places.executable(path) ? "NoExecPaths" : undefined;
  };
  const ofPeer = (fact: AddressFact | AcceptFact): string | undefined =>
    isInternet(fact) && isOneAddress(fact) && !lets.address(fact.address.replace(/^::ffff:/i, ""))
      ? "IPAddressDeny"
      : undefined;
  return (fact) => {
    switch (fact.kind) {
      case "file":
        return ofFile(fact);
      case "rename":
        return ofWrite(pathsOf(fact));
      case "connect":
      case "accept":
        return ofPeer(fact);
      case "bind":
        return isInternet(fact) && !lets.port(portOf(fact)) ? "SocketBindDeny" : undefined;
      default:
        return undefined;
    }
  };
}

function pathsOf({ from, to }: RenameFact): readonly string[] {
  return [from, to];
}

/** Many peers, or the unit itself, are no address that could be looked up. */
export function isOneAddress({ address }: AddressFact | AcceptFact): boolean {
  return rangeOf(address) !== undefined;
}

/** `ipv4:tcp:80`; without port where the kernel chooses it. */
function portOf({ family, type, port }: AddressFact): string {
  const protocol = type === "SOCK_STREAM" ? "tcp" : "udp";
  return `${family === "AF_INET" ? "ipv4" : "ipv6"}:${protocol}${port === 0 ? "" : `:${port}`}`;
}
