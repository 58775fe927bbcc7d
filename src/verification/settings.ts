/**
 * The text of a drop-in as settings and back. Nothing is interpreted: quotes, specifiers and prefixes stay as they are
 * written. Sources: systemd.syntax(7), systemd.unit(5), config_parse() in src/shared/conf-parser.c. Pure.
 */
import { strengthsOf } from "../directives/vendor.js";
import type { Setting } from "./types.js";

/** One assignment of the `[Service]` section, and the lines of the text that it takes. */
interface Assignment {
  readonly directive: string;
  readonly value: string;
  /** From 0; behind the last one. */
  readonly first: number;
  readonly end: number;
}

/** Names from before systemd 231 that are still read (src/core/load-fragment-gperf.gperf.in). */
const formerNames: Readonly<Record<string, string>> = {
  ReadWriteDirectories: "ReadWritePaths",
  ReadOnlyDirectories: "ReadOnlyPaths",
  InaccessibleDirectories: "InaccessiblePaths",
};

/** Directives with one value, besides those whose values have an order. */
const scalars = new Set([
  "DevicePolicy",
  "DynamicUser",
  "Group",
  "KeyringMode",
  "MemoryKSM",
  "NotifyAccess",
  "RootDirectory",
  "RuntimeDirectoryPreserve",
  "SystemCallErrorNumber",
  "TasksMax",
  "TimeoutCleanSec",
  "UMask",
  "User",
]);

/** Whether a later assignment replaces an earlier one; those of other directives add up until an empty one. */
export function isScalar(directive: string): boolean {
  return (
    strengthsOf(directive) !== undefined || scalars.has(directive) || /^Limit|DirectoryMode$/.test(directive)
  );
}

/** Of these the empty assignment is a value (the default), of other scalars an error: what came before stays. */
const emptiable = new Set(["SystemCallErrorNumber", "User", "Group", "RootDirectory"]);

/**
 * What a drop-in sets in the end, in the order in which the directives first appear: one value of a scalar; of a list the
 * values since its last reset, which comes first as an empty string where there is one.
 */
export function parseSettings(text: string): readonly Setting[] {
  const found = new Map<string, readonly string[]>();
  for (const { directive, value } of assignments(text.split("\n"))) {
    const before = found.get(directive) ?? [];
    if (!isScalar(directive)) found.set(directive, value === "" ? [""] : [...before, value]);
    else if (value !== "" || emptiable.has(directive)) found.set(directive, [value]);
  }
  return Array.from(found, ([directive, values]) => ({ directive, values }));
}

/** The directive that a line of a text belongs to, from 1; undefined where it sets none. */
export function directiveOnLine(text: string, line: number): string | undefined {
  const found = assignments(text.split("\n")).find(({ first, end }) => line > first && line <= end);
  return found?.directive;
}

/** The lines that make a setting, `DIRECTIVE=value` each. */
export function withinLines({ directive, values }: Setting): readonly string[] {
  return values.map((value) => `${directive}=${value}`);
}

/**
 * The text with all assignments of `directive` replaced by `values`, in the place of the first one, else at the end of
 * the `[Service]` section; null takes it away. Comments stay where they are.
 */
export function withSetting(text: string, directive: string, values: readonly string[] | null): string {
  const lines = text.replace(/\n$/, "").split("\n");
  const own = assignments(lines).filter((one) => one.directive === directive);
  const added = values === null ? [] : withinLines({ directive, values });
  const at = own[0]?.first;
  if (at === undefined) return values === null ? text : `${appended(lines, added).join("\n")}\n`;
  const isOwn = (index: number): boolean => own.some(({ first, end }) => index >= first && index < end);
  const kept = lines.flatMap((line, index) => [
    ...(index === at ? added : []),
    ...(isOwn(index) && !isComment(line) ? [] : [line]),
  ]);
  return `${kept.join("\n")}\n`;
}

/** At the end of the last `[Service]` section, behind its last line that is no comment; or in a new one. */
function appended(lines: readonly string[], added: readonly string[]): readonly string[] {
  const begin = lines.findLastIndex((line) => sectionOf(line) === service);
  if (begin < 0) return [...lines.filter((line, index) => index > 0 || line !== ""), "[Service]", ...added];
  const next = lines.findIndex((line, index) => index > begin && sectionOf(line) !== undefined);
  const section = lines.slice(begin, next < 0 ? lines.length : next);
  const last = begin + section.findLastIndex((line) => line.trim() !== "" && !isComment(line));
  return [...lines.slice(0, last + 1), ...added, ...lines.slice(last + 1)];
}

const service = "Service";

function sectionOf(line: string): string | undefined {
  return /^\s*\[(.*)\]\s*$/.exec(line)?.[1];
}

/** Also between the parts of a line that goes on in the next. */
function isComment(line: string): boolean {
  return /^\s*[#;]/.test(line);
}

/** An odd number of backslashes at the end: the next line belongs to this one, with a space between (config_parse()). */
function goesOn(line: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\\$/.test(line);
}

function assignments(lines: readonly string[]): readonly Assignment[] {
  const found: Assignment[] = [];
  let section: string | undefined;
  for (let index = 0; index < lines.length; ) {
    const first = index;
    let whole = "";
    for (let more = true; more && index < lines.length; index++) {
      const line = lines[index] ?? "";
      if (isComment(line)) {
        more = whole !== "";
        continue;
      }
      more = goesOn(line);
      whole += more ? `${line.slice(0, -1)} ` : line;
    }
    section = sectionOf(whole) ?? section;
    const [, name = "", value = ""] = /^\s*([^=[\]]*?)\s*=(.*)$/s.exec(whole) ?? [];
    const directive = formerNames[name] ?? name;
    if (section === service && directive !== "")
      found.push({ directive, value: value.trim(), first, end: index });
  }
  return found;
}
