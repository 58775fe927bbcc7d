/** Writes Exec…= lines that make systemd run exactly a given argv (systemd.service(5), "Command lines"). Pure. */
import type { ExecCommand } from "./show.js";

/** The prefix character of each flag; a command with a flag that is not here cannot be written back. */
const prefixes = new Map([
  ["ignore-failure", "-"],
  ["privileged", "+"],
  ["no-setuid", "!"],
  ["ambient", "!!"],
  ["no-env-expand", ":"],
]);

/** Whether every flag of the command has a prefix that is known here (`|` of systemd 258 has not). */
export function isWritable(command: ExecCommand): boolean {
  return command.flags.every((flag) => prefixes.has(flag));
}

/** One word in double quotes: C escapes for what would end it, `%%` for the specifier sign; `$` is left alone. */
export function quoteWord(word: string): string {
  let quoted = "";
  for (const character of word) {
    if (character === '"' || character === "\\") quoted += `\\${character}`;
    else if (character === "%") quoted += "%%";
    else if (character < " " || character === "\x7f")
      quoted += `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
    else quoted += character;
  }
  return `"${quoted}"`;
}

/** The right-hand side that runs `command` as it is. Its argv is still unexpanded, so `$` means what it meant before. */
export function execLine(command: ExecCommand): string {
  const [name = command.path, ...rest] = command.argv;
  const renamed = name !== command.path;
  const program = prefixesOf(command) + (renamed ? "@" : "") + command.path;
  return [program, ...(renamed ? [name] : []), ...rest].map(quoteWord).join(" ");
}

/**
 * What a held command runs first: it stops itself and goes on as the original once it gets SIGCONT. `kill` is built
 * into every shell, so that the process that stops, is attached and executes the program is the one systemd started.
 * A shell puts PWD into the environment. A command that is a shell itself would trust it and not call getcwd(2), as it
 * does, and must be allowed to, when systemd starts it.
 */
const hold = 'unset PWD; kill -STOP $$; exec "$@"';
/** The same for a program that is to see another name than its own as argv[0]; only bash's exec can do that. */
const holdRenamed = 'unset PWD; kill -STOP $$; exec -a "$@"';

/** The shell a held command needs in its root directory. */
export function holdShell(command: ExecCommand): "/bin/sh" | "/bin/bash" {
  return (command.argv[0] ?? command.path) === command.path ? "/bin/sh" : "/bin/bash";
}

/**
 * The right-hand side that runs `command` held: `PREFIXES /bin/sh -c 'unset PWD; kill -STOP $$; exec "$@"' sh PATH ARGUMENTS`.
 * The arguments are expanded by systemd as they were before ($MAINPID, ${VARIABLE}).
 */
export function holdLine(command: ExecCommand): string {
  const [name = command.path, ...rest] = command.argv;
  const shell = holdShell(command);
  const script = shell === "/bin/sh" ? hold : holdRenamed;
  // systemd turns $$ into $, unless the command is not expanded at all.
  const written = command.flags.includes("no-env-expand") ? script : script.replaceAll("$", "$$$$");
  const original = shell === "/bin/sh" ? [command.path, ...rest] : [name, command.path, ...rest];
  return [prefixesOf(command) + shell, "-c", written, holdMarker, ...original].map(quoteWord).join(" ");
}

/** $0 of the holding shell: how it is told from the service's own processes. */
export const holdMarker = "sandbox-profiler-hold";

/**
 * The command line that a process waits to become, when /proc/PID/cmdline says that it is held; undefined for any other.
 */
export function heldCommand(cmdline: string): string | undefined {
  const [, option, script, name, ...original] = cmdline.replace(/\0$/, "").split("\0");
  const held = option === "-c" && (script === hold || script === holdRenamed) && name === holdMarker;
  return held ? original.join(" ") : undefined;
}

/** Whether a command of a loaded unit is one that `holdLine` wrote. */
export function isHeld(command: ExecCommand): boolean {
  return command.argv[3] === holdMarker;
}

function prefixesOf(command: ExecCommand): string {
  return command.flags.map((flag) => prefixes.get(flag) ?? "").join("");
}
