import { execFile } from "node:child_process";

/** Where administration tools live that a plain user's PATH leaves out (getcap, capsh). */
const searchPath = [process.env["PATH"], "/usr/local/sbin", "/usr/sbin", "/sbin"]
  .filter((part) => part !== undefined && part !== "")
  .join(":");

/** One report of a large unit or of many files; beyond this something is wrong. */
const maxOutput = 64 * 1024 * 1024;

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** null when a signal ended it. */
  readonly exitCode: number | null;
}

/**
 * Runs a short system tool in the C locale, without a shell and without input, and waits for its output.
 *
 * @returns undefined when the program is not installed or may not be executed. An exit code other than 0 is a result.
 */
export function runTool(program: string, args: readonly string[]): Promise<CommandResult | undefined> {
  return new Promise((resolve) => {
    const options = {
      maxBuffer: maxOutput,
      encoding: "utf8",
      env: { ...process.env, PATH: searchPath, LC_ALL: "C", SYSTEMD_COLORS: "0", SYSTEMD_PAGER: "cat" },
    } as const;
    const child = execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code === "string") {
        resolve(undefined);
      } else {
        resolve({ stdout, stderr, exitCode: error === null ? 0 : (child.exitCode ?? null) });
      }
    });
    child.stdin?.end();
  });
}
