/** Calls that change user and group ids, and those that report them. */
import type { CallRecord, Value } from "../strace-parser/types.js";
import { inGroup, withGroupIds, withUserIds } from "./credentials.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import type { IdentityFact } from "./types.js";
import { afterOf, idOf, numberOf, numbersOf } from "./values.js";

type UserIds = { readonly ruid?: number; readonly euid?: number; readonly suid?: number };
type GroupIds = { readonly rgid?: number; readonly egid?: number; readonly sgid?: number };

/** Identity facts hold numbers while the trace is read; names come from the host at the end. */
function note(
  trace: Interpretation,
  operation: IdentityFact["operation"],
  ids: readonly (number | undefined)[],
): void {
  for (const id of new Set(ids))
    if (id !== undefined) trace.fact({ kind: "identity", operation, id: String(id) });
}

function distinct(ids: readonly (number | undefined)[]): number[] {
  return [...new Set(ids)].filter((id) => id !== undefined);
}

/**
 * setuid(2) family. An id that the process already has as real, effective or saved one needs no capability; setuid
 * as root sets all three.
 */
function setUser(read: (args: readonly Value[], all: boolean) => UserIds): Handler {
  return (trace, call) => {
    if (!succeeded(call)) return;
    const old = trace.process.credentials;
    const ids = read(call.args, old.euid === 0);
    const own = new Set([old.ruid, old.euid, old.suid]);
    const wanted = distinct([ids.ruid, ids.euid, ids.suid]);
    note(trace, "setuid", wanted);
    if (wanted.some((id) => !own.has(id))) trace.capability("CAP_SETUID", `${call.name} ${wanted.join(" ")}`);
    trace.process.credentials = withUserIds(old, ids);
  };
}

function setGroup(read: (args: readonly Value[], all: boolean) => GroupIds): Handler {
  return (trace, call) => {
    if (!succeeded(call)) return;
    const old = trace.process.credentials;
    const ids = read(call.args, old.euid === 0);
    const own = new Set([old.rgid, old.egid, old.sgid]);
    const wanted = distinct([ids.rgid, ids.egid, ids.sgid]);
    note(trace, "setgid", wanted);
    if (wanted.some((id) => !own.has(id))) trace.capability("CAP_SETGID", `${call.name} ${wanted.join(" ")}`);
    trace.process.credentials = withGroupIds(old, ids);
  };
}

function defined(name: string, value: Value | undefined): Record<string, number> {
  const id = idOf(value);
  return id === undefined ? {} : { [name]: id };
}

const setuid = setUser(([uid], all) =>
  all ? { ...defined("ruid", uid), ...defined("euid", uid), ...defined("suid", uid) } : defined("euid", uid),
);
const setreuid = setUser(([ruid, euid]) => ({
  ...defined("ruid", ruid),
  ...defined("euid", euid),
  // The saved id follows the effective one when either is set (setreuid(2)).
  ...defined("suid", idOf(euid) === undefined ? ruid : euid),
}));
const setresuid = setUser(([ruid, euid, suid]) => ({
  ...defined("ruid", ruid),
  ...defined("euid", euid),
  ...defined("suid", suid),
}));
const setgid = setGroup(([gid], all) =>
  all ? { ...defined("rgid", gid), ...defined("egid", gid), ...defined("sgid", gid) } : defined("egid", gid),
);
const setregid = setGroup(([rgid, egid]) => ({
  ...defined("rgid", rgid),
  ...defined("egid", egid),
  ...defined("sgid", idOf(egid) === undefined ? rgid : egid),
}));
const setresgid = setGroup(([rgid, egid, sgid]) => ({
  ...defined("rgid", rgid),
  ...defined("egid", egid),
  ...defined("sgid", sgid),
}));

