/** Facts of commands that run under the real strace. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FactBuilder, FactSet, wantedCalls } from "../../src/facts/index.js";
import type { Fact } from "../../src/facts/types.js";
import { StraceParser } from "../../src/strace-parser/index.js";
import { hostWith, liveFiles } from "./support.js";

/**
 * The facts of a command, to which the path of a directory that is not there yet is given as last argument; it is
 * `/scratch` in the facts. A text says why it could not be traced.
 */
export function trace(options: readonly string[], argv: readonly string[]): FactSet | string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "facts-")));
  try {
    const log = join(directory, "log");
    const work = join(directory, "cwd");
    const run = spawnSync("strace", ["-f", ...options, "-o", log, ...argv, work]);
    if (run.error !== undefined || run.status !== 0)
      return `strace does not work here: ${run.error?.message ?? run.stderr.toString()}`;
    return factsOf(readFileSync(log), work, process.cwd());
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function factsOf(log: Buffer, work: string, cwd: string): FactSet {
  const builder = new FactBuilder({ architecture: "x86-64" });
  builder.attach(Number.parseInt(log.toString("latin1", 0, 12), 10), {
    begins: "execve",
    cwd,
    uid: process.getuid?.() ?? 0,
  });
  const parser = new StraceParser((record) => {
    builder.handle(record);
  }, wantedCalls);
  parser.write(log);
  parser.end();
  const { facts } = builder.finish(hostWith(liveFiles(builder.hostQuery().paths)));
  return FactSet.of([...facts].map((fact) => relocated(fact, work)));
}

/** Each run has its own directory. */
function relocated(fact: Fact, work: string): Fact {
  return JSON.parse(JSON.stringify(fact).replaceAll(work, "/scratch")) as Fact;
}
