/** A script with and without a sandbox, under the real strace and a real kernel. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FactBuilder, wantedCalls } from "../../src/facts/index.js";
import type { Failure } from "../../src/facts/failures.js";
import { FactSet } from "../../src/facts/set.js";
import { StraceParser } from "../../src/strace-parser/index.js";
import { asIfSucceeded } from "../../src/verification/as-if.js";
import { describeFailure, newFailures } from "../../src/verification/denial-candidates.js";
import { unlearned } from "../../src/verification/known.js";
import { hostWith, liveFiles } from "../facts/support.js";
import { traced } from "../tracers/tracing.js";

const script = `
cat "$1/missing" "$1/data/there"
echo x > "$1/data/new"
mktemp "$1/data/app.XXXXXX"
chown 1:1 "$1/owned"
rm -f "$1/data/never"
mkdir "$1/free/made"
exit 0
`;

interface Learned {
  readonly failures: readonly Failure[];
  readonly facts: FactSet;
}

function learn(log: string): Learned {
  const text = readFileSync(log);
  const builder = new FactBuilder({ architecture: "x86-64" });
  builder.attach(Number.parseInt(text.toString("latin1", 0, 12), 10), { begins: "execve", cwd: "/" });
  const parser = new StraceParser((record) => {
    builder.handle(record);
  }, wantedCalls);
  parser.write(text);
  parser.end();
  return builder.finish(hostWith(liveFiles(builder.hostQuery().paths)));
}

/** Runs the script in a directory of its own twice, without a sandbox and with one. */
function twice(run: (directory: string, reference: Learned, confined: Learned) => void): void {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "confined-")));
  try {
    for (const name of ["data", "free"]) mkdirSync(join(home, name));
    writeFileSync(join(home, "data/there"), "");
    writeFileSync(join(home, "owned"), "");
    writeFileSync(join(home, "script"), script);
    const traced = (log: string): string =>
      `strace -f -yy -ttt -o '${home}/${log}' /bin/sh '${home}/script' '${home}'`;
    const sandbox = `mount --bind '${home}/data' '${home}/data' && mount -o remount,ro,bind '${home}/data' && exec setpriv --bounding-set=-chown ${traced("confined")}`;
    for (const command of [traced("reference"), `rm -r '${home}/free/made'; unshare -m sh -c "${sandbox}"`]) {
      const done = spawnSync("sh", ["-c", command], { cwd: "/" });
      if (done.status !== 0) throw new Error(done.stderr.toString());
    }
    run(home, learn(join(home, "reference")), learn(join(home, "confined")));
  } finally {
    rmSync(home, { recursive: true });
  }
}

/** Why no mount namespace can be made and no capability be taken away. */
function unconfinable(): string | undefined {
  const tried = spawnSync("unshare", ["-m", "setpriv", "--bounding-set=-chown", "true"]);
  return tried.status === 0 ? undefined : (tried.error?.message ?? tried.stderr.toString().trim());
}

traced(
  "what a sandbox refuses is found, and was known from the run without",
  (t) => {
    twice((home, reference, confined) => {
      const found = newFailures(confined.failures, reference.failures, () => false);
      const plain = (text: string): string => text.replaceAll(home, "").replace(/app\.\w{6}/, "app.XXXXXX");
      t.deepEqual(found.map(describeFailure).map(plain), [
        'openat("/data/new", O_WRONLY|O_CREAT|O_TRUNC, 0666) = EROFS',
        'openat("/data/app.XXXXXX", O_RDWR|O_CREAT|O_EXCL, 0600) = EROFS',
        'fchownat("/owned", 1, 1, 0) = EPERM',
        'unlinkat("/data/never", 0) = EROFS',
      ]);
      for (const failure of found) {
        const wish = asIfSucceeded(failure);
        const { facts } = wish.facts(hostWith(liveFiles(wish.query.paths)));
        t.true(facts.size > 1, describeFailure(failure));
        t.deepEqual(unlearned(facts, reference.facts), [], describeFailure(failure));
        t.not(unlearned(facts, FactSet.empty).length, 0);
      }
    });
    return Promise.resolve();
  },
  unconfinable,
);
