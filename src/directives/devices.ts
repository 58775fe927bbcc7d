import { yesUnless } from "./decision.js";
import { callsTo, filesBelow, isReach, isWrite, usesOf } from "./evidence.js";
import { byFilter, byMountNamespace } from "./guards.js";
import { systemCallsOf } from "./system-calls.js";
import type { Context, Directive } from "./types.js";

/** What the private /dev holds (mount_private_dev() in src/core/namespace.c); the directories come from the host. */
const presentNodes =
  /^\/dev(\/(null|zero|full|random|urandom|tty|ptmx|log|core|stdin|stdout|stderr)|\/(fd|pts|shm|mqueue|hugepages)(\/.*)?)?$/;

/** Directories below /dev in which names may still come and go. */
const writableDirectories = /^\/dev\/(pts|shm|mqueue|hugepages)\//;

/** Nodes may be written in place, but the directory is read-only, and nothing in it can be executed. */
function breaksInPrivateDev(fact: { access: string; path: string }): boolean {
  if (["create", "delete", "replace"].includes(fact.access)) {
    return !writableDirectories.test(fact.path);
  }
  if (["execute", "map"].includes(fact.access)) {
    return !/^\/dev\/(shm|hugepages)\//.test(fact.path);
  }
  return !presentNodes.test(fact.path);
}

/** A /dev with pseudo devices only, DevicePolicy=closed, no @raw-io, no CAP_MKNOD and no CAP_SYS_RAWIO. */
export const privateDevices: Directive = byFilter(
  byMountNamespace(
    yesUnless({
      name: "PrivateDevices",
      why: "Only the pseudo devices of /dev are used.",
      needed: (context: Context) => [
        ...filesBelow(context, ["/dev"]).filter(
          (fact) => (isReach(fact) || isWrite(fact)) && breaksInPrivateDev(fact),
        ),
        ...context.facts
          .ofKind("file")
          .filter(({ access, type }) => access === "create" && (type === "char" || type === "block")),
        ...callsTo(context, systemCallsOf(context.target).groups.get("@raw-io") ?? new Set()),
        ...usesOf(context, ["CAP_MKNOD", "CAP_SYS_RAWIO"]),
      ],
    }),
  ),
);
