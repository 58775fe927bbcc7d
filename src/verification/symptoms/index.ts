/** What a sandbox does to a service that no failed call shows, from what systemd says of it. Pure. */
import { constants } from "node:os";
import { printable } from "../../systemd/run.js";
import type { Setting, Symptom } from "../types.js";
import { ignoredIn } from "./ignored.js";
import type { JournalEntry } from "./journal.js";
import { directiveInText, directivesOfStep, stepNamed } from "./steps.js";

/** What there is to read. */
export interface Observations {
  /** Messages of systemd about the unit, in order. */
  readonly entries: readonly JournalEntry[];
  /** `systemctl show`, for a host without a journal. */
  readonly properties: ReadonlyMap<string, string>;
  /** What the drop-in sets. */
  readonly settings: readonly Setting[];
  /** The directive on a line of a unit file, from 1. */
  readonly directiveAt: (file: string, line: number) => string | undefined;
}

/** The manager; its messages nobody else can write. */
const manager = "1";

/** SD_MESSAGE_SPAWN_FAILED (sd-messages.h). */
const spawnFailed = "641257651c1b4ec9a8624d7a40a9e1e7";

/** Each symptom once, those that say most first. */
export function symptomsOf(seen: Observations): readonly Symptom[] {
  const found = [
    ...startSymptoms(seen),
    ...killSymptoms(seen),
    ...notificationSymptoms(seen),
    ...ignoredSymptoms(seen),
  ];
  const isExplained = found.some(({ kind }) => kind === "start" || kind === "kill");
  const all = isExplained ? found : [...found, ...resultSymptoms(seen)];
  return [...new Map(all.map((symptom) => [symptom.text, symptom])).values()];
}

/**
 * A process that systemd could not make. The process itself says why, under the name of systemd but as a process of the
 * unit: it is believed only where the manager has seen such an exit status.
 */
function startSymptoms(seen: Observations): readonly Symptom[] {
  const statuses = endings(seen).filter(({ code }) => code === "exited");
  const steps = new Map(
    statuses.flatMap(({ status }) => {
      const step = stepNamed(status);
      return step === undefined ? [] : [[step, status] as const];
    }),
  );
  const spawns = seen.entries.flatMap(({ id, pid, message }) => {
    const [, step = "", program = "", error = ""] =
      id === spawnFailed ? (failedStep.exec(message) ?? []) : [];
    const status = steps.get(step);
    return status === undefined ? [] : [{ step, status, program, reason: reasonOf(seen, pid) ?? error }];
  });
  const said = new Set(spawns.map(({ step }) => step));
  const unsaid = [...steps].filter(([step]) => !said.has(step));
  return [
    ...spawns.map(({ step, status, program, reason }) =>
      startSymptom(seen, step, `systemd could not start ${program} (${status}/${step}): ${reason}`, reason),
    ),
    ...unsaid.map(([step, status]) =>
      startSymptom(seen, step, `a process of the service ended with exit status ${status}/${step}`, ""),
    ),
  ];
}

const failedStep = /Failed at step (\w+) spawning (.*): ([^:]*)$/;

/** Where systemd builds the file system of the unit (before 255 it says so in its messages). */
const buildingSite = "/run/systemd/unit-root";

/** What the same process said before it gave up. */
function reasonOf({ entries }: Observations, pid: string): string | undefined {
  const said = entries.find((entry) => entry.pid === pid && pid !== manager && entry.id === "");
  return said?.message.replace(/^\S+\.service: /, "").replaceAll(buildingSite, "");
}

function startSymptom(seen: Observations, step: string, text: string, reason: string): Symptom {
  const possible = directivesOfStep(step);
  const candidates = seen.settings.filter(({ directive }) => possible.includes(directive));
  const named = directiveInText(reason);
  const byText = candidates.filter(({ directive }) => directive === named);
  const byPath = candidates.filter((setting) => mentions(setting, pathIn(reason)));
  const found = [byText, byPath, candidates].find((list) => list.length > 0) ?? [];
  return withDirectives(
    { kind: "start", text: printable(text) },
    found.map(({ directive }) => directive),
  );
}

/** `Failed to set up mount namespacing: /srv/x: No such file or directory`. */
function pathIn(reason: string): string | undefined {
  return /: (\/.*): [^:]*$/.exec(reason)?.[1];
}

