/** The same command under the real strace, with and without descriptor paths. */
import test, { type ExecutionContext } from "ava";
import type { FactSet } from "../../src/facts/index.js";
import { trace } from "./live.js";

const script = `
  mkdir "$0" && cd "$0" || exit
  umask 027
  mkdir work && cd work
  echo one > file; echo two >> file; cat file
  mkdir -p a/b && mv file a/b/file && ln -s b a/link && cat a/link/file
  (cd a/link && cp file ../../copy && chmod 600 ../../copy && touch ../new)
  ln copy hard && mv -f copy hard2 && rm hard
  rmdir missing; rm -f gone
  test -w hard2 && test -e /proc/self/status
  cd .. && rm -r work`;

const command = ["sh", "-c", script];
const plain = trace([], command);
const verbose = trace(["-yy"], command);

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
