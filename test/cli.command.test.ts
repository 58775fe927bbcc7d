import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { parseProfile } from "../src/profile/document.js";
import { cli, profile, temporaryDirectory } from "./cli.run.js";
import { traced } from "./tracers/tracing.js";

traced("when a command is learned then its output is its own and the results are in files", async (t) => {
  const cwd = temporaryDirectory(t);
  const { exitCode, stdout, stderr } = await profile(["run", "--no-pty", "--", "echo", "hello"], { cwd });
  t.is(stdout, "hello");
  t.is(exitCode, 0);
  const dropIn = readFileSync(join(cwd, "profiles", "echo.conf"), "utf8");
  t.true(stderr.includes(dropIn));
  const stored = parseProfile(readFileSync(join(cwd, "profiles", "echo.profile.json"), "utf8"), "echo");
  t.like(stored.unit, { name: "echo", installed: false });
  t.deepEqual(readdirSync(join(cwd, "profiles")).sort(), ["echo.conf", "echo.profile.json"]);
});

traced(
  "when a command fails then the partial profile says so, there is no drop-in, and the exit code is 4",
  async (t) => {
    const out = join(temporaryDirectory(t), "results");
    const { exitCode, stderr } = await profile(["run", "--no-pty", "--out", out, "--", "sh", "-c", "exit 7"]);
    t.is(exitCode, 4);
    t.regex(stderr, /^failed: .*7/m);
    t.deepEqual(readdirSync(out), ["sh.profile.json"]);
    const stored = parseProfile(readFileSync(join(out, "sh.profile.json"), "utf8"), "sh");
    t.regex(stored.runs[0]?.incomplete.at(-1) ?? "", /^the run failed: /);
  },
);

traced("when the traces are kept then importing them works", async (t) => {
  const cwd = temporaryDirectory(t);
  await profile(["run", "--no-pty", "--keep-traces", "traces", "--", "true"], { cwd });
  const [trace = ""] = readdirSync(join(cwd, "traces"));
  const { exitCode } = await profile(["import", join("traces", trace), "-o", "true.profile.json"], { cwd });
  t.is(exitCode, 0);
  t.true(existsSync(join(cwd, "true.profile.json")));
});

traced(
  "when the results could not be written then that is told before anything is run, with exit code 2",
  async (t) => {
    const cwd = temporaryDirectory(t);
    writeFileSync(join(cwd, "taken"), "");
    const { exitCode, stderr } = await profile(["run", "--no-pty", "--out", "taken", "--", "touch", "ran"], {
      cwd,
    });
    t.is(stderr, "profile: cannot write in taken: a part of the path is not a directory");
    t.false(existsSync(join(cwd, "ran")));
    t.is(exitCode, 2);
  },
);

traced(
  "when JSON is asked for then standard output is the document, and what the command prints is on standard error",
  async (t) => {
    const cwd = temporaryDirectory(t);
    const args = ["run", "--json", "--no-pty", "--target-systemd", "257", "--", "echo", "hello"];
    const { exitCode, stdout, stderr } = await profile(args, { cwd });
    const document = JSON.parse(stdout) as { dropIn: string; files: string[] };
    t.like(document, {
      unit: "echo",
      exitCode: 0,
      files: ["profiles/echo.profile.json", "profiles/echo.conf"],
    });
    t.is(document.dropIn, readFileSync(join(cwd, "profiles", "echo.conf"), "utf8"));
    t.regex(stderr, /^hello$/m);
    t.is(exitCode, 0);
  },
);

traced(
  "when the caller's PATH has a home directory then looking there for a program is no fact",
  async (t) => {
    const cwd = temporaryDirectory(t);
    const { exitCode } = await execa(
      process.execPath,
      [cli, "run", "--no-pty", "--", "sh", "-c", "ls /etc >/dev/null; cat /root/bin2/x 2>/dev/null; true"],
      { cwd, env: { PATH: `/root/none/bin:${process.env["PATH"] ?? ""}` }, reject: false },
    );
    t.is(exitCode, 0);
    const stored = readFileSync(join(cwd, "profiles", "sh.profile.json"), "utf8");
    t.false(stored.includes("/root/none/bin/ls"));
    t.true(process.getuid?.() !== 0 || stored.includes('"path": "/root/bin2/x"'));
  },
);
