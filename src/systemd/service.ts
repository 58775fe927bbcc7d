/** Starts, stops and watches one service. */
import { setTimeout as delay } from "node:timers/promises";
import { cgroupUsage } from "./process.js";
import { lastLine, printable, run, systemctl } from "./run.js";
import { isRunning } from "./state.js";
import { showUnit } from "./unit.js";

export type Verb = "start" | "reload" | "restart" | "stop";

/** Queues the job and waits until it is done. undefined when it succeeded, else one line that says why not. */
export async function control(verb: Verb, unit: string): Promise<string | undefined> {
  // Each run counts towards StartLimitBurst=, and lifecycles are quick; this clears the count (systemctl(1), reset-failed).
  if (verb === "start" || verb === "restart") await systemctl("reset-failed", "--", unit);
  const output = await systemctl(verb, "--", unit);
  if (output.code === 0) return undefined;
  return `${unit} did not ${verb}: ${await diagnosis(await showUnit(unit), lastLine(output.stderr))}`;
}

/** Why a service is in the state it is in: its result, exit status, and its last words; one line. */
export async function diagnosis(properties: ReadonlyMap<string, string>, otherwise: string): Promise<string> {
  const result = properties.get("Result") ?? "";
  const parts = [
    result === "" || result === "success" ? otherwise : `result ${result}`,
    exitStatus(properties),
    properties.get("StatusText"),
    await lastJournalLine(properties.get("Id") ?? "", properties.get("InvocationID") ?? ""),
  ];
  return parts
    .filter((part) => part !== undefined && part !== "")
    .map((part) => printable(part ?? ""))
    .join("; ");
}

/** CLD_EXITED is 1, CLD_KILLED 2, CLD_DUMPED 3 (sigaction(2)). */
function exitStatus(properties: ReadonlyMap<string, string>): string | undefined {
  const code = properties.get("ExecMainCode");
  const status = properties.get("ExecMainStatus") ?? "0";
  if (code === "1" && status !== "0") return `exit status ${status}`;
  if (code === "2" || code === "3") return `killed by signal ${status}`;
  return undefined;
}

/** The last thing the unit itself wrote in this run, not what systemd says of it. */
async function lastJournalLine(unit: string, invocation: string): Promise<string | undefined> {
  if (invocation === "") return undefined;
  const output = await run("journalctl", [
    "--no-pager",
    "--quiet",
    "--output=cat",
    "--lines=1",
    `_SYSTEMD_INVOCATION_ID=${invocation}`,
    `_SYSTEMD_UNIT=${unit}`,
  ]).catch(() => undefined);
  const line = output?.stdout.trim();
  return line === undefined || line === "" ? undefined : `it said: ${line.slice(0, 300)}`;
}

/** Whether the service runs now. */
export async function isActive(unit: string): Promise<boolean> {
  return isRunning(await showUnit(unit));
}

/** How long a service may take to come to rest, how long rest is, and how much of the time it may then compute. */
const patience = 6000;
const quiet = 400;
const restShare = 0.02;
const interval = 50;

/**
 * Waits until a service has come to rest: most types count as started before they have opened their sockets, and a
 * reload by signal returns before it has begun. At rest means that the cgroup uses next to no processor time. Gives up
 * without complaint after six seconds (a service may always compute), and on a legacy cgroup hierarchy at once.
 */
export async function settle(controlGroup: string, signal: AbortSignal): Promise<void> {
  const end = performance.now() + patience;
  let since = performance.now();
  let before = await cgroupUsage(controlGroup);
  while (before !== undefined && !signal.aborted && performance.now() < end) {
    await delay(interval, undefined, { signal }).catch(() => undefined);
    const used = await cgroupUsage(controlGroup);
    if (used === undefined) return;
    const now = performance.now();
    if (used - before > (now - since) * 1000 * restShare && used - before > 1000) {
      since = now;
      before = used;
    } else if (now - since >= quiet) return;
  }
}
