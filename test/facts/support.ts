/** Strace text in, facts out: what the tests of this directory share. */
import { lstatSync, readlinkSync } from "node:fs";
import { type AttachOptions, type Built, FactBuilder } from "../../src/facts/index.js";
import type { Fact } from "../../src/facts/types.js";
import type { FileStatus, Host } from "../../src/host/types.js";
import { StraceParser } from "../../src/strace-parser/index.js";

type Files = Host["files"];

/** A machine on which nothing but `files` is known. */
export function hostWith(files: Files = {}, rest: Partial<Host> = {}): Host {
  return {
    architecture: "x86-64",
    kernel: "6.1.0",
    systemd: { version: 252, features: [] },
    users: { 0: "root", 33: "www-data" },
    groups: { 0: "root", 33: "www-data" },
    memberships: { 0: [0], 33: [33] },
    mounts: [{ path: "/", fstype: "ext4" }],
    files,
    cgroups: "unified",
    securityModules: [],
    unenforced: [],
    unprivilegedPortStart: 1024,
    ...rest,
  };
}

export function directory(uid = 0, mode = 0o755, gid = uid): FileStatus {
  return { type: "directory", mode, uid, gid };
}

export function file(uid = 0, mode = 0o644, gid = uid): FileStatus {
  return { type: "file", mode, uid, gid };
}

export function symlink(target: string): FileStatus {
  return { type: "symlink", mode: 0o777, uid: 0, gid: 0, target };
}

export interface Learn extends Partial<AttachOptions> {
  readonly host?: Host;
}

/** Lines without a pid belong to process 10, which is attached to at once and works in /srv/app. */
export function build(text: string, options: Learn = {}): Built {
  const { host = hostWith(), ...attach } = options;
  const builder = new FactBuilder({ architecture: "x86-64" });
  builder.attach(10, { begins: "at-once", cwd: "/srv/app", executable: "/usr/bin/daemon", ...attach });
  feed(builder, text);
  builder.hostQuery();
  return builder.finish(host);
}

export function feed(builder: FactBuilder, text: string): void {
  const lines = text.split("\n").map((line) => line.trim());
  const numbered = lines
    .filter((line) => line !== "")
    .map((line) => (/^\d+ /.test(line) ? line : `10 ${line}`));
  const parser = new StraceParser((record) => {
    builder.handle(record);
  });
  parser.write(Buffer.from(`${numbered.join("\n")}\n`, "latin1"));
  const summary = parser.end();
  if (summary.unparsed.lines > 0)
    throw new Error(`not understood: ${JSON.stringify(summary.unparsed.examples)}`);
}

export function learn(text: string, options: Learn = {}): Fact[] {
  return [...build(text, options).facts];
}

/** File facts as `access path` or `access path (type)`, sorted. */
export function files(text: string, options: Learn = {}): string[] {
  return learn(text, options).flatMap((fact) => {
    if (fact.kind !== "file") return [];
    return [`${fact.access} ${fact.path}${fact.type === undefined ? "" : ` (${fact.type})`}`];
  });
}

/** Capability facts as `CAP_X: operation`, sorted. */
export function capabilities(text: string, options: Learn = {}): string[] {
  return learn(text, options).flatMap((fact) =>
    fact.kind === "capability" ? [`${fact.capability}: ${fact.operation}`] : [],
  );
}

/** What this machine says about `paths` and all directories and symbolic links on the way. */
export function liveFiles(paths: readonly string[]): Files {
  const found: Record<string, FileStatus | null> = {};
  const todo = [...paths];
  for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
    if (Object.hasOwn(found, path)) continue;
    const status = statusOf(path);
    found[path] = status;
    if (path !== "/") todo.push(path.slice(0, path.lastIndexOf("/")) || "/");
    if (status?.target !== undefined) todo.push(...linked(path, status.target, paths));
  }
  return found;
}

function linked(path: string, target: string, paths: readonly string[]): string[] {
  const base = target.startsWith("/") ? target : `${path.slice(0, path.lastIndexOf("/"))}/${target}`;
  const absolute = new URL(`file://${base}`).pathname;
  const below = paths.filter((other) => other.startsWith(`${path}/`));
  return [absolute, ...below.map((other) => absolute + other.slice(path.length))];
}

function statusOf(path: string): FileStatus | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  const { uid, gid } = stats;
  const mode = stats.mode & 0o7777;
  if (stats.isSymbolicLink()) return { type: "symlink", mode, uid, gid, target: readlinkSync(path) };
  if (stats.isDirectory()) return { type: "directory", mode, uid, gid };
  if (stats.isSocket()) return { type: "socket", mode, uid, gid };
  if (stats.isFIFO()) return { type: "fifo", mode, uid, gid };
  if (stats.isCharacterDevice()) return { type: "char", mode, uid, gid };
  return { type: stats.isBlockDevice() ? "block" : "file", mode, uid, gid };
}