function mentions({ values }: Setting, path: string | undefined): boolean {
  return (
    path !== undefined &&
    values.some((value) =>
      value.split(/\s+/).some((word) =>
        word
          .replace(/^[-+"]+|"$/g, "")
          .split(":")
          .includes(path),
      ),
    )
  );
}

/** One directive is named, several are candidates. */
function withDirectives(symptom: Symptom, directives: readonly string[]): Symptom {
  const [directive] = directives;
  if (directive === undefined) return symptom;
  return directives.length === 1 ? { ...symptom, directive } : { ...symptom, candidates: directives };
}

interface Ending {
  readonly code: string;
  readonly status: number;
}

/** How processes ended, as the manager says; CLD_EXITED is 1, CLD_KILLED 2, CLD_DUMPED 3 (sigaction(2)). */
function endings({ entries, properties }: Observations): readonly Ending[] {
  const said = entries
    .filter(({ pid, exitCode }) => pid === manager && exitCode !== "")
    .map(({ exitCode, exitStatus }) => ({ code: exitCode, status: Number(exitStatus) }));
  const code = ["", "exited", "killed", "dumped"][Number(properties.get("ExecMainCode") ?? "0")] ?? "";
  const main = { code, status: Number(properties.get("ExecMainStatus") ?? "0") };
  return said.length > 0 || code === "" ? said : [main];
}

/** Signals that a sandbox ends a process with, and by which settings: seccomp(2), setrlimit(2). */
const lethal = new Map<number, readonly string[]>([
  [constants.signals.SIGSYS, ["SystemCallFilter", "SystemCallErrorNumber", "SystemCallArchitectures"]],
  [constants.signals.SIGXFSZ, ["LimitFSIZE"]],
]);

function killSymptoms(seen: Observations): readonly Symptom[] {
  return endings(seen)
    .filter(({ code }) => code === "killed" || code === "dumped")
    .flatMap(({ status }) => {
      const causes = lethal.get(status);
      if (causes === undefined) return [];
      const set = seen.settings.map(({ directive }) => directive).filter((one) => causes.includes(one));
      const name =
        status === constants.signals.SIGSYS ? "SIGSYS (a system call)" : "SIGXFSZ (a file too large)";
      return [withDirectives({ kind: "kill", text: `a process of the service was killed by ${name}` }, set)];
    });
}

/** systemd throws away what others than those of NotifyAccess= say; a service that waits for it runs into its time-out. */
function notificationSymptoms({ entries }: Observations): readonly Symptom[] {
  return entries
    .filter(
      ({ pid, message }) => pid === manager && /Got notification message from PID .* reception/.test(message),
    )
    .slice(0, 1)
    .map(({ message }) => ({
      kind: "failure",
      directive: "NotifyAccess",
      text: printable(message.replace(/PID \d+/g, "a process").replace(/^\S+: /, "")),
    }));
}

/** Of settings of the drop-in only: what the unit itself gets wrong it did before. */
function ignoredSymptoms({ entries, settings, directiveAt }: Observations): readonly Symptom[] {
  const isSet = (directive: string) => settings.some((one) => one.directive === directive);
  return entries.flatMap((entry): Symptom[] => {
    const ignored = ignoredIn(entry, directiveAt);
    if (ignored === undefined) return [];
    const { directive, text } = ignored;
    if (directive !== undefined)
      return isSet(directive) ? [{ kind: "ignored", text: printable(text), directive }] : [];
    const mounting = directivesOfStep("NAMESPACE");
    const candidates = settings.map((one) => one.directive).filter((one) => mounting.includes(one));
    return candidates.length === 0
      ? []
      : [withDirectives({ kind: "ignored", text: printable(text) }, candidates)];
  });
}

/** What nothing else explains. A start that timed out may have waited for a message that NotifyAccess= keeps away. */
function resultSymptoms({ entries, settings }: Observations): readonly Symptom[] {
  const own = entries.filter(({ pid }) => pid === manager);
  const last = own.findLast(({ exitCode, exitStatus }) => exitCode !== "" && exitStatus !== "0");
  const how = last === undefined ? "" : ` (${last.exitCode}, status ${last.exitStatus})`;
  const access = settings.filter(({ directive }) => directive === "NotifyAccess");
  return own
    .filter(({ result }) => result !== "")
    .map(({ result }) => ({
      kind: "failure" as const,
      text: printable(`the service failed with result ${result}${how}`),
      ...(["timeout", "protocol"].includes(result) &&
        access.length > 0 && { candidates: access.map(({ directive }) => directive) }),
    }));
}
