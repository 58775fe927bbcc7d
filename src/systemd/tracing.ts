/** Brings every process that systemd starts for a unit under a tracer: by the gate, or by holding it. */
import { setTimeout as delay } from "node:timers/promises";
import { exitCodes, ProfileError } from "../errors.js";
import { isHeld } from "./exec-line.js";
import { type Gate, openGate } from "./gate.js";
import { type Hold, startHold } from "./hold.js";
import { cgroupProcesses, type ProcessStatus, processStatus, tracerOf } from "./process.js";
import { printable, systemctl } from "./run.js";
import { type ExecSetting, execSettings } from "../host/types.js";
import { execCommands } from "./unit.js";

export interface TracingOptions {
  readonly unit: string;
  /** The socket of the gate, as in the drop-in. */
  readonly socket: string;
  /** Attaches a tracer from outside and resolves when it has. */
  readonly attach: (pid: number, label: ExecSetting) => Promise<void>;
  /** No process can be traced on this host. */
  readonly onFatal: (error: ProfileError) => void;
}

/** What the lifecycle tells and asks of the tracing. */
export interface Tracing {
  /** The unit's cgroup; empty while it has none. */
  readonly controlGroup: () => Promise<string>;
  /** A new run-time drop-in is going to be in force: forgets counts and problems. `holds`: it holds commands. */
  begin(holds: boolean): void;
  /** Whether processes are attached (they are let go on untraced otherwise), and how soon held ones are looked for. */
  pace(pace: "off" | "phase" | "soak"): void;
  /** How many processes have been attached since it began. */
  attached(): number;
  /** Looks for processes of the unit that nobody traces. */
  survey(): Promise<void>;
  /** Why the evidence is incomplete. */
  readonly problems: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Milliseconds between two looks for held commands. */
const intervals = { off: 50, phase: 15, soak: 100 } as const;

export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const { unit } = options;
  const controlGroup = controlGroupOf(unit);
  const problems = new Set<string>();
  let pace: keyof typeof intervals = "off";
  let attached = 0;

  /** Both ways in know nothing but a pid: the manager says which command it runs. */
  async function attach(pid: number, by: "gate" | "hold"): Promise<void> {
    if (pace === "off") return;
    const { setting, held } = await commandOf(unit, pid);
    // Since systemd 255 a held command may come to the gate as well; it is attached when it holds, without its shell.
    if (by === "gate" && held) return;
    try {
      await options.attach(pid, setting);
    } catch (error) {
      const status = await processStatus(pid);
      // Killed while it waited: it has done nothing yet.
      if (status === undefined || status.state === "Z") return;
      throw error;
    }
    attached += 1;
  }

  function onProblem(problem: unknown): void {
    // What is let go on untraced may also be stopped while it is at the gate.
    if (pace === "off") return;
    if (problem instanceof ProfileError && problem.exitCode === exitCodes.hostCannot)
      options.onFatal(problem);
    problems.add(printable(problem instanceof Error ? problem.message : String(problem)));
  }

  const gate: Gate = await openGate({
    socket: options.socket,
    controlGroup,
    onProcess: (pid) => attach(pid, "gate"),
    onProblem,
  });
  let hold: Hold | undefined;

  return {
    controlGroup,
    problems,
    begin: (holds) => {
      attached = 0;
      problems.clear();
      if (!holds) return;
      // Whoever was told to hold itself must be let go also when the next drop-in tells nobody to.
      hold ??= startHold({
        controlGroup,
        interval: () => intervals[pace],
        onProcess: (pid) => attach(pid, "hold"),
        onProblem,
      });
    },
    pace: (next) => {
      pace = next;
    },
    attached: () => attached,
    survey: async () => {
      for (const name of await untracedProcesses(await controlGroup()))
        problems.add(`a process of ${unit} was not traced: ${printable(name)}`);
    },
    close: async () => {
      pace = "off";
      await gate.close();
      await hold?.close();
    },
  };
}

/** A unit's cgroup stays the same as long as its slice does, but is unknown until the unit has run. */
function controlGroupOf(unit: string): () => Promise<string> {
  let known = "";
  let asking: Promise<void> | undefined;
  let asked = Number.NEGATIVE_INFINITY;
  async function ask(): Promise<void> {
    asked = performance.now();
    const output = await systemctl("show", "--property=ControlGroup", "--value", "--", unit);
    known = output.stdout.trim();
    asking = undefined;
  }
  return async () => {
    if (known === "" && (asking !== undefined || performance.now() - asked > 50)) {
      asking ??= ask();
      await asking;
    }
    return known;
  };
}

async function commandOf(
  unit: string,
  pid: number,
): Promise<{ readonly setting: ExecSetting; readonly held: boolean }> {
  const commands = await execCommands(unit);
  for (const setting of execSettings) {
    const command = commands[setting].find((candidate) => candidate.pid === pid);
    if (command !== undefined) return { setting, held: isHeld(command) };
  }
  return { setting: "ExecStart", held: false };
}

/** Milliseconds after which a process that is not traced will not be any more: it is past the gate. */
const grace = 2000;

/** Names of processes that stay without a tracer; not those of systemd itself, such as `(sd-pam)`. */
async function untracedProcesses(controlGroup: string): Promise<readonly string[]> {
  const end = performance.now() + grace;
  let untraced = await withoutTracer(await cgroupProcesses(controlGroup));
  // One that systemd has only just forked, or that waits at the gate, is about to be attached.
  while (untraced.length > 0 && performance.now() < end) {
    await delay(50);
    untraced = await withoutTracer(untraced.map(({ pid }) => pid));
  }
  return untraced.map(({ comm }) => comm);
}

async function withoutTracer(pids: readonly number[]): Promise<readonly ProcessStatus[]> {
  const found = await Promise.all(
    pids.map(async (pid) => {
      const status = await processStatus(pid);
      if (status === undefined || status.state === "Z" || status.comm.startsWith("(")) return undefined;
      return (await tracerOf(pid)) === 0 ? status : undefined;
    }),
  );
  return found.filter((status) => status !== undefined);
}
