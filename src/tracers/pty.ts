import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { constants as osConstants } from "node:os";
import { setTimeout } from "node:timers/promises";
import type { IPty } from "node-pty";
import { hostCannot } from "../errors.js";
import { exists } from "./process.js";

export interface TerminalProcess {
  readonly pid: number;
  /** Disconnects our keyboard; what the program prints still comes. */
  readonly leave: () => void;
  /** Resolves when the program has ended and all it printed has been passed on. */
  readonly ended: Promise<{ code: number; signal: string | null }>;
}

/** Milliseconds between looks whether the program still runs. */
const interval = 20;
/** Milliseconds that output may take after the end; only a stopped terminal (Ctrl-S) needs them. */
const patience = 2000;

/**
 * Runs a program in a new pseudo-terminal of the size of ours, with our keyboard and `screen` connected to it.
 * Throws hostCannot when the optional dependency node-pty is missing.
 */
export async function spawnInTerminal(
  program: string,
  args: readonly string[],
  screen: NodeJS.WriteStream,
  options: { cwd?: string } = {},
): Promise<TerminalProcess> {
  const { spawn } = await loadNodePty();
  const terminal = spawn(program, [...args], { ...size(screen), ...options });
  const output = new Output(screen);
  terminal.onData((text) => {
    output.add(text);
  });
  const exited = new Promise<{ exitCode: number; signal?: number }>((resolve) => terminal.onExit(resolve));
  const line = await openLine(terminal);
  const disconnect = connectKeyboard(terminal, screen);
  const ended = finish(terminal, line, output)
    .finally(disconnect)
    .then(() => exited)
    .then(({ exitCode, signal }) => ({ code: exitCode, signal: signalName(signal ?? 0) }));
  return { pid: terminal.pid, leave: disconnect, ended };
}

async function loadNodePty(): Promise<typeof import("node-pty")> {
  try {
    return await import("node-pty");
  } catch (cause) {
    throw hostCannot(
      "a terminal for the command needs the optional package node-pty, which cannot be loaded: " +
        "install it (npm install node-pty) or run the command without a terminal (</dev/null)",
      { cause },
    );
  }
}

/**
 * The program's side of the terminal. While we hold it open, the end of the program does not hang the terminal up;
 * on Node 20 and 22 the hang-up loses the last output of a program that ends at once (libuv issue 4992).
 */
async function openLine(terminal: IPty): Promise<FileHandle | undefined> {
  const path: unknown = "ptsName" in terminal ? terminal.ptsName : undefined;
  if (typeof path !== "string") return undefined;
  return open(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK).catch(() => undefined);
}

/**
 * When the program is gone, sends a mark along the same line as its output: all that comes before it is output.
 */
async function finish(terminal: IPty, line: FileHandle | undefined, output: Output): Promise<void> {
  // node-pty waits for its child, so that it does not stay as a zombie.
  while (exists(terminal.pid)) await setTimeout(interval);
  if (line === undefined) return;
  const mark = `\u001b_${randomBytes(12).toString("hex")}\u001b\\`;
  const seen = output.until(mark);
  // A stopped terminal takes no more output; then there is nothing to wait for.
  const sent = await line.write(mark).then(
    () => true,
    () => false,
  );
  if (sent) await Promise.race([seen, setTimeout(patience, undefined, { ref: false })]);
  output.flush();
  await line.close();
}

/** Passes output on to our screen as it comes; once a mark is awaited it holds the rest back. */
class Output {
  readonly #screen: NodeJS.WriteStream;
  #mark: string | undefined;
  #held = "";
  #found: () => void = () => undefined;

  constructor(screen: NodeJS.WriteStream) {
    this.#screen = screen;
  }

  add(text: string): void {
    if (this.#mark === undefined) {
      this.#screen.write(text);
      return;
    }
    this.#held += text;
    const end = this.#held.indexOf(this.#mark);
    if (end < 0) return;
    this.#held = this.#held.slice(0, end);
    this.#found();
  }

  until(mark: string): Promise<void> {
    this.#mark = mark;
    return new Promise((resolve) => {
      this.#found = resolve;
    });
  }

  /** Passes on what was held back. */
  flush(): void {
    this.#screen.write(this.#held);
    this.#held = "";
    this.#mark = undefined;
  }
}

/** Every key goes to the program, Ctrl-C too: it is the terminal of the program now. */
function connectKeyboard(terminal: IPty, screen: NodeJS.WriteStream): () => void {
  const { stdin } = process;
  const type = (keys: Buffer): void => {
    terminal.write(keys);
  };
  const hangUp = (): void => {
    terminal.write("\u0004");
  };
  const resize = (): void => {
    const { cols, rows } = size(screen);
    terminal.resize(cols, rows);
  };
  const restore = (): void => {
    if (stdin.isTTY) stdin.setRawMode(false);
  };
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.on("data", type).once("end", hangUp).resume();
  screen.on("resize", resize);
  process.once("exit", restore);
  return () => {
    stdin.off("data", type).off("end", hangUp).pause();
    screen.off("resize", resize);
    process.off("exit", restore);
    restore();
  };
}

function size({ columns, rows }: NodeJS.WriteStream): { cols: number; rows: number } {
  return { cols: columns || 80, rows: rows || 24 };
}

function signalName(number: number): string | null {
  const entry = Object.entries(osConstants.signals).find(([, value]) => value === number);
  return entry === undefined ? null : entry[0];
}
