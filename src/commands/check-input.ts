/** What `profile check` compares: stored profiles, or traces that become profiles. */
import { open } from "node:fs/promises";
import { badInput } from "../errors.js";
import { describeFileError } from "../output/files.js";
import { readProfile } from "../profile/document.js";
import type { Profile } from "../profile/types.js";

/** Bytes that tell a trace from a profile. */
const headSize = 4096;

/** How lines of strace begin: process or time, a call, an event (strace(1)). */
const traceLine = /^\s*(?:\d+[\s:.]|\[pid\s|[a-z_]\w*\(|\+\+\+ |--- |strace: )/;

/**
 * Reads a profile, or a log of strace, which is imported; `-` is standard input.
 *
 * @throws ProfileError (bad input) when it cannot be read or is neither.
 */
export async function readProfileOrTrace(
  path: string,
  progress: (message: string) => void,
): Promise<Profile> {
  const head = path === "-" ? await peekAtInput() : await headOf(path);
  if (!traceLine.test(head)) return readProfile(path);
  const { importTraces } = await import("../learning/import.js");
  const { fromLearned } = await import("../profile/document.js");
  return fromLearned(await importTraces([path], { progress }), "import");
}

async function headOf(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(headSize), 0, headSize);
      return buffer.toString("latin1", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw badInput(`cannot read ${path}: ${describeFileError(error)}`, { cause: error });
  }
}

/** What comes first; it is put back for whoever reads the input. */
async function peekAtInput(): Promise<string> {
  const chunk = await new Promise<Buffer | null>((resolve, reject) => {
    process.stdin.once("error", reject);
    process.stdin.once("end", () => {
      resolve(null);
    });
    process.stdin.once("readable", () => {
      resolve(process.stdin.read() as Buffer | null);
    });
  });
  if (chunk === null) return "";
  process.stdin.unshift(chunk);
  return chunk.toString("latin1", 0, headSize);
}
