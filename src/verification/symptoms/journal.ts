/** Lines of the journal as `journalctl --output=json` prints them (systemd.journal-fields(7)). Pure. */

export interface JournalEntry {
  /** Where it is in the journal. */
  readonly cursor: string;
  readonly message: string;
  /** The kind of message (`MESSAGE_ID`, sd-messages(3)); empty for one that has none. */
  readonly id: string;
  /** The process that wrote it, as the kernel says: 1 is the manager. */
  readonly pid: string;
  /** Of a message about a unit file: its path and line. */
  readonly file: string;
  readonly line: string;
  /** Of a message about the end of a process: `exited`, `killed` or `dumped`, and its exit status or signal. */
  readonly exitCode: string;
  readonly exitStatus: string;
  /** Of a message about the failure of a unit (systemctl(1), property Result). */
  readonly result: string;
}

/** The fields that `parseJournal` asks for; those that begin with two underscores are always there. */
export const journalFields = [
  "MESSAGE",
  "MESSAGE_ID",
  "_PID",
  "CONFIG_FILE",
  "CONFIG_LINE",
  "EXIT_CODE",
  "EXIT_STATUS",
  "UNIT_RESULT",
] as const;

/** Reads what `journalctl --output=json` prints. Lines that are no entries are left out. */
export function parseJournal(text: string): readonly JournalEntry[] {
  return text.split("\n").flatMap((line) => entryOf(line) ?? []);
}

function entryOf(line: string): JournalEntry | undefined {
  if (!line.startsWith("{")) return undefined;
  const fields = parseObject(line);
  if (fields === undefined) return undefined;
  const text = (name: (typeof journalFields)[number] | "__CURSOR"): string => textOf(fields[name]);
  return {
    cursor: text("__CURSOR"),
    message: text("MESSAGE"),
    id: text("MESSAGE_ID"),
    pid: text("_PID"),
    file: text("CONFIG_FILE"),
    line: text("CONFIG_LINE"),
    exitCode: text("EXIT_CODE"),
    exitStatus: text("EXIT_STATUS"),
    result: text("UNIT_RESULT"),
  };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** A field that is no UTF-8 is printed as an array of bytes, one that was given twice as an array of texts. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return "";
  if (value.every((item) => typeof item === "number")) return Buffer.from(value).toString("utf8");
  return value.map(textOf).find((text) => text !== "") ?? "";
}
