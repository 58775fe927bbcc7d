/** Asks systemd and its journal what happened to a unit. */
import { readFile } from "node:fs/promises";
import { run } from "../systemd/run.js";
import { showUnit } from "../systemd/unit.js";
import { directiveOnLine } from "./settings.js";
import { symptomsOf } from "./symptoms/index.js";
import { type JournalEntry, journalFields, parseJournal } from "./symptoms/journal.js";
import type { Setting, Symptom } from "./types.js";

export interface JournalWatch {
  /**
   * What is new since the watch began or was last asked.
   *
   * @param settings what the drop-in sets; what systemd says of other settings is not told
   * Throws hostCannot when the manager does not answer. Without a journal only exit statuses are known.
   */
  readonly symptoms: (settings: readonly Setting[]) => Promise<readonly Symptom[]>;
}

/** Watches a unit from now on. What systemd says when it reads the drop-in counts, so begin before `daemon-reload`. */
export async function watchJournal(unit: string): Promise<JournalWatch> {
  // What an earlier walk still has to say is nothing of this one.
  await run("journalctl", ["--sync"]);
  let cursor = (await read(["--lines=1"])).at(-1)?.cursor;
  return {
    symptoms: async (settings) => {
      // What has been written is in the journal only when journald has got to it.
      await run("journalctl", ["--sync"]);
      const entries = await readFrom(cursor, unit);
      cursor = entries.at(-1)?.cursor ?? cursor;
      const texts = await unitFiles(entries);
      const directiveAt = (file: string, line: number) => directiveOnLine(texts.get(file) ?? "", line);
      return symptomsOf({ entries, properties: await showUnit(unit), settings, directiveAt });
    },
  };
}

/**
 * What came behind `cursor`. `--after-cursor` would do that but for a bug: on 252 it leaves out the first entry of the
 * unit, if the cursor is that of an entry of another one (tried).
 */
async function readFrom(cursor: string | undefined, unit: string): Promise<readonly JournalEntry[]> {
  const from = cursor === undefined ? [] : [`--cursor=${cursor}`];
  // systemd itself writes `UNIT=` to what it says of a unit; what the service prints does not have it.
  const entries = await read([...from, `UNIT=${unit}`]);
  return entries.filter((entry) => entry.cursor !== cursor);
}

async function read(selection: readonly string[]): Promise<readonly JournalEntry[]> {
  const fields = `--output-fields=${journalFields.join(",")}`;
  const output = await run("journalctl", ["--quiet", "--no-pager", "--output=json", fields, ...selection]);
  return parseJournal(output.stdout);
}

/** The files that messages are about, as far as they are there still. */
async function unitFiles(entries: readonly JournalEntry[]): Promise<ReadonlyMap<string, string>> {
  const paths = [...new Set(entries.map(({ file }) => file).filter((file) => file !== ""))];
  return new Map(
    await Promise.all(
      paths.map(async (path) => [path, await readFile(path, "utf8").catch(() => "")] as const),
    ),
  );
}
