import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { hostOf } from "../src/profile/hosts.js";
import { formatProfile } from "../src/profile/format.js";
import { cli, profile, temporaryDirectory } from "./cli.run.js";
import { sampleProfile } from "./profile/sample.js";

const badTraces: readonly (readonly [string, (path: string) => void])[] = [
  [
    "a directory",
    (path) => {
      mkdirSync(path);
    },
  ],
  [
    "empty",
    (path) => {
      writeFileSync(path, "");
    },
  ],
  [
    "binary",
    (path) => {
      writeFileSync(path, Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7) % 256)));
    },
  ],
  ["not there", () => undefined],
];

for (const [title, make] of badTraces) {
  test(`when a trace is ${title} then one line says so and the exit code is 2`, async (t) => {
    const path = join(temporaryDirectory(t), "demo.strace");
    make(path);
    const { exitCode, stdout, stderr } = await profile(["import", path]);
    t.is(exitCode, 2);
    t.is(stdout, "");
    t.true(stderr.startsWith("profile: ") && stderr.includes(path));
    t.is(stderr.split("\n").length, 1);
  });
}

const badProfiles: readonly (readonly [string, string, string])[] = [
  ["cut", formatProfile(sampleProfile).slice(0, 40), "is not a profile: it is not JSON at line 4, column "],
  ["of another program", "{}", 'is not a profile: it has no "schema" version'],
  [
    "newer",
    '{"schema": 4}',
    "has schema version 4, this program knows up to 3: use a newer sandbox-profiler",
  ],
  ["malformed", '{"schema": 1}', "is not a valid profile: line 1, column 1: unit is missing"],
];

for (const [title, text, message] of badProfiles) {
  test(`when a profile is ${title} then one line says where and the exit code is 2`, async (t) => {
    const path = join(temporaryDirectory(t), "demo.profile.json");
    writeFileSync(path, text);
    const { exitCode, stdout, stderr } = await profile(["synthesize", path]);
    t.true(stderr.startsWith(`profile: ${path} ${message}`), stderr);
    t.like({ exitCode, stdout, lines: stderr.split("\n").length }, { exitCode: 2, stdout: "", lines: 1 });
  });
}

test("when a profile comes from standard input then it gives the same drop-in as from its file", async (t) => {
  const path = join(temporaryDirectory(t), "demo.profile.json");
  const text = formatProfile(sampleProfile);
  writeFileSync(path, text);
  const fromFile = await profile(["synthesize", path]);
  const fromInput = await profile(["synthesize", "-"], { input: text });
  t.is(fromFile.exitCode, 0);
  t.regex(fromFile.stdout, /^\[Service\]$/m);
  t.is(fromInput.stdout, fromFile.stdout);
});

test("when JSON is asked for then standard output is one document with the drop-in and its reasons", async (t) => {
  const { stdout, exitCode } = await profile(["synthesize", "--json", "--target-systemd", "257", "-"], {
    input: formatProfile(sampleProfile),
  });
  const document = JSON.parse(stdout) as { dropIn: string; decisions: object[] };
  t.like(document, { unit: "demo.service", target: 257, breadth: "portable" });
  t.true(document.decisions.length > 0);
  t.is(exitCode, 0);
});

test("when the drop-in is for the user manager then it says so, and what was learned of others is refused", async (t) => {
  const { unit } = sampleProfile;
  const command = { ...unit, name: "server", installed: false, user: "alice" };
  const args = ["synthesize", "--user", "--json", "-"];
  const written = await profile(args, { input: formatProfile({ ...sampleProfile, unit: command }) });
  const document = JSON.parse(written.stdout) as { dropIn: string };
  t.like(document, { unit: "server", target: 252, manager: "user" });
  t.regex(document.dropIn, /^# Written for the user manager of systemd 252, /m);

  for (const [other, message] of [
    [unit, "demo.service was learned as a unit of the system manager; --user is for commands"],
    [
      { ...command, user: "" },
      "server was learned as root; --user is for what was learned as the user who will run it",
    ],
  ] as const) {
    const refused = await profile(args, { input: formatProfile({ ...sampleProfile, unit: other }) });
    t.is(refused.stderr, `profile: ${message}`);
    t.is(refused.exitCode, 2);
  }
});

test("when the learned host had no systemd then the target must be given", async (t) => {
  const input = formatProfile({ ...sampleProfile, hosts: [{ ...hostOf(sampleProfile), systemd: null }] });
  const refused = await profile(["synthesize", "-"], { input });
  t.is(
    refused.stderr,
    "profile: demo.service was learned on a host without systemd: say for which version with --target-systemd",
  );
  t.is(refused.exitCode, 2);
  t.is((await profile(["synthesize", "--target-systemd", "252", "-"], { input })).exitCode, 0);
});

test("when the reader goes away then that is no error", async (t) => {
  const facts = Array.from(
    { length: 2000 },
    (_, i) => ({ kind: "file", access: "write", path: `/srv/d${i}/x` }) as const,
  );
  const path = join(temporaryDirectory(t), "big.profile.json");
  writeFileSync(path, formatProfile({ ...sampleProfile, facts }));
  const { exitCode, stderr } = await execa(
    "sh",
    [
      "-c",
      '{ "$0" "$1" synthesize --json "$2"; echo "exit $?" >&2; } | head -n 1',
      process.execPath,
      cli,
      path,
    ],
    { reject: false },
  );
  t.is(stderr, "exit 0");
  t.is(exitCode, 0);
});

test("when advice is to be adopted then it stands in the drop-in, and what was adopted is told apart from it", async (t) => {
  const path = join(temporaryDirectory(t), "demo.profile.json");
  const unit = { ...sampleProfile.unit, directories: [] };
  const facts = sampleProfile.facts.filter(({ kind }) => ["syscall", "capability"].includes(kind));
  writeFileSync(path, formatProfile({ ...sampleProfile, unit, facts }));
  const { exitCode, stdout, stderr } = await profile(["synthesize", "--adopt-advice", path]);
  t.is(exitCode, 0);
  t.is(stderr, "adopted advice: DynamicUser=yes, AmbientCapabilities=CAP_NET_BIND_SERVICE");
  t.regex(stdout, /^# Written for .*, advice adopted\.$/m);
  t.regex(stdout, /^# --- Identity ---\n(?:# .*\n)*DynamicUser=yes$/m);
  const refused = await profile(["synthesize", "--adopt-advice", "-"], {
    input: formatProfile({ ...sampleProfile, unit }),
  });
  t.is(refused.stderr, "adopted advice: none; the drop-in says what stands in the way");
});
