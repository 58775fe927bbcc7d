/** What it is worth to run code: programs, libraries, and programs that have more rights than who starts them. */
import { permittedByFile } from "../directives/file-capabilities.js";
import { baseName, isBelow } from "../facts/paths.js";
import type { ElevationFact, FileFact, ModeFact } from "../facts/types.js";
import { worstCapability } from "./capabilities.js";
import { canonical, ownDirectory, statusAt, type Where } from "./ground.js";
import { runsAsRoot } from "./own.js";
import { type Assessment, high, low, medium } from "./types.js";

/** Programs that run whatever text they are given, with a version behind their name or not. */
const interpreters =
  /^(?:(?:ba|da|k|mk|z|c|tc|fi|a)?sh|busybox|toybox|env|xargs|find|[gmn]?awk|sed|perl|python|pypy|ruby|node|nodejs|deno|bun|php|lua|luajit|tclsh|wish|expect|guile|java|gdb|osascript|pwsh|ex|vim?|emacs|make)(?:[-.]?\d[\d.]*\w*)?$/;

/** Programs that fetch, send, or take over a connection. */
const transfers =
  /^(?:curl|wget|nc|ncat|netcat|nc\.(?:openbsd|traditional)|socat|telnet|ssh|scp|sftp|rsync|ftp|tftp|aria2c|openssl)$/;

/** Everyone can put programs there. */
const sharedTrees = ["/tmp", "/var/tmp", "/dev/shm", "/home", "/run/user"];

const writableByOthers = 0o022;
const setIdBits = 0o6000;

/**
 * Executing a program: `medium` where it does whatever it is told, or where someone else than root can change it. Others
 * are `low`: an attacker who runs code in the service has its own already, and gains a tool.
 */
export function assessExecute({ path: named }: FileFact, where: Where): Assessment {
  const path = canonical(where, named, true);
  const change = changeable(where, path);
  if (change !== undefined) return medium(`An attacker could run ${path} with code of their own: ${change}.`);
  const name = baseName(named);
  if (interpreters.test(name) || interpreters.test(baseName(path))) {
    return medium(`An attacker could have ${path} run any commands, as an interpreter does.`);
  }
  return transfers.test(name)
    ? medium(`An attacker could have ${path} fetch their tools and send away what the service knows.`)
    : low(
        `An attacker could run ${path}, with ${hasRights(where, path) ? "its own rights where those count" : "no more rights than the service has"}.`,
      );
}

/** Whether a program may have more rights than who starts it, as the file is; whether it got them is another fact. */
function hasRights(where: Where, path: string): boolean {
  const { mode = 0, capabilities = "" } = statusAt(where, path) ?? {};
  return (mode & setIdBits) !== 0 || capabilities !== "";
}

/** Mapping a file executable: a library. */
export function assessMap({ path: named }: FileFact, where: Where): Assessment {
  const path = canonical(where, named, true);
  const change = changeable(where, path);
  return change === undefined
    ? low(`An attacker could run code of ${path}, which root alone can change.`)
    : medium(`An attacker could run ${path} with code of their own: ${change}.`);
}

/** Why someone else than root could change the file; undefined when nobody can, as far as is known. */
function changeable(where: Where, path: string): string | undefined {
  const own = ownDirectory(where, path);
  if (own !== undefined) return `it lies in ${own}, where the service writes`;
  const tree = sharedTrees.find((one) => isBelow(path, one));
  if (tree !== undefined) return `it lies below ${tree}, where others write`;
  const status = statusAt(where, path);
  if (status?.type !== "file") return undefined;
  if (status.uid !== 0) return `it belongs to ${where.host.users[status.uid] ?? `uid ${status.uid}`}`;
  const forGroup = status.gid === 0 ? 0o002 : writableByOthers;
  return (status.mode & forGroup) === 0 ? undefined : "its mode lets others write it";
}

/**
 * A program that has more rights than who starts it. That one is let have them takes NoNewPrivileges= away, and with it
 * every other such program gets its rights as well.
 */
export function assessElevation({ path, by }: ElevationFact, where: Where): Assessment {
  const status = statusAt(where, canonical(where, path, true));
  return high(
    `By ${path} an attacker could act ${rightsOf(where, by, status)}, and so by any other setuid program: one fault in them is enough.`,
  );
}

function rightsOf({ host }: Where, by: ElevationFact["by"], status: ReturnType<typeof statusAt>): string {
  switch (by) {
    case "setuid":
      return `as ${status ? (host.users[status.uid] ?? `uid ${status.uid}`) : "its owner"}`;
    case "setgid":
      return `as group ${status ? (host.groups[status.gid] ?? String(status.gid)) : "of its file"}`;
    case "file-capabilities": {
      const held = permittedByFile(status?.capabilities ?? "") ?? [];
      const worst = worstCapability(held);
      return worst === undefined ? "with the capabilities of its file" : `with ${worst}`;
    }
  }
}

/** Setting the bits: what is left behind so outlives the sandbox. openat2 is no more than openat to who is let use it. */
export function assessMode({ operation, bits }: ModeFact, { unit }: Where): Assessment {
  switch (bits) {
    case "setuid": {
      const leave = `By ${operation} an attacker could leave programs behind that act as`;
      const outlive = "for whoever starts them, outside of the sandbox";
      return runsAsRoot(unit)
        ? high(`${leave} root ${outlive}.`)
        : medium(`${leave} the service's user ${outlive}.`);
    }
    case "setgid":
      return medium(
        `By ${operation} an attacker could leave programs behind that act as the service's group for whoever starts them.`,
      );
    case "openat2":
      return low("By openat2 an attacker could open what openat opens as well.");
  }
}
