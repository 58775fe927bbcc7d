/** The same command under the real strace, with and without descriptor paths. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { wantedCalls, FactBuilder, FactSet } from "../../src/facts/index.js";
import type { Fact } from "../../src/facts/types.js";
import { StraceParser } from "../../src/strace-parser/index.js";
import { hostWith, liveFiles } from "./support.js";

const script = `
  umask 027
  mkdir work && cd work
  echo one > file; echo two >> file; cat file
  mkdir -p a/b && mv file a/b/file && ln -s b a/link && cat a/link/file
  (cd a/link && cp file ../../copy && chmod 600 ../../copy && touch ../new)
  ln copy hard && mv -f copy hard2 && rm hard
  rmdir missing; rm -f gone
  test -w hard2 && test -e /proc/self/status
  cd .. && rm -r work`;

function trace(options: readonly string[]): FactSet | string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "facts-")));
  try {
    const log = join(directory, "log");
    const work = join(directory, "cwd");
    const run = spawnSync("strace", [
      "-f",
      ...options,
      "-o",
      log,
      "sh",
      "-c",
      `mkdir "$0" && cd "$0" && ${script}`,
      work,
    ]);
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

const plain = trace([]);
const verbose = trace(["-yy"]);

/** A test that needs both traces; where strace cannot run it is announced as skipped. */
function live(title: string, run: (t: ExecutionContext, plain: FactSet, verbose: FactSet) => void): void {
  if (typeof plain === "string") test.skip(`${title} (not tried: ${plain})`, () => undefined);
  else if (typeof verbose === "string") test.skip(`${title} (not tried: ${verbose})`, () => undefined);
  else
    test(title, (t) => {
      run(t, plain, verbose);
    });
}

live("strace with and without -yy gives the same facts", (t, plain, verbose) => {
  t.deepEqual([...plain.difference(verbose)], []);
  t.deepEqual([...verbose.difference(plain)], []);
});

live("a real shell script's writes are all there", (t, plain) => {
  const made = plain.ofKind("file").filter((fact) => fact.access === "create");
  t.deepEqual(
    made.map((fact) => `${fact.path} ${fact.type ?? ""}`).filter((line) => line.startsWith("/scratch")),
    [
      "/scratch directory",
      "/scratch/work directory",
      "/scratch/work/a directory",
      "/scratch/work/a/b directory",
      "/scratch/work/a/b/file file",
      "/scratch/work/a/link symlink",
      "/scratch/work/a/new file",
      "/scratch/work/copy file",
      "/scratch/work/file file",
      "/scratch/work/hard file",
      "/scratch/work/hard2 file",
    ],
  );
});
