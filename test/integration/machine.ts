/** A real system with a systemd of its own, to try things in. Tests see only this interface. */
import { fileURLToPath } from "node:url";
import { execa } from "execa";

/** Debian releases to test on. */
export type Suite = "bookworm" | "trixie";

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface ExecOptions {
  /** Bytes for standard input; without it, standard input is empty. */
  readonly input?: string | Uint8Array;
  /** Seconds after which the command is killed and the promise rejects. Default 120. */
  readonly timeout?: number;
}

export interface Machine {
  /** Version of systemd, for example 252. */
  readonly systemd: number;
  /**
   * Runs a command as root, in `/`, with a clean environment.
   *
   * @param command words, or one string for bash (with `set -euo pipefail`)
   * @returns what it printed and its exit status, whatever that is; 128+n if signal n ended it
   */
  exec(command: string | readonly string[], options?: ExecOptions): Promise<Outcome>;
  /** Like exec, but rejects with all that was printed unless the command exits 0. Returns standard output, trimmed. */
  succeed(command: string | readonly string[], options?: ExecOptions): Promise<string>;
  /** Puts the built project into the machine; `profile` is then on its PATH. */
  push(): Promise<void>;
  /** Copies a directory of the project's, with its modes, to an absolute path of the machine. */
  copyDirectory(local: string, path: string): Promise<void>;
  /** Missing directories are made. @param mode for chmod(1), default 0644 */
  writeFile(path: string, text: string, mode?: string): Promise<void>;
  readFile(path: string): Promise<string>;
  /** Removes the machine and everything in it. */
  down(): Promise<void>;
}

/** From dist/test/integration up to the clone. */
const projectRoot = fileURLToPath(new URL("../../../", import.meta.url));

/** Absolute path of something in the clone (not in dist). */
export function projectPath(path: string): string {
  return `${projectRoot}${path}`;
}

const testbed = projectPath("scripts/testbed");
let machines = 0;

/**
 * Boots a machine of its own for the caller; it lives at most as long as this process. Takes one to two seconds.
 *
 * @param packages of Debian, beyond those that all machines have; a tree with them is built the first time
 */
export async function bootMachine(suite: Suite, packages: readonly string[] = []): Promise<Machine> {
  machines += 1;
  const name = `test-${suite}-${process.pid}-${machines}`;
  // A machine that this process cannot take down, because it is killed, is reaped by the next call of the testbed.
  const env = {
    SANDBOX_PROFILER_TESTBED_OWNER: String(process.pid),
    ...(packages.length > 0 && { SANDBOX_PROFILER_PACKAGES: packages.join(" ") }),
  };
  await execa(testbed, ["boot", suite, name], { env });
  const machine = new TestbedMachine(name, 0);
  const version = /^systemd (\d+)/.exec(await machine.succeed(["systemctl", "--version"]))?.[1];
  return new TestbedMachine(name, Number(version));
}

/** A container of scripts/testbed. */
class TestbedMachine implements Machine {
  readonly systemd: number;
  readonly #name: string;

  constructor(name: string, systemd: number) {
    this.#name = name;
    this.systemd = systemd;
  }

  async exec(command: string | readonly string[], options: ExecOptions = {}): Promise<Outcome> {
    const words = typeof command === "string" ? ["bash", "-euo", "pipefail", "-c", command] : command;
    const input = options.input === undefined ? { stdin: "ignore" as const } : { input: options.input };
    const result = await execa(testbed, ["exec", this.#name, "--", ...words], {
      ...input,
      reject: false,
      timeout: (options.timeout ?? 120) * 1000,
    });
    if (result.timedOut || result.exitCode === undefined) {
      throw new Error(`${result.shortMessage}\n${result.stdout}\n${result.stderr}`);
    }
    return { stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode };
  }

  async succeed(command: string | readonly string[], options: ExecOptions = {}): Promise<string> {
    const { stdout, stderr, exitCode } = await this.exec(command, options);
    if (exitCode !== 0) {
      const shown = typeof command === "string" ? command : command.join(" ");
      throw new Error(`exit ${exitCode}: ${shown}\n${stdout}\n${stderr}`);
    }
    return stdout.trim();
  }

  async push(): Promise<void> {
    await execa(testbed, ["push", this.#name]);
  }

  async copyDirectory(local: string, path: string): Promise<void> {
    const tar = await execa("tar", ["--create", "--directory", local, "."], { encoding: "buffer" });
    const unpack = 'mkdir -p "$1" && tar --extract --touch --no-same-owner --directory "$1"';
    await this.succeed(["sh", "-c", unpack, "-", path], { input: tar.stdout });
  }

  async writeFile(path: string, text: string, mode = "0644"): Promise<void> {
    await this.succeed(["sh", "-c", 'mkdir -p "${1%/*}" && cat >"$1" && chmod "$2" "$1"', "-", path, mode], {
      input: text,
    });
  }

  async readFile(path: string): Promise<string> {
    const { stdout, stderr, exitCode } = await this.exec(["cat", path]);
    if (exitCode !== 0) {
      throw new Error(stderr);
    }
    return stdout;
  }

  async down(): Promise<void> {
    await execa(testbed, ["down", this.#name]);
  }
}
