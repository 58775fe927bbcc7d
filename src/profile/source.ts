/** The bytes of a document, from a file or standard input, as text. */
import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";
import { badInput } from "../errors.js";
import { describeFileError } from "../output/files.js";

/** A thousand times what a large service needs; more could not be held in one string of V8. */
const largest = 256 * 1024 * 1024;

/** How others begin. */
const signatures: readonly (readonly [string, readonly number[]])[] = [
  ["is compressed by gzip: uncompress it first", [0x1f, 0x8b]],
  ["is compressed by xz: uncompress it first", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["is compressed by zstd: uncompress it first", [0x28, 0xb5, 0x2f, 0xfd]],
  ["is text in UTF-16: save it as UTF-8", [0xff, 0xfe]],
  ["is text in UTF-16: save it as UTF-8", [0xfe, 0xff]],
];

/**
 * @param path a file of whatever type, or `-` for standard input.
 * @param what it should be, for errors.
 * @returns the text, and how to call its source in errors.
 * @throws ProfileError (bad input) when it cannot be read, is too large, or no text.
 */
export async function readSource(
  path: string,
  what = "a profile",
): Promise<{ readonly text: string; readonly name: string }> {
  const name = path === "-" ? "standard input" : path;
  const source = `${name} is not ${what}`;
  const bytes = path === "-" ? await readStream(process.stdin, source) : await readFile(path, source);
  return { text: decode(bytes, source), name };
}

/** @param problem how an error about the content begins; also below. */
async function readFile(path: string, problem: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const status = await file.stat();
      if (!status.isFile()) {
        return await readStream(file.createReadStream({ autoClose: false }), problem);
      }
      if (status.size > largest) {
        throw tooLarge(problem);
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw isSystemError(error)
      ? badInput(`cannot read ${path}: ${describeFileError(error)}`, { cause: error })
      : error;
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "code" in error;
}

async function readStream(stream: AsyncIterable<unknown>, problem: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > largest) {
      throw tooLarge(problem);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function tooLarge(problem: string): Error {
  return badInput(`${problem}: it is larger than ${largest / 1024 / 1024} MiB`);
}

const byteOrderMark = "\ufeff";

function decode(bytes: Buffer, problem: string): string {
  const [form] = signatures.find(([, begin]) => begin.every((byte, index) => bytes[index] === byte)) ?? [];
  if (form !== undefined) {
    throw badInput(`${problem}: it ${form}`);
  }
  if (!isUtf8(bytes)) {
    const { line, column } = firstBadByte(bytes);
    throw badInput(`${problem}: it is not UTF-8 at line ${line}, column ${column}`);
  }
  const text = bytes.toString("utf8");
  // Some editors begin every file with it (RFC 8259, section 8.1: it may be ignored).
  return text.startsWith(byteOrderMark) ? text.slice(1) : text;
}

function firstBadByte(bytes: Buffer): { readonly line: number; readonly column: number } {
  let line = 1;
  for (let begin = 0; begin < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, begin);
    const end = newline === -1 ? bytes.length : newline;
    const content = bytes.subarray(begin, end);
    if (!isUtf8(content)) {
      return { line, column: content.toString("utf8").indexOf("\ufffd") + 1 };
    }
    begin = end + 1;
  }
  return { line, column: 1 };
}
