/** Reads what the kernel says of seccomp(2): from the journal, from the kernel's own buffer, and from auditd's log. */
import { readFile, readlink, realpath } from "node:fs/promises";
import { entriesOf } from "../systemd/journal.js";
import { cgroupProcesses, processStatus, programOf } from "../systemd/process.js";
import { run } from "../systemd/run.js";
import type { UnitState } from "../systemd/unit.js";
import { type KernelLog, parseKernelLog } from "./seccomp-records.js";
import { callOf } from "./syscall-names.js";

export interface ReadLog extends KernelLog {
  /** Where it was read, for people; empty: nowhere. */
  readonly sources: readonly string[];
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
  return { ...log, sources };
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
  const output = await run("dmesg", ["--raw", "--kernel"]).catch(() => undefined);
  return output?.code === 0 ? output.stdout.split("\n") : undefined;
}

async function linesOf(path: string): Promise<readonly string[] | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text?.split("\n");
}

/** The number that the kernel gives to the first PID namespace (PROC_PID_INIT_INO in include/linux/proc_ns.h). */
const firstPidNamespace = "pid:[4026531836]";

/** Whether the kernel's log speaks of our PIDs and of this machine alone: not so in a container. */
export async function isFirstPidNamespace(): Promise<boolean> {
  return (await readlink("/proc/self/ns/pid").catch(() => "")) === firstPidNamespace;
}

/** The processes of a unit with the time at which each was started, in milliseconds since 1970. */
export async function processesOf(controlGroup: string): Promise<ReadonlyMap<number, number>> {
  const boot = /^btime (\d+)$/m.exec(await readFile("/proc/stat", "utf8").catch(() => ""))?.[1];
  const processes = new Map<number, number>();
  if (boot === undefined) return processes;
  for (const pid of await cgroupProcesses(controlGroup)) {
    const status = await processStatus(pid);
    // USER_HZ is 100 on every architecture that systemd runs on (proc(5), sysconf(3)).
    if (status !== undefined) processes.set(pid, Number(boot) * 1000 + Number(status.startTime) * 10);
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
