import { runTool } from "./command.js";

/** Well below ARG_MAX (2 MiB) for paths of ordinary length, and few enough processes. */
const maxArgumentBytes = 256 * 1024;

/**
 * The file capabilities (capabilities(7)) of these files, asked of getcap(8). Node cannot read extended attributes.
 *
 * @returns for each path what getcap prints of it, in the form of cap_text_formats(7), empty when it has none; paths that
 *   could not be asked for are left out: all of them without getcap, and names with a newline, which getcap prints as they are.
 */
export async function lookUpFileCapabilities(paths: Iterable<string>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const batch of batches([...paths].filter((path) => !path.includes("\n")))) {
    const result = await runTool("getcap", ["--", ...batch]);
    if (result === undefined) {
      return found;
    }
    const having = parseGetcap(result.stdout, batch);
    for (const path of batch) {
      found.set(path, having.get(path) ?? "");
    }
  }
  return found;
}

/**
 * Reads lines `PATH cap_net_raw=ep` (libcap 2.41 and later) or `PATH = cap_net_raw+ep`; both forms of the value mean
 * the same (cap_text_formats(7)). The path may itself have spaces, so a line is taken for the longest path asked for
 * that it begins with.
 */
export function parseGetcap(text: string, paths: readonly string[]): Map<string, string> {
  const asked = new Set(paths);
  return new Map(text.split("\n").flatMap((line) => entryOf(line, asked)));
}

function entryOf(line: string, asked: ReadonlySet<string>): [string, string][] {
  for (let end = line.lastIndexOf(" "); end > 0; end = line.lastIndexOf(" ", end - 1)) {
    const path = line.slice(0, end);
    if (asked.has(path)) {
      return [[path, line.slice(end + 1)]];
    }
  }
  return [];
}

function batches(paths: readonly string[]): string[][] {
  const all: string[][] = [];
  let room = 0;
  for (const path of paths) {
    const size = Buffer.byteLength(path) + 1;
    const last = all.at(-1);
    if (last === undefined || size > room) {
      all.push([path]);
      room = maxArgumentBytes - size;
    } else {
      last.push(path);
      room -= size;
    }
  }
  return all;
}
