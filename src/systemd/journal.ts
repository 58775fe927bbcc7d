/** Reads the journal through journalctl(1). */
import { run } from "./run.js";

/** One message of the journal. */
export interface Message {
  readonly text: string;
  /** syslog(3): 3 is an error, less is worse. */
  readonly priority: number;
}

/** A place in the journal, for `messagesSince`; undefined where there is no journal. */
export async function journalCursor(): Promise<string | undefined> {
  const output = await run("journalctl", ["--quiet", "--no-pager", "--lines=0", "--show-cursor"]).catch(
    () => undefined,
  );
  return /^-- cursor: (.+)$/m.exec(output?.stdout ?? "")?.[1];
}

/** What the unit and systemd about it have written since then, in order. */
export async function messagesSince(unit: string, cursor: string): Promise<readonly Message[]> {
  // What has been written but not stored yet.
  await run("journalctl", ["--sync"]).catch(() => undefined);
  return messages([`--after-cursor=${cursor}`, `--unit=${unit}`]);
}

/** The last of what it had written by now. */
export function latestMessages(unit: string): Promise<readonly Message[]> {
  return messages(["--lines=5000", `--unit=${unit}`]);
}

async function messages(options: readonly string[]): Promise<readonly Message[]> {
  const output = await run("journalctl", ["--quiet", "--no-pager", "--output=json", ...options]).catch(
    () => undefined,
  );
  return entriesOf(output?.stdout ?? "").flatMap((entry) => {
    const text = entry["MESSAGE"];
    if (typeof text !== "string") return [];
    // Without a priority it is information (systemd.journal-fields(7)).
    return [{ text, priority: Number(entry["PRIORITY"] ?? 6) }];
  });
}

/** The entries of `journalctl --output=json`, one a line; what is none is left out. */
export function entriesOf(text: string): readonly Readonly<Record<string, unknown>>[] {
  return text.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return [];
    try {
      return [JSON.parse(line) as Readonly<Record<string, unknown>>];
    } catch {
      return [];
    }
  });
}
