import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { hostCannot } from "../errors.js";

const execFileAsync = promisify(execFile);

/** A usable strace. */
export interface Strace {
  readonly path: string;
  readonly version: StraceVersion;
  /** setpriv(1) of util-linux, which lets strace end when we are killed; undefined where it is missing. */
  readonly setpriv: string | undefined;
}

export interface StraceVersion {
  readonly major: number;
  readonly minor: number;
}

const oldest: StraceVersion = { major: 5, minor: 0 };
const install = "install it (Debian, Ubuntu: apt install strace; Fedora: dnf install strace)";

/** Finds strace on PATH. Throws hostCannot when it is missing or older than 5.0. */
export async function findStrace(environment: NodeJS.ProcessEnv = process.env): Promise<Strace> {
  const path = await findProgram("strace", environment);
  if (path === undefined) throw hostCannot(`strace is not on PATH; ${install}`);
  const { stdout } = await execFileAsync(path, ["-V"]).catch((cause: unknown) => {
    throw hostCannot(`${path} -V fails: ${firstLine(cause)}`, { cause });
  });
  const version = parseVersion(stdout);
  if (version === undefined) throw hostCannot(`${path} does not tell its version; ${install}`);
  if (!atLeast(version, oldest)) {
    throw hostCannot(
      `strace ${version.major}.${version.minor} is too old, ${oldest.major}.${oldest.minor} is needed; ${install}`,
    );
  }
  return { path, version, setpriv: await findProgram("setpriv", environment) };
}

/**
 * Tries whether a process may be traced at all: a container or a sandbox may forbid ptrace(2), and a tracer that
 * cannot trace must be noticed before anything is started. Throws hostCannot.
 */
export async function checkPtrace(strace: Strace): Promise<void> {
  try {
    await execFileAsync(strace.path, ["-f", "-o", "/dev/null", "--", strace.path, "-V"]);
  } catch (cause) {
    throw ptraceForbidden(stderrOf(cause), cause);
  }
}

/** What to do where the kernel refuses ptrace: Yama (Documentation/admin-guide/LSM/Yama.rst), seccomp, capabilities. */
export function ptraceForbidden(reason: string, cause?: unknown): Error {
  return hostCannot(
    `this host does not let strace trace (${reason}); run as root, and allow ptrace: ` +
      "in a container --cap-add=SYS_PTRACE, elsewhere sysctl kernel.yama.ptrace_scope=1 or less",
    { cause },
  );
}

/** An executable regular file: `name` itself if it has a slash, else the first one on PATH, as execvp(3) does. */
export async function findProgram(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  if (name.includes("/")) return (await isExecutable(name)) ? name : undefined;
  for (const directory of searchPath(environment)) {
    const path = join(directory === "" ? "." : directory, name);
    if (name !== "" && (await isExecutable(path))) return path;
  }
  return undefined;
}

/** The directories of PATH, in order; an empty one is the working directory. */
export function searchPath(environment: NodeJS.ProcessEnv): readonly string[] {
  return (environment["PATH"] ?? "/usr/bin:/bin").split(delimiter);
}

/** From `strace -- version 6.1`. */
export function parseVersion(text: string): StraceVersion | undefined {
  const [, major, minor] = /^strace -- version (\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

export function atLeast(version: StraceVersion, wanted: StraceVersion): boolean {
  return version.major > wanted.major || (version.major === wanted.major && version.minor >= wanted.minor);
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function stderrOf(error: unknown): string {
  const text = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
  return text.trim().split("\n")[0] || firstLine(error);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
