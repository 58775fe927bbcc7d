/**
 * Names that differ from run to run, recognised by their form. Learning the same service twice must give the same
 * facts, so such parts of a path become `{uuid}`, `{hash}`, `{date}`, `{pid}`, `{counter}` or `{random}`.
 */
import { isBelow } from "./paths.js";

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** MD5, SHA-1, SHA-256 … in hexadecimal, and machine, boot and invocation ids. */
const hash = /(?<![0-9A-Za-z])(?:[0-9a-f]{32,}|[0-9A-F]{32,})(?![0-9A-Za-z])/g;
/** 2026-11-22, 20261122, optionally with a time behind it. */
const date =
  /(?<!\d)(?:19|20)\d\d(?<separator>[-_.]?)(?:0[1-9]|1[0-2])\k<separator>(?:0[1-9]|[12]\d|3[01])(?:[-_T.]?(?:[01]\d|2[0-3])[-_:.]?[0-5]\d(?:[-_:.]?[0-5]\d)?)?(?!\d)/g;
/** Times in seconds or finer since the epoch, and numbers padded with zeros (0000000012). */
const counter = /(?<!\d)(?:\d{9,}|0\d{4,})(?!\d)/g;
const number = /(?<!\d)[1-9]\d+(?!\d)/g;
const separateCounter = /(?<![0-9A-Za-z])(?:\d{9,}|0\d{4,})(?![0-9A-Za-z])/g;
const separateNumber = /(?<![0-9A-Za-z])[1-9]\d+(?![0-9A-Za-z])/g;

