import { readFileSync } from "node:fs";
import test from "ava";
import { profile } from "./cli.run.js";

const mistakes: readonly (readonly [string, readonly string[], string])[] = [
  [
    "an option is unknown",
    ["run", "--fast", "nginx"],
    "profile: unknown option '--fast' (--help lists what there is)",
  ],
  ["a verb is mistyped", ["imprt"], "profile: unknown command 'imprt' (Did you mean import?)"],
  [
    "there is nothing to learn",
    ["run"],
    "profile: say what to learn: profile run UNIT, or profile run -- COMMAND",
  ],
  [
    "two units are given",
    ["run", "a", "b"],
    "profile: run learns one unit at a time, not a, b; a command goes behind --",
  ],
  [
    "a duration is none",
    ["run", "--duration", "soon", "nginx"],
    "profile: option '--duration <time>' argument 'soon' is invalid. Write it like 90s, 10m or 1h30m.",
  ],
  [
    "a breadth is unknown",
    ["synthesize", "--breadth", "wide", "x"],
    "profile: option '--breadth <breadth>' argument 'wide' is invalid. Allowed choices are exact, portable, group.",
  ],
  ["a profile is not named", ["synthesize"], "profile: missing required argument 'profile'"],
  [
    "the soak is empty",
    ["run", "--soak", " ", "nginx"],
    "profile: option '--soak <command>' argument ' ' is invalid. It is a shell command that exercises the service.",
  ],
  [
    "a soak is given and its phase left out",
    ["run", "--soak", "true", "--lifecycle", "start,stop", "nginx"],
    "profile: --soak and --duration are for the phase soak, which --lifecycle leaves out",
  ],
  [
    "a soak is to be saturated and its phase left out",
    ["run", "--lifecycle", "start,stop", "nginx", "--until-saturated"],
    "profile: --until-saturated is for the phase soak, which --lifecycle leaves out",
  ],
  [
    "a command is to be saturated",
    ["run", "--until-saturated", "--", "true"],
    "profile: --until-saturated is for units: profile run UNIT --until-saturated",
  ],
  [
    "a unit stands where a probability could",
    ["run", "--until-saturated", "nginx"],
    "profile: option '--until-saturated [probability]' argument 'nginx' is invalid. Write it like 5% or 0.05; a unit goes before the option.",
  ],
  [
    "a unit of the user manager is to be learned",
    ["run", "--user", "syncthing.service"],
    "profile: units of the user manager cannot be learned yet, only commands: profile run --user -- COMMAND",
  ],
  [
    "a service of the user manager is to become another user",
    ["run", "--user", "--adopt-advice", "--", "true"],
    "profile: --adopt-advice makes the service another user, which the user manager (--user) cannot do",
  ],
  [
    "an argument has an escape sequence",
    ["run", "--\u001b[2J"],
    "profile: unknown option '--\\x1b[2J' (--help lists what there is)",
  ],
];

for (const [title, args, message] of mistakes) {
  test(`when ${title} then that is told and the exit code is 2`, async (t) => {
    const { exitCode, stderr, stdout } = await profile(args);
    t.is(stderr, message);
    t.is(stdout, "");
    t.is(exitCode, 2);
  });
}

test("when a command has options of its own then they are not taken for ours", async (t) => {
  const { exitCode, stderr } = await profile(["run", "--", "/nonexistent/program", "--json", "--fast"]);
  t.regex(stderr, /^profile: .*\/nonexistent\/program/);
  t.true(exitCode === 2 || exitCode === 3);
});

test("when help or version is asked for then it is printed with exit code 0", async (t) => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  t.like(await profile(["--version"]), { stdout: version, stderr: "", exitCode: 0 });
  for (const args of [["--help"], ["help", "run"], ["run", "--help"]]) {
    const help = await profile(args);
    t.regex(help.stdout, /^Usage: profile/);
    t.like(help, { stderr: "", exitCode: 0 });
  }
});

test("when nothing is said then the help is shown as an error", async (t) => {
  const { exitCode, stderr } = await profile([]);
  t.regex(stderr, /^Usage: profile/);
  t.is(exitCode, 2);
});

test("when --debug stands before or behind the verb then the stack is shown, but not when it is the command's", async (t) => {
  for (const args of [
    ["--debug", "run"],
    ["run", "--debug"],
  ]) {
    const { stderr, exitCode } = await profile(args);
    t.regex(stderr, /^profile: say what to learn.*\nProfileError: /);
    t.is(exitCode, 2);
  }
  const { stderr } = await profile(["run", "--", "/nonexistent/program", "--debug"]);
  t.is(stderr.split("\n").length, 1);
});

test("when help is shown then it ends with examples and has no values of the program", async (t) => {
  for (const args of [["--help"], ["run", "--help"], ["import", "--help"], ["synthesize", "--help"]]) {
    const { stdout } = await profile(args);
    t.regex(stdout, /\nExamples:\n {2}(?:profile|strace) /);
    t.false(stdout.includes('["start"'));
  }
});
