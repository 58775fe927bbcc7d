/**
 * Watches without strace which calls fail with EPERM in whatever systemd starts from now on: an instance of tracefs of our
 * own, with a filter that the kernel applies (Documentation/trace/ftrace.rst, events.rst). It knows numbers, not paths.
 */
import { mkdir, readdir, readFile, readlink, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { tracingInstance } from "../systemd/paths.js";
import { isFirstPidNamespace, parseStat } from "../systemd/process.js";

export interface FailingCalls {
  /** The events until now, one a line, as the kernel prints them. */
  readonly read: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

const roots = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

/** undefined where there is no tracefs, or not for us. */
export async function watchFailingCalls(): Promise<FailingCalls | undefined> {
  for (const root of roots) {
    const instances = join(root, "instances");
    const name = await ownName().catch(() => undefined);
    if (name === undefined) return undefined;
    await removeAbandoned(instances);
    const instance = join(instances, name);
    if (!(await isDone(mkdir(instance)))) continue;
    const close = async (): Promise<void> => {
      await writeFile(join(instance, "tracing_on"), "0").catch(() => undefined);
      await rmdir(instance).catch(() => undefined);
    };
    if (await isDone(setUp(instance))) {
      return { read: async () => (await readFile(join(instance, "trace"), "utf8")).split("\n"), close };
    }
    await close();
  }
  return undefined;
}

async function isDone(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

async function setUp(instance: string): Promise<void> {
  const set = (file: string, text: string): Promise<void> => writeFile(join(instance, file), text);
  const manager = await globalPidOfManager(instance, set);
  await set("options/event-fork", "1");
  await set("set_event_pid", String(manager));
  await set("events/raw_syscalls/sys_exit/filter", "ret == -1");
  await set("trace", "");
  for (const event of ["raw_syscalls/sys_exit", "sched/sched_process_exec", "sched/sched_process_fork"])
    await set(`events/${event}/enable`, "1");
}

/** SIGCONT on every architecture that systemd runs on but MIPS and Alpha (signal(7)). */
const sigcont = 18;

/**
 * tracefs speaks of PIDs of the first namespace. In another one, the event of a signal to PID 1 tells its own: it runs on, so
 * that SIGCONT changes nothing.
 */
async function globalPidOfManager(
  instance: string,
  set: (file: string, text: string) => Promise<void>,
): Promise<number> {
  if (await isFirstPidNamespace()) return 1;
  await set("events/signal/signal_generate/filter", `sig == ${sigcont}`);
  await set("events/signal/signal_generate/enable", "1");
  process.kill(1, "SIGCONT");
  await delay(10);
  await set("events/signal/signal_generate/enable", "0");
  const comm = parseStat(await readFile("/proc/1/stat", "utf8"))?.comm ?? "";
  const text = await readFile(join(instance, "trace"), "utf8");
  // All signals of the kernel are in it, and this is the one that we have sent: from a thread of ours to PID 1.
  const sent = text
    .split("\n")
    .filter((line) => line.includes(` comm=${comm} pid=`) && line.includes(`sig=${sigcont} `));
  const pid = / pid=(\d+) grp=/.exec(sent.at(-1) ?? "")?.[1];
  if (pid === undefined) throw new Error("the kernel does not tell the PID of systemd");
  return Number(pid);
}

/** Other containers see the same instances, and other processes behind the same PIDs. */
async function ownName(): Promise<string> {
  const namespace = /\d+/.exec(await readlink("/proc/self/ns/pid"))?.[0] ?? "0";
  return `${tracingInstance}-${namespace}-${process.pid}`;
}

/** Those of killed profilers. */
async function removeAbandoned(instances: string): Promise<void> {
  const prefix = (await ownName()).replace(/\d+$/, "");
  for (const name of await readdir(instances).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length));
    const lives = pid !== process.pid && (await isDone(readFile(`/proc/${pid}/stat`)));
    if (!lives) await rmdir(join(instances, name)).catch(() => undefined);
  }
}
