/** Reads what the kernel says of seccomp(2): from the journal, from the kernel's own buffer, and from auditd's log. */
import { readFile, realpath } from "node:fs/promises";
import { entriesOf } from "../systemd/journal.js";
import { cgroupProcesses, processStatus, programOf } from "../systemd/process.js";
import { run, systemctl } from "../systemd/run.js";
import { parseShow } from "../systemd/show.js";
import type { UnitState } from "../systemd/unit.js";
import { type KernelLog, parseKernelLog } from "./seccomp-records.js";
import { callOf } from "./syscall-names.js";

export interface ReadLog extends KernelLog {
  /** Where it was read, for people; empty: nowhere. */
  readonly sources: readonly string[];
  /** What was asked for first may have been lost: only the kernel's buffer is there, and it begins later. */
  readonly beginsLater: boolean;
}

/** Everything that can be read of what happened since then (milliseconds since 1970). */
export async function readKernelLog(since: number): Promise<ReadLog> {
  const [journal, buffer, audit] = await Promise.all([
    journalLines(since),
    bufferLines(),
    linesOf("/var/log/audit/audit.log"),
  ]);
  const sources = [
    ...(journal === undefined ? [] : ["the journal"]),
    ...(buffer === undefined ? [] : ["dmesg"]),
    ...(audit === undefined ? [] : ["/var/log/audit/audit.log"]),
  ];
  // The buffer alone counts what was left out, and again what the journal has of that.
  const log = parseKernelLog([...(journal ?? []), ...(audit ?? []), ...(buffer ?? [])]);
  const beginsLater = journal === undefined && audit === undefined && (await beginning(buffer ?? [])) > since;
  return { ...log, sources, beginsLater };
}

/** When the kernel's buffer begins, in milliseconds since 1970; it is stamped in seconds since boot. */
async function beginning(lines: readonly string[]): Promise<number> {
  const stamp = /^(?:<\d+>)?\[ *(\d+\.\d+)\]/.exec(lines[0] ?? "")?.[1];
  return stamp === undefined ? 0 : (await bootTime()) + Number(stamp) * 1000;
}

/** In milliseconds since 1970, to a second; 0 where it is not known (proc(5), btime). */
async function bootTime(): Promise<number> {
  const boot = /^btime (\d+)$/m.exec(await readFile("/proc/stat", "utf8").catch(() => ""))?.[1];
  return Number(boot ?? 0) * 1000;
}

/** Lines of the kernel and of audit; undefined where the journal has none of the kernel. */
async function journalLines(since: number): Promise<readonly string[] | undefined> {
  const output = await run("journalctl", [
    "--quiet",
    "--no-pager",
    "--output=json",
    `--since=@${Math.floor(since / 1000)}`,
    // Other facilities are programs that write to /dev/kmsg (kmsg(4)).
    "_TRANSPORT=kernel",
    "SYSLOG_FACILITY=0",
    "+",
    "_TRANSPORT=audit",
    "_AUDIT_TYPE=1326",
  ]).catch(() => undefined);
  if (output?.code !== 0) return undefined;
  const lines = entriesOf(output.stdout).flatMap(lineOf);
  return lines.length === 0 ? undefined : lines;
}

/** systemd-journald takes the head of a record apart (process_audit_string() in src/journal/journald-audit.c). */
function lineOf(entry: Readonly<Record<string, unknown>>): readonly string[] {
  const { MESSAGE: text, _TRANSPORT: transport, _AUDIT_ID: serial } = entry;
  if (typeof text !== "string") return [];
  if (transport !== "audit") return [text];
  const microseconds = Number(entry["_SOURCE_REALTIME_TIMESTAMP"] ?? entry["__REALTIME_TIMESTAMP"]);
  if (!Number.isFinite(microseconds) || typeof serial !== "string") return [];
  const time = (Math.floor(microseconds / 1000) / 1000).toFixed(3);
  return [`type=1326 msg=audit(${time}:${serial}): ${text.replace(/^SECCOMP /, "")}`];
}

async function bufferLines(): Promise<readonly string[] | undefined> {
  // Not --kernel, which needs /dev/kmsg: with --raw other facilities show in the number that a line begins with.
  const output = await run("dmesg", ["--raw"]).catch(() => undefined);
  return output?.code === 0 ? output.stdout.split("\n") : undefined;
}

async function linesOf(path: string): Promise<readonly string[] | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text?.split("\n");
}

/** The processes of a unit with the time at which each was started, in milliseconds since 1970. */
export async function processesOf(controlGroup: string): Promise<ReadonlyMap<number, number>> {
  const boot = await bootTime();
  const processes = new Map<number, number>();
  for (const pid of await cgroupProcesses(controlGroup)) {
    const status = await processStatus(pid);
    // USER_HZ is 100 on every architecture that systemd runs on (proc(5), sysconf(3)).
    if (status !== undefined) processes.set(pid, boot + Number(status.startTime) * 10);
  }
  return processes;
}

/** Paths of the programs of a unit: those of its commands, and those that its processes execute now. */
export async function programsOf({ commands, properties }: UnitState): Promise<ReadonlySet<string>> {
  const named = Object.values(commands).flatMap((list) => list.map(({ path }) => path));
  const pids = await cgroupProcesses(properties.get("ControlGroup") ?? "");
  const running = await Promise.all(pids.map(programOf));
  const real = await Promise.all(named.map((path) => realpath(path).catch(() => path)));
  return new Set([...real, ...running].filter((path) => path !== ""));
}

/** A program of the unit that seccomp has killed since then (milliseconds since 1970), in one line. */
export async function killsSince(state: UnitState, since: number): Promise<string | undefined> {
  const programs = await programsOf(state);
  const { records } = await readKernelLog(since);
  const kill = records.find(({ time, signal, exe }) => time >= since && signal !== 0 && programs.has(exe));
  if (kill === undefined) return undefined;
  const { name, architecture } = callOf(kill.arch, kill.syscall);
  return `seccomp killed ${kill.exe} for ${name}(2) of ${architecture}`;
}

/** Why this kernel logs no calls, in one line; undefined: it does (seccomp(2), SECCOMP_RET_LOG). */
export async function obstacleToLogging(): Promise<string | undefined> {
  const actions = await readFile("/proc/sys/kernel/seccomp/actions_logged", "utf8").catch(() => undefined);
  if (actions === undefined) return "this kernel cannot log system calls (no kernel.seccomp.actions_logged)";
  if (!actions.split(/\s+/).includes("log"))
    return "calls are not logged: add log to sysctl kernel.seccomp.actions_logged";
  const commandLine = await readFile("/proc/cmdline", "utf8").catch(() => "");
  return /(?:^|\s)audit=(?:0|off)(?:\s|$)/.test(commandLine)
    ? "calls are not logged: the kernel was booted with audit=0"
    : undefined;
}

/** The other services of this machine that log calls. */
export async function otherLoggers(unit: string): Promise<readonly string[]> {
  const output = await systemctl("show", "--property=Id,SystemCallLog", "--", "*.service");
  return output.stdout.split("\n\n").flatMap((block) => {
    const properties = parseShow(block);
    const id = properties.get("Id") ?? "";
    return id === unit || (properties.get("SystemCallLog") ?? "") === "" ? [] : [id];
  });
}
