/**
 * The credential gate: a run-time drop-in with `LoadCredential=NAME:SOCKET` makes a process of the unit, before it sets
 * up its sandbox and executes the program, connect to the socket (up to systemd 257 by a helper that it forks) and read
 * until it is closed (systemd.exec(5), LoadCredential=). While it waits a tracer can be attached from outside; the unit's
 * command line, main PID, cgroup, user and notification access stay what they are.
 */
import { chmod, mkdir, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { basename, dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { allProcesses, cgroupProcesses, type ProcessStatus, processStatus, programOf } from "./process.js";

/** The comm of the helper, in systemd 252 to 257 (src/core/execute.c, exec-credential.c: safe_fork("(sd-mkdcreds)")). */
const helperName = "(sd-mkdcreds)";

/** What a process of a unit executes until it executes the unit's command, from systemd 255 on (src/core/executor.c). */
const executor = "systemd-executor";

export interface GateOptions {
  /** At most 107 bytes; its directory is made for root alone. */
  readonly socket: string;
  /** The unit's cgroup; asked for at each connection, since an inactive unit may have none. */
  readonly controlGroup: () => Promise<string>;
  /** Called with the process that waits; when it has resolved the process is let go. */
  readonly onProcess: (pid: number) => Promise<void>;
  /** Something that makes the evidence incomplete, or the reason why `onProcess` rejected. */
  readonly onProblem: (problem: unknown) => void;
}

export interface Gate {
  /** How many processes have passed. */
  readonly passed: () => number;
  /** Lets go of whoever waits and removes the socket. */
  readonly close: () => Promise<void>;
}

/** Opens the gate. Whatever goes wrong, no process is kept waiting. */
export async function openGate(options: GateOptions): Promise<Gate> {
  await mkdir(dirname(options.socket), { recursive: true, mode: 0o700 });
  await chmod(dirname(options.socket), 0o700);
  await rm(options.socket, { force: true });
  const waiting = new Set<Socket>();
  const seen = new Set<string>();
  let passed = 0;
  let closed = false;
  let work = Promise.resolve();

  /**
   * Which connection belongs to which helper cannot be asked for (no SO_PEERCRED in Node), and need not be: every
   * connection that is open now has its helper in the cgroup, so when all of those are attached all of these may go.
   */
  async function letPass(): Promise<void> {
    const connections = [...waiting];
    if (connections.length === 0) return;
    try {
      const processes = await whoWaits(options.controlGroup);
      const fresh = (processes ?? []).filter((process) => !seen.has(identity(process)));
      if (processes === undefined && !closed)
        options.onProblem("a process came to the gate that does not belong to the unit");
      for (const process of fresh) {
        seen.add(identity(process));
        await options.onProcess(process.pid);
        passed += 1;
      }
    } catch (error) {
      options.onProblem(error);
    } finally {
      for (const connection of connections) {
        waiting.delete(connection);
        connection.end();
      }
    }
  }

  // The helper shuts its sending side down at once: without allowHalfOpen Node would answer by closing ours.
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    connection.on("error", () => waiting.delete(connection));
    connection.resume();
    waiting.add(connection);
    work = work.then(letPass);
  });
  await listen(server, options.socket);
  await chmod(options.socket, 0o600);

  return {
    passed: () => passed,
    close: async () => {
      closed = true;
      const ended = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      for (const connection of waiting) connection.destroy();
      await work;
      await ended;
      await rm(options.socket, { force: true });
    },
  };
}

/** How long, in milliseconds, a helper may take to show in the unit's cgroup, and how often that is looked at. */
const patience = 1000;
const interval = 50;

/**
 * The processes that wait at the gate: none when whoever came was killed meanwhile (a start that was cancelled by a stop
 * or restart, as happens to services that a busy socket starts), undefined when there is a helper but none of the unit's.
 */
async function whoWaits(
  controlGroup: GateOptions["controlGroup"],
): Promise<readonly ProcessStatus[] | undefined> {
  const end = performance.now() + patience;
  for (;;) {
    const processes = await waitingProcesses(await controlGroup());
    if (processes.length > 0 || !(await allProcesses()).some(isHelper)) return processes;
    if (performance.now() >= end) return undefined;
    await delay(interval);
  }
}

function isHelper(process: ProcessStatus | undefined): process is ProcessStatus {
  return process?.comm === helperName && process.state !== "Z";
}

/** Those in a cgroup that wait; each will become a process of the service. */
async function waitingProcesses(controlGroup: string): Promise<readonly ProcessStatus[]> {
  const members = await Promise.all((await cgroupProcesses(controlGroup)).map(memberOf));
  const processes = await Promise.all(
    waitingAmong(members.filter((member) => member !== undefined)).map(processStatus),
  );
  return processes.filter((process) => process !== undefined);
}

/** A process of the unit and the path of the program that it executes. */
export type Member = ProcessStatus & { readonly program: string };

async function memberOf(pid: number): Promise<Member | undefined> {
  const [status, program] = await Promise.all([processStatus(pid), programOf(pid)]);
  return status && { ...status, program };
}

/**
 * Pids of those processes of a unit that wait, when somebody came to the gate: the parents of the helpers; where systemd
 * has none (tried on 262), what systemd itself started and what has not executed its command. (`(sd-pam)` has not either,
 * and is a child of the service.)
 */
export function waitingAmong(members: readonly Member[]): readonly number[] {
  const pids = new Set(members.map(({ pid }) => pid));
  const helped = members.filter(isHelper).map(({ parent }) => parent);
  if (helped.length > 0) return [...new Set(helped)].filter((pid) => pids.has(pid));
  return members
    .filter(
      ({ program, parent, state }) => basename(program) === executor && !pids.has(parent) && state !== "Z",
    )
    .map(({ pid }) => pid);
}

function identity(process: ProcessStatus): string {
  return `${process.pid} ${process.startTime}`;
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
