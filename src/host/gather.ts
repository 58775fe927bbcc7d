import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { release } from "node:os";
import { compareText } from "../facts/set.js";
import { architectureOf } from "./architecture.js";
import { lookUpFileCapabilities } from "./capabilities.js";
import { runTool } from "./command.js";
import { probeEnforcement } from "./enforcement.js";
import { type Look, lookAtFiles } from "./files.js";
import { readInterpreter } from "./interpreters.js";
import { mountsBelow, parseMountinfo } from "./mounts.js";
import { parseSystemdVersion } from "./systemd.js";
import type { FileStatus, Host } from "./types.js";
import { lookUpAccounts } from "./users.js";
import { type View, Viewer } from "./view.js";

/** What the facts mention and the host must be asked about. */
export interface HostQuery {
  /** Absolute paths; others are skipped. Parents and targets of symbolic links are added. */
  readonly paths: Iterable<string>;
  readonly uids: Iterable<number>;
  readonly gids: Iterable<number>;
  /** How the processes that used the paths see the file system; by default as we do. */
  readonly view?: View;
  /** Also try what the host enforces, which starts transient units where we are root and systemd runs (0.3 s). */
  readonly enforcement?: boolean;
}

/** The kernel's default (net/ipv4/af_inet.c), and the fixed limit before 4.11. */
const defaultUnprivilegedPortStart = 1024;

/**
 * Asks the live machine, once, all that interpretation needs to know of it; see `Host`. Root sees everything; anyone
 * else's answer leaves out the files that he may not look at.
 *
 * @throws ProfileError (host cannot) on an architecture that is not supported.
 */
export async function gatherHost(query: HostQuery): Promise<Host> {
  const architecture = architectureOf(process.arch);
  const files = await gatherFiles(query.paths, query.view);
  const [systemd, accounts, mountinfo, portStart, securityModules, userNamespaces, unenforced] =
    await Promise.all([
      gatherSystemd(),
      lookUpAccounts([...query.uids, ...ownersOf(files, "uid")], [...query.gids, ...ownersOf(files, "gid")]),
      readFile("/proc/self/mountinfo", "utf8"),
      gatherUnprivilegedPortStart(),
      gatherSecurityModules(),
      gatherUserNamespaces(),
      query.enforcement === true ? gatherUnenforced() : [],
    ]);
  const mounts = parseMountinfo(mountinfo);
  return {
    architecture,
    kernel: release(),
    systemd,
    ...accounts,
    mounts: query.view === undefined ? mounts : mountsBelow(mounts, query.view.root),
    files,
    cgroups: cgroupsOf(mounts),
    securityModules,
    userNamespaces,
    unenforced,
    unprivilegedPortStart: portStart,
  };
}

function ownersOf(files: Host["files"], id: "uid" | "gid"): Set<number> {
  return new Set(Object.values(files).flatMap((status) => (status === null ? [] : [status[id]])));
}

async function gatherUnenforced(): Promise<readonly string[]> {
  const tried = await probeEnforcement();
  return tried.filter(({ state }) => state === "not enforced").map(({ directive }) => directive);
}

/** The active security modules in their order, null where securityfs is not mounted. */
async function gatherSecurityModules(): Promise<readonly string[] | null> {
  const text = await readFile("/sys/kernel/security/lsm", "utf8").catch(() => undefined);
  return text === undefined ? null : text.trim().split(",");
}

/**
 * Settings of the kernel that keep ordinary users from making user namespaces, and the values by which they do: the limit of
 * user_namespaces(7), a patch of Debian's, and AppArmor of Ubuntu. Kernels without one have no such file.
 */
const namespaceLocks = [
  ["/proc/sys/user/max_user_namespaces", "0"],
  ["/proc/sys/kernel/unprivileged_userns_clone", "0"],
  ["/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"],
] as const;

async function gatherUserNamespaces(): Promise<boolean> {
  const locked = await Promise.all(
    namespaceLocks.map(async ([path, value]) => {
      const text = await readFile(path, "utf8").catch(() => undefined);
      return text?.trim() === value;
    }),
  );
  return !locked.includes(true);
}

/** systemd mounts version 2 at /sys/fs/cgroup (unified) or beside version 1 below it (cgroups(7)). */
function cgroupsOf(mounts: Host["mounts"]): Host["cgroups"] {
  const types = new Map(mounts.map(({ path, fstype }) => [path, fstype]));
  if (types.get("/sys/fs/cgroup") === "cgroup2") {
    return "unified";
  }
  if (types.get("/sys/fs/cgroup/unified") === "cgroup2") {
    return "hybrid";
  }
  return types.has("/sys/fs/cgroup/systemd") ? "legacy" : "none";
}

/** Version and build features of the systemd of this host, null where there is none. */
export async function gatherSystemd(): Promise<Host["systemd"]> {
  const result = await runTool("systemctl", ["--version"]);
  return result === undefined ? null : parseSystemdVersion(result.stdout);
}

async function gatherFiles(paths: Iterable<string>, view: View | undefined): Promise<Host["files"]> {
  const viewer = view && new Viewer(view);
  const placeOf = (path: string) => viewer?.place(path) ?? path;
  const files = lookAtFiles([...paths, ...topLevel(placeOf)], viewer?.look);
  addInterpreters(files, viewer?.look, placeOf);
  const executables = executablesOf(files);
  const found = await lookUpFileCapabilities(new Set(executables.map(placeOf)));
  for (const path of executables) {
    const status = files.get(path);
    const capabilities = found.get(placeOf(path));
    if (status !== undefined && status !== null && capabilities !== undefined) {
      files.set(path, { ...status, capabilities });
    }
  }
  return Object.fromEntries([...files].sort(([a], [b]) => compareText(a, b)));
}

/** What lies at the top: trees that could be hidden must be known to be there. None where that may not be read. */
function topLevel(placeOf: (path: string) => string): string[] {
  try {
    return readdirSync(placeOf("/")).map((name) => `/${name}`);
  } catch {
    return [];
  }
}

/** The kernel follows interpreters of interpreters so far (exec_binprm() in fs/exec.c). */
const mostInterpreters = 5;

/** Notes what programs are started with, and looks at that too. */
function addInterpreters(
  files: Map<string, FileStatus | null>,
  look: Look | undefined,
  placeOf: (path: string) => string,
): void {
  for (let depth = 0; depth < mostInterpreters; depth++) {
    const fresh: string[] = [];
    for (const path of executablesOf(files)) {
      const status = files.get(path);
      if (status === null || status === undefined || status.interpreter !== undefined) continue;
      const interpreter = readInterpreter(placeOf(path));
      if (interpreter === undefined) continue;
      files.set(path, { ...status, interpreter });
      if (!files.has(interpreter)) fresh.push(interpreter);
    }
    for (const [path, status] of lookAtFiles(fresh, look)) if (!files.has(path)) files.set(path, status);
    if (fresh.length === 0) return;
  }
}

function executablesOf(files: ReadonlyMap<string, FileStatus | null>): string[] {
  return [...files.keys()].filter((path) => isExecutable(files.get(path) ?? null));
}

function isExecutable(status: FileStatus | null): boolean {
  return status?.type === "file" && (status.mode & 0o111) !== 0;
}

async function gatherUnprivilegedPortStart(): Promise<number> {
  try {
    return Number(await readFile("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8"));
  } catch {
    return defaultUnprivilegedPortStart;
  }
}