/** setgroups(2) always asks for the capability, also for the groups the process has. */
function setgroups(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  const groups = numbersOf(call.args[1]);
  trace.process.credentials = { ...trace.process.credentials, groups };
  trace.capability("CAP_SETGID", "setgroups");
  if (groups.length === 0) trace.fact({ kind: "identity", operation: "setgroups", id: "" });
  else note(trace, "setgroups", groups);
}

/** setfsuid(2) returns the former id and never fails; that it worked shows only in what follows. */
function setfsuid(trace: Interpretation, call: CallRecord): void {
  const uid = idOf(call.args[0]);
  if (uid === undefined || call.outcome !== "returned") return;
  const { credentials } = trace.process;
  const { ruid, euid, suid, fsuid } = credentials;
  note(trace, "setfsuid", [uid]);
  if (![ruid, euid, suid, fsuid].includes(uid)) trace.capability("CAP_SETUID", `setfsuid ${uid}`);
  trace.process.credentials = { ...credentials, fsuid: uid };
}

function setfsgid(trace: Interpretation, call: CallRecord): void {
  const gid = idOf(call.args[0]);
  if (gid === undefined || call.outcome !== "returned") return;
  const { credentials } = trace.process;
  const { rgid, egid, sgid, fsgid } = credentials;
  note(trace, "setfsgid", [gid]);
  if (![rgid, egid, sgid, fsgid].includes(gid) && !inGroup(credentials, gid))
    trace.capability("CAP_SETGID", `setfsgid ${gid}`);
  trace.process.credentials = { ...credentials, fsgid: gid };
}

/** What the kernel says beats what was worked out: a setuid program shows only here. */
function reported(member: "ruid" | "euid" | "rgid" | "egid"): Handler {
  return (trace, call) => {
    if (call.result === undefined || !succeeded(call)) return;
    const { credentials } = trace.process;
    if (credentials[member] === call.result) return;
    trace.process.credentials = member.endsWith("uid")
      ? withUserIds(elevated(credentials, member, call.result), { [member]: call.result })
      : withGroupIds(credentials, { [member]: call.result });
  };
}

/** An effective uid that became 0 by itself came with all capabilities. */
function elevated(
  credentials: Interpretation["process"]["credentials"],
  member: string,
  id: number,
): Interpretation["process"]["credentials"] {
  return member === "euid" && id === 0 ? { ...credentials, permitted: "all" } : credentials;
}

function getresuid(trace: Interpretation, call: CallRecord): void {
  const [ruid, euid, suid] = call.args.slice(0, 3).map(pointed);
  if (!succeeded(call) || ruid === undefined || euid === undefined || suid === undefined) return;
  const { credentials } = trace.process;
  if (credentials.ruid === ruid && credentials.euid === euid && credentials.suid === suid) return;
  trace.process.credentials = withUserIds(elevated(credentials, "euid", euid), { ruid, euid, suid });
}

function getgroups(trace: Interpretation, call: CallRecord): void {
  const list = afterOf(call.args[1]);
  if (!succeeded(call) || list?.type !== "array" || list.truncated) return;
  trace.process.credentials = { ...trace.process.credentials, groups: numbersOf(list) };
}

/** `[1000]`: a number behind a pointer. */
function pointed(value: Value): number | undefined {
  const after = afterOf(value);
  return after?.type === "array" ? numberOf(after.items[0]) : numberOf(after);
}

/** 16-bit variants exist on 32-bit ABIs; strace prints the 32-bit ones with a suffix. */
function withSuffix(handlers: Handlers): Handlers {
  return {
    ...handlers,
    ...Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [`${name}32`, handler])),
  };
}

export const identityHandlers: Handlers = withSuffix({
  setuid,
  setreuid,
  setresuid,
  setgid,
  setregid,
  setresgid,
  setgroups,
  setfsuid,
  setfsgid,
  getuid: reported("ruid"),
  geteuid: reported("euid"),
  getgid: reported("rgid"),
  getegid: reported("egid"),
  getresuid,
  getgroups,
});
