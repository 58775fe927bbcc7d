/** What `apply`, `revert` and `canary` say to people. */
import type { Applied } from "../deployment/apply.js";
import type { CanaryResult } from "../deployment/canary.js";
import type { Attribution, Sighting } from "../deployment/canary-report.js";
import type { Reverted } from "../deployment/revert.js";
import { count } from "./count.js";
import { safe } from "./escape.js";

/** One line for each thing to know. */
export function describeApplied({
  unit,
  kind,
  path,
  outcome,
  why,
  watched,
  isHealthy,
  ignored,
  refused,
}: Applied): readonly string[] {
  if (outcome === "rolled-back") {
    return [`${unit}: rolled back, it runs as before: ${safe(why ?? "")}`];
  }
  const what = kind === "canary" ? "observed" : "confined";
  const state =
    outcome === "working"
      ? `${unit} is ${what} by ${path}; it came back and was watched for ${watched} s`
      : `${path} is installed and NOT TRIED: ${unit} is ${what} when it is started the next time (${safe(why ?? "")})`;
  return [
    state,
    ...(refused ?? []).map((line) => `refused, and known to be: ${safe(line)}`),
    ...(outcome === "working" && !isHealthy ? [notWatched(kind, refused !== null)] : []),
    ...ignored.map((line) => `not applied by systemd: ${safe(line)}`),
    ...(kind === "canary" ? [`what it has seen: profile canary ${unit}`] : []),
    `undo: profile revert ${unit}`,
  ];
}

function notWatched(kind: Applied["kind"], watchesCalls: boolean): string {
  if (kind === "canary") return "not watched: whether it does its work; --health COMMAND asks";
  const what = watchesCalls ? "files, sockets and capabilities" : "anything";
  return `not watched: ${what} that it is refused and says nothing about; --health COMMAND asks whether it works`;
}

/** One line. */
export function describeReverted({ unit, path, outcome, restarted }: Reverted): string {
  const now = outcome === "removed" ? `${path} is removed` : `${path} is what it was before`;
  return restarted ? `${now}; ${unit} came back` : `${now}; ${unit} was not running`;
}

const guesses: Readonly<Record<Attribution, string>> = {
  process: "",
  program: " (a guess: a program of the unit)",
  only: " (a guess: no other unit logs calls)",
};

/** What would have been denied, and how much of it is known. */
export function describeCanary(result: CanaryResult): readonly string[] {
  const { unit, since, calls, others, doubts, sources } = result;
  const verdict =
    calls.length === 0
      ? `${unit}: nothing that SystemCallFilter= would deny was seen since ${since}`
      : `${unit}: SystemCallFilter= would have denied ${count(calls.length, "system call")} since ${since}`;
  return [
    verdict,
    ...calls.flatMap(describeSighting),
    ...doubts.map((doubt) => `DOUBT: ${safe(doubt)}`),
    ...(others.length === 0
      ? []
      : [
          `left out, not known to be of ${unit}: ${others
            .slice(0, 5)
            .map(({ exe, count: times }) => `${safe(exe)} (${times})`)
            .join(", ")}`,
        ]),
    `read: ${sources.join(", ")}; not observed: files, capabilities, sockets, and 32-bit variants of calls that the profile has`,
  ];
}

function describeSighting({
  call,
  architecture,
  count: times,
  first,
  last,
  programs,
}: Sighting): readonly string[] {
  const when = first === last ? `at ${first}` : `from ${first} to ${last}`;
  return [
    `  ${call}(2), ${architecture}: at least ${count(times, "time")}, ${when}`,
    ...programs.map((program) => `    ${safe(program.exe)}: ${program.count}${guesses[program.attribution]}`),
  ];
}
