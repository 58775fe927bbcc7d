import { randomBytes } from "node:crypto";
import { access, constants, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { badInput } from "../errors.js";

/** Results are meant to be read by everyone, whatever the umask of root's shell. */
const fileMode = 0o644;

/**
 * Writes a file so that at any moment it has the old content or the new one, also after a crash: a temporary file
 * next to it, fsync(2), rename(2). Missing directories are made. A symbolic link to a file is replaced, and what it leads to
 * left alone. What a killed writer leaves is hidden: `.NAME.HEX.tmp`.
 *
 * @throws ProfileError (bad input) that says why it cannot be written.
 */
export async function writeFileAtomically(path: string, content: string): Promise<void> {
  try {
    await checkReplaceable(path);
    await replaceFile(path, content);
  } catch (error) {
    throw badInput(`cannot write ${path}: ${describeFileError(error)}`, { cause: error });
  }
}

/** Root would put a file in the place of /dev/null. */
async function checkReplaceable(path: string): Promise<void> {
  const status = await stat(path).catch(() => undefined);
  if (status !== undefined && !status.isFile()) {
    throw new Error(status.isDirectory() ? explanations["EISDIR"] : "it is a device or a pipe, and no file");
  }
}

async function replaceFile(path: string, content: string): Promise<void> {
  const directory = dirname(path);
  const temporary = join(directory, `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await makeDirectory(directory);
    await writeAndSync(temporary, content);
    await rename(temporary, path);
    await syncDirectory(directory);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * Says early what would only fail after a long run: whether files can be written in a directory, or it can be made.
 *
 * @throws ProfileError (bad input) that says why not. Nothing is made.
 */
export async function checkWritable(directory: string): Promise<void> {
  for (let path = resolve(directory); ; path = dirname(path)) {
    try {
      // With the dot a file is told from a directory.
      await access(`${path}/.`, constants.W_OK | constants.X_OK);
      return;
    } catch (error) {
      if (codeOf(error) !== "ENOENT") {
        throw badInput(`cannot write in ${directory}: ${describeFileError(error)}`, { cause: error });
      }
    }
  }
}

/** Not mkdir's own `recursive`: it never ends where the kernel lets nobody make directories, as in /proc (Node 20). */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) === "EEXIST") {
      return;
    }
    if (codeOf(error) !== "ENOENT" || parent === path) {
      throw error;
    }
    await makeDirectory(parent);
    await mkdir(path);
  }
}

async function writeAndSync(path: string, content: string): Promise<void> {
  const file = await open(path, "wx", fileMode);
  try {
    await file.chmod(fileMode);
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the rename itself survive a crash. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

const explanations: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of the path is not a directory",
  EEXIST: "a part of the path is not a directory",
  EROFS: "read-only file system",
  ENOSPC: "no space left on device",
  ENAMETOOLONG: "the name is too long",
  ERR_STRING_TOO_LONG: "it is too large",
};

/** An error of the file system in words, without the path and the call that Node puts into its messages. */
export function describeFileError(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return explanations[codeOf(error) ?? ""] ?? error.message;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
