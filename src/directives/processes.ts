import type { Fact, FileFact } from "../facts/types.js";
import type { Unit } from "../host/types.js";
import { insist, set, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import { callsTo, isReach, isWrite } from "./evidence.js";
import { byMountNamespace, isRoot } from "./guards.js";
import type { Context, Directive } from "./types.js";

/** Processes outside of the unit; 1 is systemd itself. */
const otherProcess = /^\/proc\/(?:\{other-pid\}|1)(?:\/|$)/;

/** Another process of the unit. */
const sibling = /^\/proc\/\{pid\}(?:\/|$)/;

/** What looks at processes outside of the unit. */
function looksAtOthers({ facts }: Context): readonly Fact[] {
  return facts.ofKind("file").filter((fact) => isReach(fact) && otherProcess.test(fact.path));
}

/**
 * A /proc with hidepid= (proc(5), has_pid_permissions() in fs/proc/base.c). `invisible` hides processes that the service
 * may not trace, but nothing from members of group 0; `ptraceable` makes no exception for them, so that even root sees only
 * what has no more capabilities than itself.
 */
export const protectProc: Directive = byMountNamespace({
  names: ["ProtectProc"],
  from: "strict",
  decide: (context) => {
    const name = "ProtectProc";
    const others = looksAtOthers(context);
    if (others.length > 0) {
      return [withhold(name, "unsafe", `the service ${describeFacts(others)}.`, others)];
    }
    const siblings = context.facts.ofKind("file").some(({ path }) => sibling.test(path));
    return isRoot(context) && !siblings
      ? [set(name, "ptraceable", "Processes of others are not looked at; this hides them from root, too.")]
      : [set(name, "invisible", "Processes of others are not looked at.")];
  },
});

/** What is left of /proc; `mounts` and `net` are reached by names outside of it, of which a trace shows the target. */
export const processEntries =
  /^\/proc(?:$|\/(?:self|\d+|\{pid\}|\{other-pid\})(?:\/(?!mounts$|net(?:\/|$))|$))/;

/**
 * What libraries ask for and do without: glibc before it gives memory back (check_may_shrink_heap() in malloc/arena.c),
 * jemalloc when it starts, and whoever listens and wants the longest queue (listen(2) shortens any to that).
 */
const optionalEntries = new Set(["/proc/sys/vm/overcommit_memory", "/proc/sys/net/core/somaxconn"]);

/** A /proc with subset=pid (proc(5)): processes and nothing else. */
export const procSubset: Directive = byMountNamespace({
  names: ["ProcSubset"],
  from: "strict",
  decide: ({ facts }) => {
    const name = "ProcSubset";
    const others = facts
      .ofKind("file")
      .filter((fact) => (isReach(fact) || isWrite(fact)) && /^\/proc(?:\/|$)/.test(fact.path))
      .filter((fact) => !processEntries.test(fact.path));
    const isOptional = (fact: FileFact) => !isWrite(fact) && optionalEntries.has(fact.path);
    const needed = others.filter((fact) => !isOptional(fact));
    if (needed.length > 0) {
      return [withhold(name, "unsafe", `the service ${describeFacts(needed)}.`, needed)];
    }
    if (others.length === 0) {
      return [set(name, "pid", "Of /proc only processes are looked at.")];
    }
    const why = `Of /proc only processes are needed: the service ${describeFacts(others)}, which libraries and servers do without.`;
    const text = "If the service itself cannot do without what it reads of /proc:";
    return [{ ...set(name, "pid", why), advice: [{ text, lines: [`${name}=all`] }] }];
  },
});

/** The number of SIGTERM, as `systemctl show` prints KillSignal=. */
const terminate = "15";

const sessionCalls = new Set(["setsid"]);

/**
 * A PID namespace with the main process as PID 1, which gets no signal that it does not handle and inherits orphans; each
 * command has a namespace of its own (tried on 257: `kill $MAINPID` in ExecReload= finds no process).
 */
export const privatePids: Directive = byMountNamespace({
  names: ["PrivatePIDs"],
  from: "strict",
  decide: (context) => {
    const name = "PrivatePIDs";
    const facts = usesOfPids(context);
    if (facts.length > 0) {
      return [withhold(name, "unsafe", `the service ${describeFacts(facts)}.`, facts)];
    }
    const objection = objectionToPids(context);
    if (objection !== undefined) {
      return [withhold(name, "unsafe", objection)];
    }
    const doubt = doubtAboutPids(context);
    return doubt === undefined
      ? [set(name, "yes", "Processes outside of the service are neither signalled nor looked at.")]
      : [withhold(name, "operator", doubt, [], [insist(name, ["yes"])])];
  },
});

/** What a number of another namespace would break. */
function usesOfPids(context: Context): readonly Fact[] {
  const { facts } = context;
  const pidFiles = facts
    .ofKind("file")
    .filter(({ access, path }) => (access === "create" || access === "replace") && path.endsWith(".pid"));
  return [...facts.ofKind("outside"), ...looksAtOthers(context), ...pidFiles];
}

function objectionToPids({ unit }: Context): string | undefined {
  if (unit.type === "forking") {
    return "systemd refuses it for Type=forking.";
  }
  if (unit.pidFile !== "") {
    return "PIDFile= would hold a number that means nothing outside.";
  }
  const addressed = addressedByPid(unit);
  if (addressed !== undefined) {
    return `${addressed} would name a process of the outer namespace, and the service take it for another's.`;
  }
  const others = unit.commands.filter(({ setting }) => setting !== "ExecStart" && setting !== "ExecStartPre");
  const settings = [...new Set(others.map(({ setting }) => `${setting}=`))];
  return settings.length === 0
    ? undefined
    : `${settings.join(", ")} would run in a namespace without the main process, which cannot be signalled from there.`;
}

/**
 * The variable by which systemd hands something to one process, of which it writes the number that it has outside of the
 * namespace; sd_listen_fds(3) and sd_watchdog_enabled(3) then find nothing meant for them (tried on 257).
 */
function addressedByPid({ properties }: Unit): string | undefined {
  const isGiven = (name: string): boolean => !["", "0"].includes(properties[name] ?? "");
  const passes =
    /\.socket\b/.test(properties["TriggeredBy"] ?? "") ||
    isGiven("FileDescriptorStoreMax") ||
    isGiven("OpenFile");
  if (passes) return "$LISTEN_PID";
  return isGiven("WatchdogUSec") ? "$WATCHDOG_PID" : undefined;
}

function doubtAboutPids(context: Context): string | undefined {
  const { facts, unit } = context;
  const answers = facts.ofKind("signal").some(({ disposition }) => disposition !== "ignored");
  if (!answers || (unit.properties["KillSignal"] ?? terminate) !== terminate) {
    return "the main process was not seen to handle the signal that stops it, and as PID 1 it gets no other.";
  }
  return callsTo(context, sessionCalls).length > 0
    ? "processes that the service sets free (setsid) would be its own to reap."
    : undefined;
}
