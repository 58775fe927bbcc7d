import { families } from "../directives/families.js";
import type { Breadth, Decision, Manager, Posture } from "../directives/types.js";

/** What the header of a drop-in says; nothing in it may vary between two syntheses of one profile. */
export interface DropInMeta {
  readonly unit: string;
  /** Major version of the systemd that it is written for. */
  readonly target: number;
  readonly manager: Manager;
  readonly breadth: Breadth;
  readonly posture: Posture;
  /** Whether it changes the unit's identity where it can. */
  readonly adoptAdvice: boolean;
  /** What it rests on, one line each, for example `312 facts of 2 runs; phases start, soak, stop`. */
  readonly evidence: readonly string[];
  /** What the evidence does not tell and was taken for granted. */
  readonly assumed: readonly string[];
  /** Why the evidence is incomplete; empty when it is complete. */
  readonly incomplete: readonly string[];
  /** What runs under these very settings have shown; missing where there were none. */
  readonly proved?: {
    /** Major versions. */
    readonly systemd: readonly number[];
    /** Phases of the lifecycle that were walked. */
    readonly phases: readonly string[];
    /** Directives that the machine did not enforce. */
    readonly unenforced: readonly string[];
  };
}

/**
 * Whether the text of a drop-in is one that was rendered here, whatever the version, and not just speaks of one:
 * it begins with the first line of the header, which may be wrapped behind the name of the unit. A canary is one of them.
 */
export function isOurs(text: string): boolean {
  return /^# (?:Sandbox|Canary) of \S+,(?: |\n# )learned by profile \(sandbox-profiler\)/.test(text);
}

type SetDecision = Extract<Decision, { decision: "set" }>;
type WithheldDecision = Extract<Decision, { decision: "withheld" }>;

/** Comment lines are wrapped to this many columns; a longer word stands alone. */
const commentWidth = 100;

/** Controls, invisible format characters (bidirectional overrides), lone surrogates and line separators. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Whether text can stand in a unit file: well-formed Unicode without a character that a reader could not see. */
export function isWritable(text: string): boolean {
  return !unseen.test(text);
}

/**
 * One word of a list setting such as ReadWritePaths=, so that systemd reads back exactly `text`. A percent sign would
 * start a specifier (systemd.unit(5)); white space ends a word, quotes and backslashes are removed (systemd.syntax(7);
 * src/basic/extract-word.c with EXTRACT_UNQUOTE). Inside double quotes a backslash takes the next character
 * literally, and only `"` and `\` are escaped, which reads the same whether or not C escapes are understood.
 * Throws RangeError for text that is not `isWritable`.
 */
export function quoteValue(text: string): string {
  if (!isWritable(text)) {
    throw new RangeError(`not writable in a unit file: ${JSON.stringify(text)}`);
  }
  const expanded = text.replaceAll("%", "%%");
  return expanded === "" || /[\s"'\\;#]/u.test(expanded)
    ? `"${expanded.replace(/["\\]/g, "\\$&")}"`
    : expanded;
}

/**
 * The drop-in as a file: settings grouped by family with their reasons, then what is not set and why, and advice.
 * Whatever a traced program chose appears only quoted in values or made visible in comments.
 */
export function renderDropIn(decisions: readonly Decision[], meta: DropInMeta): string {
  const settings = decisions.filter((decision) => decision.decision === "set");
  const withheld = decisions.filter((decision) => decision.decision === "withheld");
  const sections = families.flatMap(({ title, directives }) => {
    const members = settings.filter(({ directive }) => directives.includes(directive));
    return members.length === 0 ? [] : ["", `# --- ${title} ---`, ...members.flatMap(renderSetting)];
  });
  const lines = [...header(meta), "", "[Service]", ...sections, ...notSet(withheld), ...advice(decisions)];
  return `${lines.join("\n")}\n`;
}

function header(meta: DropInMeta): string[] {
  const { unit, target, manager, breadth, posture, adoptAdvice, evidence, assumed, incomplete } = meta;
  const reader = manager === "user" ? `the user manager of systemd ${target}` : `systemd ${target}`;
  const adopted = adoptAdvice ? ", advice adopted" : "";
  return [
    ...comment(`Sandbox of ${unit}, learned by profile (sandbox-profiler) from what the service did.`),
    ...comment(`Written for ${reader}, posture ${posture}, breadth ${breadth}${adopted}.`),
    ...evidence.flatMap((line) => comment(`Evidence: ${line}.`)),
    ...proofLines(meta.proved),
    ...assumed.flatMap((line) => comment(`Assumed: ${line}.`)),
    ...incomplete.flatMap((line) => comment(`EVIDENCE INCOMPLETE: ${line}.`)),
  ];
}

function proofLines(proved: DropInMeta["proved"]): string[] {
  if (proved === undefined) {
    return comment("Not proved yet by a run under these settings; what was not exercised is denied.");
  }
  const { systemd, phases, unenforced } = proved;
  const names = unenforced.map((directive) => `${directive}=`).join(", ");
  return [
    ...comment(
      `Proved by a run under these settings on systemd ${systemd.join(" and ")}: ${phases.join(", ")}; what was not exercised is denied.`,
    ),
    ...(names === "" ? [] : comment(`Not enforced on that machine, so not proved: ${names}.`)),
  ];
}

function renderSetting({ directive, values, why }: SetDecision): string[] {
  return [
    ...comment(why),
    ...values.map((value) => {
      if (!isWritable(value)) {
        throw new RangeError(`${directive}= would span lines: ${JSON.stringify(value)}`);
      }
      return `${directive}=${value}`;
    }),
  ];
}

function notSet(withheld: readonly WithheldDecision[]): string[] {
  if (withheld.length === 0) {
    return [];
  }
  const labels: Record<WithheldDecision["reason"], string> = {
    unsafe: "",
    operator: "your decision: ",
    unavailable: "not available: ",
    meaningless: "not needed: ",
  };
  // What is said of several directives alike is said once.
  const groups = new Map<string, string[]>();
  for (const { directive, reason, why } of withheld) {
    const text = `${labels[reason]}${why}`;
    groups.set(text, [...(groups.get(text) ?? []), `${directive}=`]);
  }
  return [
    "",
    "# not set:",
    ...[...groups].flatMap(([text, names]) => comment(`${names.join(", ")}: ${text}`, "  ", "    ")),
  ];
}

/** Lines are to be copied, so they are not wrapped. */
function advice(decisions: readonly Decision[]): string[] {
  // What is said of several settings alike is said once.
  const groups = new Map<string, readonly string[]>();
  for (const one of decisions.flatMap((decision) => decision.advice ?? [])) {
    groups.set(one.text, [...(groups.get(one.text) ?? []), ...one.lines]);
  }
  const lines = [...groups].flatMap(([text, those]) => [
    ...comment(text, "  "),
    ...those.map((line) => `#     ${visible(line)}`),
  ]);
  return lines.length === 0 ? [] : ["", "# advice:", ...lines];
}

/** One comment, wrapped between words; nothing in `text` can end it or hide in it. */
export function comment(text: string, indent = "", hanging = indent): string[] {
  const lines: string[] = [];
  let line = `# ${indent}`;
  let empty = true;
  for (const word of text.split(" ")) {
    if (!empty && line.length + 1 + word.length > commentWidth) {
      lines.push(line);
      line = `# ${hanging}`;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line].map((wrapped) => visible(wrapped.trimEnd()));
}

/** Unseen characters as `\u{…}`; a backslash at the end too, which elsewhere would continue the line. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\\$/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
