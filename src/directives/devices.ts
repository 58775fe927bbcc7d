import type { Fact, FileFact } from "../facts/types.js";
import { quoteValue } from "../systemd/dropin.js";
import { insist, set, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import { deviceNodes, isPermanent, madeNodes, presentNodes, terminalOf } from "./device-nodes.js";
import { callsTo, filesBelow, isReach, isWrite, usesOf } from "./evidence.js";
import { byFilter, byMountNamespace } from "./guards.js";
import { systemCallsOf } from "./system-calls.js";
import type { Advice, Context, Directive } from "./types.js";

const name = "PrivateDevices";

/** Directories below /dev in which names may still come and go. */
export const writableDirectories = /^\/dev\/(pts|shm|mqueue|hugepages)\//;

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

/**
 * A /dev with pseudo devices only, DevicePolicy=closed, no @raw-io, no CAP_MKNOD and no CAP_SYS_RAWIO. From `strict` on
 * permanent nodes are bound into it and allowed, which keeps the rest (tried on 252 and 257).
 */
export const privateDevices: Directive = byFilter(
  byMountNamespace({
    names: [name],
    decide: (context) => {
      const bound = boundNodes(context);
      const terminal = terminalOf(context.unit);
      if (terminal !== undefined && context.posture === "compatible") {
        const why = `systemd opens ${terminal} for it, which DeviceAllow= would have to allow; posture strict does.`;
        return [withhold(name, "operator", why, [], [insistWith(terminal)])];
      }
      const unsafe: readonly Fact[] = [
        ...brokenFiles(context).filter((fact) => !isServed(fact, bound)),
        ...nodesElsewhere(context),
        ...madeNodes(context),
        ...callsTo(context, systemCallsOf(context.target).groups.get("@raw-io") ?? new Set()),
        ...usesOf(context, ["CAP_MKNOD", "CAP_SYS_RAWIO"]),
      ];
      if (unsafe.length > 0) {
        return [withhold(name, "unsafe", `the service ${describeFacts(unsafe)}.`, unsafe)];
      }
      const why =
        bound.length === 0
          ? "Only the pseudo devices of /dev are used."
          : `Only the pseudo devices of /dev are used, and what is bound into it: ${bound.join(", ")}.`;
      return [set(name, "yes", why)];
    },
  }),
);

function insistWith(terminal: string): Advice {
  const { text, lines } = insist(name, ["yes"]);
  return { text, lines: [...lines, `DeviceAllow=${quoteValue(terminal)} rw`] };
}

function brokenFiles(context: Context): readonly FileFact[] {
  return filesBelow(context, ["/dev"]).filter(
    (fact) => (isReach(fact) || isWrite(fact)) && breaksInPrivateDev(fact),
  );
}

/** They stay where they are, but DevicePolicy=closed, which comes with it, closes them. */
function nodesElsewhere(context: Context): readonly FileFact[] {
  return deviceNodes(context)
    .filter(({ path }) => !path.startsWith("/dev/"))
    .flatMap(({ facts }) => facts);
}

/** Brings permanent nodes back into a private /dev; one that is missing does not keep the service from starting. */
export const bindPaths: Directive = {
  names: ["BindPaths"],
  from: "strict",
  decide: (context) => {
    const nodes = boundNodes(context);
    const why = "Device nodes in the private /dev.";
    // No reset: what the unit itself binds stays.
    return nodes.length === 0
      ? [withhold("BindPaths", "meaningless", "nothing is hidden that has to be brought back.")]
      : [{ ...set("BindPaths", "", why), values: nodes.map((path) => `-${path}`) }];
  },
};

function boundNodes(context: Context): readonly string[] {
  return context.posture === "compatible"
    ? []
    : deviceNodes(context)
        .filter(isPermanent)
        .map(({ path }) => path);
}

/** Uses of bound nodes, and looks at the directories that are made for them. */
function isServed({ access, path }: FileFact, bound: readonly string[]): boolean {
  return access === "read"
    ? bound.some((node) => node === path || node.startsWith(`${path}/`))
    : access === "write" && bound.includes(path);
}
