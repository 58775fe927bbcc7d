import { constants, createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { badInput } from "../errors.js";
import { safe } from "../output/escape.js";

/** Bytes at the beginning of a trace that are looked at before it is parsed. */
const headSize = 1 << 20;
const chunkSize = 1 << 20;

/** One file of a trace, or standard input. */
export interface TraceFile {
  /** For messages: fit for a terminal. */
  readonly name: string;
  readonly path: string;
  /** The first bytes. */
  readonly head: Buffer;
  /** When it was last written to; now for standard input. */
  readonly modified: Date;
  /** All bytes from the beginning. Standard input can be read once. */
  readonly chunks: () => AsyncIterable<Uint8Array>;
}

/**
 * Opens a trace and looks at its beginning. `-` is standard input.
 * Throws badInput for what cannot be read, a directory, an empty file, and data that is no text.
 */
export async function openTrace(path: string): Promise<TraceFile> {
  const file = path === "-" ? await openStandardInput() : await openFile(path);
  if (file.head.length === 0) throw badInput(`${file.name} is empty, not a trace`);
  if (file.head.includes(0)) {
    throw badInput(`${file.name} is binary data, not a trace; it must be the text that strace -o wrote`);
  }
  return file;
}

async function openFile(path: string): Promise<TraceFile> {
  const name = safe(path);
  let handle: FileHandle;
  try {
    // A FIFO without a writer must not hang us.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw badInput(`${name} cannot be read: ${reasonOf(cause)}`, { cause });
  }
  try {
    const status = await handle.stat();
    if (status.isDirectory()) throw badInput(`${name} is a directory, not a trace`);
    if (!status.isFile())
      throw badInput(`${name} is not a regular file; give a trace on standard input as -`);
    const head = Buffer.alloc(Math.min(headSize, status.size));
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    const chunks = (): AsyncIterable<Uint8Array> => createReadStream(path, { highWaterMark: chunkSize });
    return { name, path, head: head.subarray(0, bytesRead), modified: status.mtime, chunks };
  } finally {
    await handle.close();
  }
}

async function openStandardInput(): Promise<TraceFile> {
  const input: AsyncIterator<Buffer> = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first: Buffer[] = [];
  let size = 0;
  for (let next = await input.next(); next.done !== true; next = await input.next()) {
    first.push(next.value);
    size += next.value.length;
    if (size >= headSize) break;
  }
  const head = Buffer.concat(first);
  async function* chunks(): AsyncIterable<Uint8Array> {
    yield head;
    for (let next = await input.next(); next.done !== true; next = await input.next()) yield next.value;
  }
  return { name: "standard input", path: "-", head, modified: new Date(), chunks };
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "permission denied";
  return error instanceof Error ? safe(error.message) : "unknown error";
}
