/** Which object a path argument means: relative to the working directory or descriptor of the right process. */
import type { Value } from "../strace-parser/types.js";
import type { Interpretation } from "./interpretation.js";
import { isPrintable, join, printablePart } from "./paths.js";
import { type Place, place } from "./place.js";
import { hasName } from "./values.js";

/**
 * The object that `path` names, seen from `directory` (a dirfd argument; undefined for calls that have none).
 * Undefined when the directory is not known, or the argument is no path; that is noted as incomplete.
 */
export function placeAt(
  trace: Interpretation,
  directory: Value | undefined,
  path: Value | undefined,
  follow: boolean,
): Place | undefined {
  if (path?.type !== "string") return undefined;
  if (path.value === "") return undefined;
  if (path.utf8 && !path.truncated && isPrintable(path.value))
    return resolve(trace, directory, path.value, follow);
  return resolveUnreadable(trace, directory, path.value, path.utf8);
}

function resolve(
  trace: Interpretation,
  directory: Value | undefined,
  path: string,
  follow: boolean,
): Place | undefined {
  const base = path.startsWith("/") ? trace.process.fs.root : baseOf(trace, directory);
  if (trace.trail !== undefined && directory?.type === "number" && !path.startsWith("/"))
    trace.trail.isRepeatable = false;
  if (base === undefined) {
    unknownBase(trace, path);
    return undefined;
  }
  const named = place(join(base, path.startsWith("/") ? `${base}${path}` : path), follow);
  const found = { ...named, path: trace.objects.real(named.path) };
  trace.names(found);
  if (trace.trail !== undefined) trace.trail.path = found.path;
  return found;
}

/** A name that no unit file can hold stands for its directory (hostile or merely foreign). */
function resolveUnreadable(
  trace: Interpretation,
  directory: Value | undefined,
  path: string,
  utf8: boolean,
): Place | undefined {
  const readable = utf8 ? printablePart(path) : asciiPart(path);
  const found = resolve(trace, directory, readable === "/" && !path.startsWith("/") ? "." : readable, true);
  if (found === undefined) return undefined;
  const detail = trace.normal(found.path);
  trace.fact({ kind: "blind-spot", cause: "unreadable-path", detail });
  return place(`${found.path === "/" ? "" : found.path}/{random}`, false);
}

/** The leading components of a path of bytes that are ASCII. */
function asciiPart(bytes: string): string {
  const components = bytes.split("/");
  const bad = components.findIndex((component) => /[^\x20-\x7e]/.test(component));
  const good = bad < 0 ? components.slice(0, -1) : components.slice(0, bad);
  return good.join("/") || "/";
}

function baseOf(trace: Interpretation, directory: Value | undefined): string | undefined {
  const { process } = trace;
  if (directory === undefined || hasName(directory, "AT_FDCWD")) return process.fs.cwd;
  if (directory.type === "descriptor") {
    const target = pathOf(directory.target);
    if (directory.fd === -100) {
      if (target !== undefined) process.fs.cwd = target;
      return target ?? process.fs.cwd;
    }
    return target ?? process.descriptors.get(directory.fd)?.path;
  }
  return directory.type === "number" ? process.descriptors.get(directory.value)?.path : undefined;
}

/** The object behind a descriptor argument, where it has a path. */
export function placeOf(trace: Interpretation, descriptor: Value | undefined): Place | undefined {
  if (descriptor?.type === "descriptor") {
    const target = descriptor.deleted ? undefined : pathOf(descriptor.target);
    if (target === undefined) return undefined;
    if (!descriptor.utf8 || !isPrintable(target)) return unreadableDescriptor(trace, target);
    return named(trace, target);
  }
  if (descriptor?.type !== "number") return undefined;
  const path = trace.process.descriptors.get(descriptor.value)?.path;
  return path === undefined ? undefined : named(trace, path);
}

function named(trace: Interpretation, path: string): Place {
  const found = place(path, true);
  trace.names(found);
  return found;
}

function unreadableDescriptor(trace: Interpretation, target: string): Place {
  const readable = asciiPart(target);
  trace.fact({ kind: "blind-spot", cause: "unreadable-path", detail: trace.normal(readable) });
  return place(`${readable === "/" ? "" : readable}/{random}`, false);
}

/**
 * The file behind what -y prints: `/path`, but not `pipe:[1]`, `anon_inode:[eventpoll]`, and not memory that only
 * looks like a file (memfd_create(2), System V shared memory, aio rings).
 */
export function pathOf(target: string): string | undefined {
  if (!target.startsWith("/")) return undefined;
  return /^\/(?:memfd:|SYSV[0-9a-f]{8}$|\[|anon_hugepage|dev\/zero \()/.test(target) ? undefined : target;
}

/** A root directory that is not known has been reported by whatever changed it. */
function unknownBase(trace: Interpretation, path: string): void {
  if (!trace.muted && trace.process.fs.root !== undefined) trace.unplaced ??= path;
}
