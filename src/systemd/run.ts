import { hostCannot } from "../errors.js";

/** How a helper program ended. `code` is 128+n when signal n ended it. */
export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program of systemd to its end; its exit status is for the caller to judge.
 * It gets a process group of its own, so that Ctrl-C at the terminal reaches the profiler alone, and the C locale,
 * so that its output can be read. Throws hostCannot when the program is missing.
 */
export async function run(program: string, args: readonly string[]): Promise<Output> {
  // execa takes 78 ms to load: only the verbs that talk to systemd pay for it.
  const { execa } = await import("execa");
  const result = await execa(program, args, {
    reject: false,
    detached: true,
    stdin: "ignore",
    env: { LC_ALL: "C.UTF-8", SYSTEMD_PAGER: "", SYSTEMD_COLORS: "0" },
  });
  if (result.code === "ENOENT")
    throw hostCannot(`${program} is missing: is this host run by systemd?`, { cause: result });
  return {
    code: result.exitCode ?? 128,
    stdout: result.stdout,
    stderr: result.stderr,
  };
}

/** `systemctl` without questions to the user. */
export function systemctl(...args: readonly string[]): Promise<Output> {
  return run("systemctl", ["--no-ask-password", "--no-pager", ...args]);
}

/** The last line of what a program printed to stderr, for messages of one line. */
export function lastLine(text: string): string {
  return printable(text.trimEnd().split("\n").at(-1) ?? "");
}

/** Text that a service or a unit file chose, made safe for a terminal: control characters become `?`. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?");
}
