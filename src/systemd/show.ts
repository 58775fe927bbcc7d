/** Pure readers for what `systemctl show` and `busctl --json` print. */

/** Properties by name, as `systemctl show` prints them: one `Name=value` a line. A property that is listed twice keeps both, newline between. */
export function parseShow(text: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const line of text.split("\n")) {
    const equals = line.indexOf("=");
    if (equals <= 0) continue;
    const name = line.slice(0, equals);
    const value = line.slice(equals + 1);
    const before = properties.get(name);
    properties.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  return properties;
}

/** One command of an Exec…= setting. */
export interface ExecCommand {
  /** The program as the unit file names it: absolute, or a bare name that systemd looks up. */
  readonly path: string;
  /** With `$` still unexpanded and `%` already resolved. `argv[0]` differs from `path` where the `@` prefix is used. */
  readonly argv: readonly string[];
  /** As the manager names them: `ignore-failure`, `privileged`, `no-setuid`, `ambient`, `no-env-expand`. */
  readonly flags: readonly string[];
  /** The process that ran it last, or runs it now; 0 when it has not run. */
  readonly pid: number;
}

/**
 * The values of the properties that `busctl --json=short get-property … ExecStartEx ExecReloadEx …` prints,
 * one JSON document a line, in the order they were asked for. Their type is `a(sasasttttuii)`:
 * path, argv, flags, four time stamps, pid, code, status (org.freedesktop.systemd1(5)).
 * Throws TypeError on anything else.
 */
export function parseExecCommands(text: string): readonly (readonly ExecCommand[])[] {
  return parseProperties(text, "a(sasasttttuii)").map((commands) => commands.map(execCommand));
}

/** The same for properties whose type is a list of strings. */
export function parseStrings(text: string): readonly (readonly string[])[] {
  return parseProperties(text, "as").map((strings) => strings.map(String));
}

function parseProperties(text: string, type: string): readonly (readonly unknown[])[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const property: unknown = JSON.parse(line);
      if (!isRecord(property) || property["type"] !== type || !isArray(property["data"]))
        throw new TypeError(`not of type ${type}: ${line}`);
      return property["data"];
    });
}

function execCommand(value: unknown): ExecCommand {
  if (isArray(value)) {
    const [path, argv, flags, , , , , pid] = value;
    if (typeof path === "string" && isStrings(argv) && isStrings(flags) && typeof pid === "number")
      return { path, argv, flags, pid };
  }
  throw new TypeError(`not a command: ${JSON.stringify(value)}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isStrings(value: unknown): value is readonly string[] {
  return isArray(value) && value.every((item) => typeof item === "string");
}

/**
 * A time span as `systemctl show` prints it (`1min 30s`, `100ms`, `infinity`), in seconds; see systemd.time(7).
 * NaN for anything else.
 */
export function parseTimeSpan(text: string): number {
  if (text === "infinity") return Number.POSITIVE_INFINITY;
  if (text === "0") return 0;
  let seconds = 0;
  for (const part of text.split(" ")) {
    const match = timeSpanPart.exec(part);
    const unit = match?.[2] === undefined ? undefined : timeUnits.get(match[2]);
    if (match === null || unit === undefined) return Number.NaN;
    seconds += Number(match[1]) * unit;
  }
  return seconds;
}

const timeSpanPart = /^(\d+(?:\.\d+)?)(us|ms|s|min|h|d|w|month|y)$/;

const timeUnits = new Map([
  ["us", 1e-6],
  ["ms", 1e-3],
  ["s", 1],
  ["min", 60],
  ["h", 3600],
  ["d", 86_400],
  ["w", 604_800],
  ["month", 2_629_800],
  ["y", 31_557_600],
]);
