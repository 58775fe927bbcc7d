#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { applyCommand } from "./commands/apply.js";
import { canaryCommand } from "./commands/canary.js";
import { checkCommand } from "./commands/check.js";
import { doctorCommand } from "./commands/doctor.js";
import { explainCommand } from "./commands/explain.js";
import { importCommand } from "./commands/import.js";
import { mergeCommand } from "./commands/merge.js";
import { recoverCommand } from "./commands/recover.js";
import { revertCommand } from "./commands/revert.js";
import { runCommand } from "./commands/run.js";
import { synthesizeCommand } from "./commands/synthesize.js";
import { exitCodes, ProfileError } from "./errors.js";
import { safe, safeLines } from "./output/escape.js";
import { verifyCommand } from "./commands/verify.js";
import { ownVersion } from "./version.js";

/**
 * EX_SOFTWARE of sysexits.h, for a bug in this program: none of the codes that are an answer, so that no script takes
 * a crash for one.
 */
const bugExitCode = 70;

const debugHelp = "show where an error comes from";

const examples = `
Examples:
  profile doctor                                      what this host can do
  profile run nginx --soak 'curl -s localhost'        learn a service, write profiles/nginx.service.conf
  profile run -- ./server --port 8080                 learn a command
  strace -f -o log ./server; profile import log -o server.profile.json
  profile synthesize server.profile.json              print the drop-in of a profile
  profile explain server.profile.json ptrace          why is that allowed, or refused?
  profile verify nginx --soak 'curl -s localhost'     does it work under its drop-in?
  profile check old.profile.json new.profile.json     does the new release need more?`;

function buildProgram(): Command {
  const program = new Command("profile")
    .description("Learns the privileges a systemd service really needs and writes its hardening drop-in.")
    .version(ownVersion())
    // What stands behind the verb belongs to the verb, `--` included.
    .enablePositionalOptions()
    .option("--debug", debugHelp)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => {
        write(`${safe(oneLine(text))}\n`);
      },
    });
  for (const build of [
    runCommand,
    importCommand,
    mergeCommand,
    synthesizeCommand,
    explainCommand,
    verifyCommand,
    checkCommand,
    applyCommand,
    revertCommand,
    canaryCommand,
    recoverCommand,
    doctorCommand,
  ]) {
    program.addCommand(build().copyInheritedSettings(program).option("--debug", debugHelp));
  }
  program.addHelpText("after", examples);
  return program;
}

/** Commander's message as one line that also says what to do. */
function oneLine(text: string): string {
  const line = text
    .replace(/^error: /, "profile: ")
    .trimEnd()
    .replaceAll(/\n+/g, " ");
  const isUnknown = /^profile: unknown (?:command|option)/.test(line) && !line.includes("(Did you mean");
  return isUnknown ? `${line} (--help lists what there is)` : line;
}

/** Whoever reads our output may stop reading (`profile … | head`); what we do is finished all the same. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") {
    throw error;
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // It has been printed, or is --help or --version.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.badInput;
  }
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof ProfileError;
  process.stderr.write(
    known ? `profile: ${safe(message)}\n` : `profile: this is a bug: ${safe(message)} (--debug shows more)\n`,
  );
  if (isDebugging(process.argv) && error instanceof Error) {
    process.stderr.write(`${safeLines(describeCauses(error))}\n`);
  }
  return known ? error.exitCode : bugExitCode;
}

/** What stands behind `--` is another program's. */
function isDebugging(argv: readonly string[]): boolean {
  const dashes = argv.indexOf("--");
  return argv.slice(0, dashes === -1 ? argv.length : dashes).includes("--debug");
}

function describeCauses(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\ncaused by ${describeCauses(error.cause)}` : own;
}

process.stdout.on("error", ignoreClosedPipe);
process.stderr.on("error", ignoreClosedPipe);
try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
