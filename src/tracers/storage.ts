import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exists } from "./process.js";

/**
 * Where trace files live: in memory and for root alone, or in a directory that the user wants to keep. They name
 * files and show data of the service, so that nobody else may read them.
 */
export class TraceStorage {
  /** Whether files stay after they were read. */
  readonly keep: boolean;
  readonly #directory: string;
  readonly #labels = new Map<string, number>();
  readonly #removeAtExit = (): void => {
    rmSync(this.#directory, { recursive: true, force: true });
  };

  private constructor(directory: string, keep: boolean) {
    this.#directory = directory;
    this.keep = keep;
    if (!keep) process.once("exit", this.#removeAtExit);
  }

  /** @param keepTraces directory for files that stay; created when it is missing */
  static async open(keepTraces: string | undefined): Promise<TraceStorage> {
    if (keepTraces !== undefined) {
      await mkdir(keepTraces, { recursive: true });
      return new TraceStorage(keepTraces, true);
    }
    return new TraceStorage(await temporaryDirectory(), false);
  }

  /** An empty file `LABEL.strace`, `LABEL-2.strace` …; one of an earlier run is replaced. */
  async create(label: string): Promise<string> {
    const name = label.replaceAll(/[^\w.@:-]/g, "_").slice(0, 200);
    const number = (this.#labels.get(name) ?? 0) + 1;
    this.#labels.set(name, number);
    const path = join(this.#directory, `${name}${number === 1 ? "" : `-${number}`}.strace`);
    await rm(path, { force: true });
    await writeFile(path, "", { flag: "wx", mode: 0o600 });
    return path;
  }

  /** Removes what is not to be kept. */
  async close(): Promise<void> {
    if (this.keep) return;
    process.off("exit", this.#removeAtExit);
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** A new directory, in memory where there is a place of our own: writing to tmpfs costs strace no disk. */
async function temporaryDirectory(): Promise<string> {
  const runtime = process.getuid?.() === 0 ? "/run" : process.env["XDG_RUNTIME_DIR"];
  // An unset or relative value must be ignored (XDG Base Directory Specification).
  if (runtime?.startsWith("/") !== true) return mkdtemp(join(tmpdir(), "sandbox-profiler-"));
  const parent = join(runtime, "sandbox-profiler");
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await removeAbandoned(parent);
  return mkdtemp(join(parent, `trace-${process.pid}-`));
}

/** Traces of a profiler that was killed: they may be large, and nobody reads them any more. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const [, owner] = /^trace-(\d+)-\w+$/.exec(name) ?? [];
    if (owner !== undefined && !exists(Number(owner)))
      await rm(join(parent, name), { recursive: true, force: true });
  }
}