/** Trees whose names are made by packages and the kernel, not by a run of the service. */
const steadyTrees = ["/usr", "/etc", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/boot", "/opt", "/sys"];

/** May names in this directory differ from run to run? In /dev only those of shared memory and message queues do. */
export function isVolatile(directory: string): boolean {
  if (isBelow(directory, "/dev")) return isBelow(directory, "/dev/shm") || isBelow(directory, "/dev/mqueue");
  return !steadyTrees.some((tree) => isBelow(directory, tree));
}

/** Does the kernel alone choose the names in the directory of this path? Whoever makes something there takes what is given. */
export function isKernelTree(path: string): boolean {
  return (
    ["/proc", "/sys"].some((tree) => isBelow(path, tree)) || (isBelow(path, "/dev") && !isVolatile(path))
  );
}

/**
 * Replaces what is run-specific by its form alone.
 *
 * @param isPid knows the processes of the trace
 * @param mayBeDrawn a number between letters may be of a random name, and is left to {@link replaceRandom}
 */
export function replaceForms(name: string, isPid: (pid: number) => boolean, mayBeDrawn = false): string {
  if (!/\d/.test(name) && name.length < 32) return name;
  return name
    .replace(uuid, "{uuid}")
    .replace(hash, "{hash}")
    .replace(date, "{date}")
    .replace(mayBeDrawn ? separateCounter : counter, "{counter}")
    .replace(mayBeDrawn ? separateNumber : number, (digits) => (isPid(Number(digits)) ? "{pid}" : digits));
}

/** All numbers of a name as one form, to recognise members of a numbered series: `syslog.1`, `syslog.2`. */
export function seriesOf(name: string): string | undefined {
  if (name.includes("{")) return undefined;
  const series = name.replace(/\d+/g, "{counter}");
  return series === name ? undefined : series;
}

/** Python's tempfile draws eight of [a-z0-9_], by default behind "tmp" (candidates of _RandomNameSequence). */
const pythonDefault = /^tmp[a-z0-9_]{8}(?=$|\.)/;
const pythonRun = /(?<=^|[.-])(?=[a-z0-9_]*_)(?=[a-z0-9_]*\d)[a-z0-9_]{8}(?=$|\.)/;

/** A number drawn at random has any length, and must look alike when it has the nine digits of a `counter`. */
const drawnNumber = /(?<=[._-])\d{4,}$/;

/** A name with what was drawn at random replaced, and those parts of it that can be nothing else. */
export interface Randomless {
  readonly name: string;
  readonly tokens: readonly string[];
}

/**
 * The name of an object that its creator made exclusively (O_EXCL, mkdir), with the random parts replaced.
 * `private`: made with the mode of mkstemp or mkdtemp (0600 or 0700), which makes a random name more likely.
 */
export function replaceRandom(name: string, isPrivate: boolean): Randomless {
  if (isPrivate && pythonDefault.test(name))
    return { name: name.replace(pythonDefault, "tmp{random}"), tokens: [] };
  if (isPrivate && pythonRun.test(name)) return { name: name.replace(pythonRun, "{random}"), tokens: [] };
  const last = runsOf(name).findLast(({ text }) =>
    isRandom(text, isPrivate && text.length < name.length),
  )?.text;
  const replaced = replaceRuns(name, (run) => run === last || isUnchosen(run));
  if (replaced !== name)
    return { name: replaced, tokens: runsOf(name).flatMap(({ text }) => (isUnchosen(text) ? [text] : [])) };
  return { name: isPrivate ? name.replace(drawnNumber, "{counter}") : name, tokens: [] };
}

/** A name with the parts replaced that were drawn for other names: a message and its header, a file in new/ and in cur/. */
export function replaceTokens(name: string, tokens: ReadonlySet<string>): string {
  return replaceRuns(name, (run) => tokens.has(run));
}

/** Letters and digits between other characters; a placeholder counts as such. */
function runsOf(name: string): { readonly text: string; readonly start: number; readonly end: number }[] {
  return [...name.matchAll(/\{[a-z-]+\}|[A-Za-z0-9]+/g)].map(({ 0: text, index }) => ({
    text,
    start: index,
    end: index + text.length,
  }));
}

/**
 * Replaces the runs that were drawn. Whoever draws one part of a name puts numbers beside it, as mail transfer agents do
 * with time, process and host (1xVJQF-000Qes-0q-H): they are of the same kind.
 */
function replaceRuns(name: string, isDrawn: (run: string) => boolean): string {
  const runs = runsOf(name);
  const drawn = runs.map(({ text }) => isDrawn(text));
  if (!drawn.includes(true)) return name;
  const spread = (at: number, from: number): void => {
    const [left, right] = at < from ? [runs[at], runs[from]] : [runs[from], runs[at]];
    const run = runs[at];
    const isBeside = left !== undefined && right !== undefined && right.start - left.end === 1;
    if (isBeside && run !== undefined && drawn[from] === true && isNumbering(run.text)) drawn[at] = true;
  };
  for (let at = 1; at < runs.length; at++) spread(at, at - 1);
  for (let at = runs.length - 2; at >= 0; at--) spread(at, at + 1);
  let replaced = "";
  let end = 0;
  for (const [at, run] of runs.entries()) {
    replaced += name.slice(end, run.start) + (drawn[at] === true ? "{random}" : run.text);
    end = run.end;
  }
  return replaced + name.slice(end);
}

/** A number in whatever base, but for the names that end in one (u1, redis6). */
function isNumbering(run: string): boolean {
  return (
    run === "{counter}" || run === "{pid}" || (/^[A-Za-z0-9]*\d/.test(run) && !/^[A-Za-z]+\d+$/.test(run))
  );
}

/** Made by everybody for a while: whoever makes something private here draws its name. */
const temporaryDirectories: ReadonlySet<string> = new Set(["/tmp", "/var/tmp", "/dev/shm"]);
const wholeName = /^[A-Za-z0-9_]{6,}$/;
/** What Python drew behind a prefix of the program's own; `_` is one of its letters and no separator. */
const separatedPythonRun = /(?<=[._-])[a-z0-9_]{8}(?=$|\.)/;
const separatedRun = /(?<=[^A-Za-z0-9{}])[A-Za-z0-9]{6,}(?![A-Za-z0-9{}])/g;

/**
 * The name of a private object that was made exclusively and that its maker took away again, with the part replaced that
 * was drawn at random if any was. One in sixty of the names of mkstemp(3) looks like a word.
 *
 * @returns the name itself when no part of it can be
 */
export function guessRandom(name: string, directory: string): string {
  if (temporaryDirectories.has(directory) && wholeName.test(name)) return "{random}";
  if (separatedPythonRun.test(name)) return name.replace(separatedPythonRun, "{random}");
  const run = [...name.matchAll(separatedRun)].at(-1);
  return run === undefined
    ? name
    : `${name.slice(0, run.index)}{random}${name.slice(run.index + run[0].length)}`;
}

/** At least six letters and digits that no one would choose. */
function isUnchosen(run: string): boolean {
  return !run.startsWith("{") && run.length >= 6 && switches(run) >= 2 && !joinedWords.test(run);
}

/** PostgreSQL, NetworkManager. */
const joinedWords = /^(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z]))+$/;

/**
 * The same, or what mkstemp(3), mkdtemp(3) and tempfile modules put there. `separated`: it is not all of the name, and
 * the object is a private one.
 */
function isRandom(run: string, separated: boolean): boolean {
  return isUnchosen(run) || (separated && run.length === 6 && !/^(?:[A-Z]?[a-z]+|[A-Z]+|\d+)$/.test(run));
}

/** How often a text changes between lower case, upper case and digits; words do it at most once. */
function switches(text: string): number {
  let count = 0;
  for (let index = 1; index < text.length; index++)
    if (classOf(text.charCodeAt(index)) !== classOf(text.charCodeAt(index - 1))) count++;
  return count;
}

function classOf(code: number): "digit" | "upper" | "lower" {
  if (code < 0x3a) return "digit";
  return code < 0x5b ? "upper" : "lower";
}

/** A component that stands for more than one name. */
export function isPlaceholder(component: string): boolean {
  return /\{(?:pid|other-pid|uuid|random|hash|date|counter)\}/.test(component);
}

/** The part of a path before its first placeholder. */
export function steadyPart(path: string): string {
  if (!path.includes("{")) return path;
  const components = path.split("/");
  const varies = components.findIndex(isPlaceholder);
  return varies < 0 ? path : components.slice(0, varies).join("/") || "/";
}
