import test from "ava";
import { formatProfile } from "../src/profile/format.js";
import { profile } from "./cli.run.js";
import { sampleProfile } from "./profile/sample.js";

const input = formatProfile(sampleProfile);

test("when a profile is explained from standard input then every directive is told with exit code 0", async (t) => {
  const { stdout, stderr, exitCode } = await profile(["explain", "-"], { input });
  t.regex(stdout, /^demo\.service: 18 facts of 1 run; systemd 252, posture strict, breadth portable\n/);
  t.regex(stdout, /^MemoryDenyWriteExecute= {2}not set: the service needs what it refuses$/m);
  t.regex(stdout, /^ +demo, 3 times since soak: mmap\(NULL, 4096, PROT_WRITE\|PROT_EXEC, …\)/m);
  t.like({ stderr, exitCode }, { stderr: "", exitCode: 0 });
});

test("when something that is refused is asked about then that is an answer too", async (t) => {
  const { stdout, exitCode } = await profile(["explain", "--target-systemd", "257", "-", "ptrace"], {
    input,
  });
  t.regex(stdout, /^ {2}call it: refused by SystemCallFilter=$/m);
  t.is(exitCode, 0);
});

test("when JSON is asked for then one document has the same answer", async (t) => {
  const { stdout } = await profile(["explain", "--json", "--posture", "isolated", "-", "CAP_CHOWN"], {
    input,
  });
  t.like(JSON.parse(stdout), {
    unit: "demo.service",
    posture: "isolated",
    query: "CAP_CHOWN",
    answers: [{ kind: "capability", subject: "CAP_CHOWN", verdicts: [{ isAllowed: false }] }],
  });
});

const unknown: readonly (readonly [string, string])[] = [
  ["ptrase", "profile: nothing to explain is called 'ptrase' (Did you mean ptrace?)"],
  [
    "\u001b[2J",
    "profile: nothing to explain is called '\\x1b[2J': it takes a directive, path, system call, @group, capability, address family, address, port or namespace type",
  ],
];

for (const [query, message] of unknown) {
  test(`when ${JSON.stringify(query)} is asked about then one line says so and the exit code is 2`, async (t) => {
    t.like(await profile(["explain", "-", query], { input }), { stderr: message, stdout: "", exitCode: 2 });
  });
}
