import { existsSync } from "node:fs";
import test from "ava";
import { execa } from "execa";
import { cli, profile } from "./cli.run.js";

const isRoot = process.getuid?.() === 0;
const booted = existsSync("/run/systemd/system");
/** Node as a user without privileges, whoever calls. */
const [program, prefix] = isRoot
  ? ["setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "--", process.execPath]]
  : [process.execPath, []];

/** A test that runs the built program as a user without privileges, who must be able to read it. */
const asNobody =
  (await execa(program, [...prefix, "--check", cli], { reject: false })).exitCode === 0 ? test : test.skip;

test("when a unit does not exist, or this host cannot learn one, then one line says so", async (t) => {
  const { exitCode, stdout, stderr } = await profile([
    "run",
    "no-such-unit-anywhere.service",
    "--duration",
    "1s",
  ]);
  t.is(exitCode, booted && isRoot ? 2 : 3);
  t.is(stdout, "");
  t.regex(stderr, /^profile: .+$/);
});

asNobody(
  "when doctor is asked as nobody then root is missing, with what is lost, and the exit code is 3",
  async (t) => {
    const { exitCode, stdout } = await execa(program, [...prefix, cli, "doctor"], {
      reject: false,
      env: { NO_COLOR: "1" },
    });
    t.regex(stdout, /^missing root .*effective user id \d+\n {10}lost: .+\n {10}do: {3}.+$/m);
    t.regex(stdout, /^profile run UNIT does not work here: root/m);
    t.is(exitCode, 3);
  },
);

test("when doctor is asked for JSON then each ability has a state and what is lost without it", async (t) => {
  const { stdout, exitCode } = await profile(["doctor", "--json"]);
  const { abilities } = JSON.parse(stdout) as { abilities: { state: string; required: boolean }[] };
  t.true(abilities.length > 10);
  t.true(abilities.every(({ state }) => ["ok", "missing", "unknown"].includes(state)));
  const able = abilities.every(({ state, required }) => state === "ok" || !required);
  t.is(exitCode, able ? 0 : 3);
});
