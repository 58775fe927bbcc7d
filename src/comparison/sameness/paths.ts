/**
 * One name for what another version, architecture or distribution calls otherwise: only below /usr and /etc, whose names
 * packages choose, and for run-specific parts, which have different forms in different releases.
 */
import { isBelow } from "../../facts/paths.js";

/** Directories of the root directory that are links into /usr where it is merged (file-hierarchy(7)). */
const merged = /^\/(?=(?:bin|sbin|lib|lib32|lib64|libx32)(?:\/|$))/;

/** Directories of libraries, of which each ABI has its own (hier(7), and the multiarch names of Debian). */
const libraryDirectory = /^(?:lib|lib32|lib64|libx32)$/;

/** `x86_64-linux-gnu`, `arm-linux-gnueabihf`, `aarch64-linux-musl`. */
const triplet =
  /(?:x86_64|i[3-6]86|aarch64|arm|riscv64|powerpc64le|s390x)-linux-(?:gnu|musl)(?:x32|eabi|eabihf)?/;
const tripletAlone = new RegExp(`^${triplet.source}$`);
const triplets = new RegExp(triplet.source, "g");

/** What packages of Debian and others call the architecture, at the end of a name. */
const architectureSuffix = /[-_.](?:amd64|arm64|x86_64|aarch64|i386|armhf|riscv64|ppc64el|s390x)$/;

/** The dynamic linker: `ld-linux-x86-64.so.2`, `ld-linux-aarch64.so.1`, `ld64.so.2` (ld.so(8)). */
const dynamicLinker = /^ld(?:64|-linux|-musl)(?:-[\w-]+)?\.so(?:\.\d+)?$/;

/** `libssl.so.1.1`: what stands behind `.so` is a version. */
const libraryVersion = /\.so(?:\.\d+)+$/;

/** `3.11`, `1.0.2k`, `15` alone or behind a hyphen: `python3.11`, `postgresql/15`, `java-17-openjdk`, `cpython-311`. */
const version = /\d+(?:\.\d+)+[a-z]?|^\d+$|(?<=-)\d+(?=[-.+~]|$)/g;

/** Not `{other-pid}`: processes of others are not the service's own. */
const placeholder = /\{(?:pid|uuid|random|hash|date|counter)\}/g;

const unversioned = new Map<string, string>();

/** One component of a path below a tree that packages fill. */
function componentName(component: string): string {
  let name = unversioned.get(component);
  if (name === undefined) {
    name = dynamicLinker.test(component)
      ? "ld.so"
      : component
          .replace(triplets, "{architecture}")
          .replace(architectureSuffix, "{architecture}")
          .replace(libraryVersion, ".so")
          .replace(version, "{version}");
    name = withoutForms(name);
    unversioned.set(component, name);
  }
  return name;
}

/** The path in /usr where it is merged, whether or not it is on this host. */
export function inMergedUsr(path: string): string {
  return path.replace(merged, "/usr/");
}

/** Run-specific parts in one form. */
export function withoutForms(path: string): string {
  if (path.startsWith("/dev/pts/")) return path.replace(terminal, "/dev/pts/{}");
  return path.includes("{") ? path.replace(placeholder, "{}") : path;
}

/** Terminals are numbered as they are opened (pts(4)). */
const terminal = /^\/dev\/pts\/(?:\d+|\{\w+\})/;

/**
 * The name that all versions and architectures of a packaged file share; of other files the path itself, with its
 * run-specific parts in one form.
 */
export function packageName(path: string): string {
  const named = inMergedUsr(path);
  return isBelow(named, "/usr") || isBelow(named, "/etc") ? below(named) : withoutForms(named);
}

/** Most files lie in few directories. */
const directories = new Map<string, string>();

function below(path: string): string {
  const slash = path.lastIndexOf("/");
  if (slash <= 0) return path;
  const directory = path.slice(0, slash);
  let above = directories.get(directory);
  if (above === undefined) {
    above = below(directory);
    directories.set(directory, above);
  }
  const component = path.slice(slash + 1);
  // One ABI after the other has /usr/lib/TRIPLET, /usr/lib64 or /usr/lib for the same libraries.
  if (above.endsWith("/lib") && tripletAlone.test(component)) return above;
  return above === "/usr" && libraryDirectory.test(component)
    ? "/usr/lib"
    : `${above}/${componentName(component)}`;
}
