/** What a learning run tells the person who started it, on standard error. Pure: values to lines. */
import { describeFact } from "../directives/describe.js";
import type { Decision } from "../directives/types.js";
import type { Fact } from "../facts/types.js";
import type { Learned } from "../learning/types.js";
import { unexercised } from "../saturation/unexercised.js";
import { count } from "./count.js";
import { safe } from "./escape.js";
import { saturationLines } from "./saturation.js";
import type { Colors } from "./terminal.js";

/** Overall exposure of `systemd-analyze security`, 0.0 to 10.0, without the drop-in and with it. */
export interface Exposure {
  readonly before: number;
  readonly after: number;
}

export interface RunReport {
  readonly learned: Learned;
  /** Missing where none was synthesized, because the run failed. */
  readonly decisions: readonly Decision[] | undefined;
  /** Lines of advice that the drop-in contains; missing where none was asked for. */
  readonly adopted?: readonly string[] | undefined;
  readonly exposure: Exposure | undefined;
  /** Complaints of `systemd-analyze verify` about the drop-in. */
  readonly complaints: readonly string[];
  /** Files that were written, in order. */
  readonly written: readonly string[];
}

/** At most this many lines of one kind; a summary that scrolls away is none. */
const maxLines = 12;

/** The summary, without a newline at the end. Everything that a service may have chosen is made safe for a terminal. */
export function summarize(report: RunReport, colors: Colors): string {
  return [
    headline(report, colors),
    ...exposureLine(report.exposure, colors),
    ...failureLines(report.learned, colors),
    ...exerciseLines(report.learned, colors),
    ...report.complaints.map((line) => `${colors.yellow("systemd-analyze verify:")} ${safe(line)}`),
    ...adoptedLine(report.adopted, colors),
    ...decisionLines(report.decisions ?? [], colors),
    ...report.written.map((path) => `${colors.dim("wrote")} ${safe(path)}`),
    ...hint(report, colors),
  ].join("\n");
}

/** What says more of each setting than there is room for here. */
function hint({ decisions, written }: RunReport, colors: Colors): string[] {
  const profile = written.find((path) => path.endsWith(".profile.json"));
  return decisions === undefined || profile === undefined
    ? []
    : [
        colors.dim(
          `why: profile explain ${safe(shellWord(profile))} [directive, path, system call, capability …]`,
        ),
      ];
}

/** To be pasted into a shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function headline({ learned, decisions }: RunReport, colors: Colors): string {
  const phases = learned.phases.length === 0 ? "" : ` (${learned.phases.join(", ")})`;
  const seen = `${count(learned.facts.size, "fact")} in ${formatDuration(learned.duration)}${phases}`;
  const set = decisions === undefined ? "" : `; ${count(decisions.filter(isSet).length, "directive")} set`;
  return `${colors.bold(safe(learned.unit.name))}: ${seen}${set}`;
}

function adoptedLine(adopted: readonly string[] | undefined, colors: Colors): string[] {
  return adopted === undefined ? [] : [`${colors.bold("adopted advice:")} ${safe(describeAdopted(adopted))}`];
}

/** What `--adopt-advice` came to. */
export function describeAdopted(adopted: readonly string[]): string {
  return adopted.length === 0 ? "none; the drop-in says what stands in the way" : adopted.join(", ");
}

function exposureLine(exposure: Exposure | undefined, colors: Colors): string[] {
  return exposure === undefined
    ? []
    : [
        `exposure ${exposure.before.toFixed(1)} → ${colors.green(exposure.after.toFixed(1))} (systemd-analyze security)`,
      ];
}

function failureLines({ failure, incomplete }: Learned, colors: Colors): string[] {
  return [
    ...(failure === undefined ? [] : [`${colors.red("failed:")} ${safe(failure)}`]),
    ...incomplete.map((reason) => `${colors.yellow("evidence incomplete:")} ${safe(reason)}`),
  ];
}

/** How far what was learned is to be relied on. */
function exerciseLines(learned: Learned, colors: Colors): string[] {
  const { saturation, soak, saturated } = learned;
  const limited = soak?.untilSaturated !== undefined && saturated !== true;
  return [
    ...(limited ? [`${colors.yellow("not saturated:")} the soak was over before it was`] : []),
    ...saturationLines(
      saturation,
      { newest: newestOf(learned), unexercised: unexercised({ ...learned, runs: [learned] }) },
      colors,
    ),
  ];
}

/** The fact that the soak showed last, in words. */
function newestOf({ facts, evidence, saturation }: Learned): string | undefined {
  if ((saturation?.whole.last ?? null) === null) return undefined;
  let newest: { readonly fact: Fact; readonly first: number } | undefined;
  for (const [id, fact] of facts.entries()) {
    const seen = evidence[id];
    if (seen?.phase === "soak" && seen.first > (newest?.first ?? -1)) newest = { fact, first: seen.first };
  }
  return newest === undefined ? undefined : describeFact(newest.fact);
}

type Withheld = Extract<Decision, { decision: "withheld" }>;

function isSet(decision: Decision): decision is Extract<Decision, { decision: "set" }> {
  return decision.decision === "set";
}

function decisionLines(decisions: readonly Decision[], colors: Colors): string[] {
  const withheld = decisions.filter((decision): decision is Withheld => decision.decision === "withheld");
  const unsafe = withheld.filter(({ reason }) => reason === "unsafe");
  const operator = withheld.filter(({ reason }) => reason === "operator");
  return [
    ...section("widened beyond what was seen", decisions.filter(isSet).flatMap(describeWidening), colors),
    ...section("not set, the service needs what it denies", unsafe.map(describeWithheld), colors),
    ...section("for you to decide", operator.flatMap(describeAdvice), colors),
  ];
}

function section(title: string, lines: readonly string[], colors: Colors): string[] {
  const more = lines.length > maxLines ? [`  and ${lines.length - maxLines} more, see the drop-in`] : [];
  return lines.length === 0 ? [] : [colors.bold(`${title}:`), ...lines.slice(0, maxLines), ...more];
}

function describeWidening({ directive, grants }: Extract<Decision, { decision: "set" }>): string[] {
  const wide = grants.filter(({ origin }) => origin === "alias" || origin === "group");
  const seen = grants.length - wide.length;
  return wide.length === 0
    ? []
    : [`  ${directive}= ${wide.length} granted as aliases or group members, ${seen} seen or required`];
}

function describeWithheld({ directive, why }: Withheld): string {
  return `  ${directive}= ${safe(why)}`;
}

function describeAdvice(decision: Withheld): string[] {
  return [describeWithheld(decision), ...adviceLines(decision).map((line) => `    ${safe(line)}`)];
}

function adviceLines({ advice = [] }: Withheld): string[] {
  return advice.flatMap(({ lines }) => lines);
}

/** `8.3 s`, `12 min 5 s`, `1 h 30 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return [
    hours > 0 ? `${hours} h` : "",
    minutes > 0 ? `${minutes} min` : "",
    rest > 0 && hours === 0 ? `${rest} s` : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}
