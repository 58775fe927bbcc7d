import { testProp } from "@fast-check/ava";
import test from "ava";
import picocolors from "picocolors";
import type { Comparison } from "../../../src/comparison/types.js";
import { renderText } from "../../../src/output/comparison/text.js";
import { comparison, someRuns } from "./arbitrary.js";
import { call, calls, growth, helper, lessExercised, much, rawSocket, same, setting } from "./sample.js";

const plain = { colors: picocolors.createColors(false), verbose: false };
const render = (one: Comparison, more: object = {}) => renderText(one, { ...plain, ...more });

test("when there is nothing to tell then three lines say so", (t) => {
  t.is(
    render(same),
    `demo.service needs nothing beyond its baseline
profiles/demo.service.profile.json (40 facts of 3 runs) → new.profile.json (46 facts of 1 run)
systemd 252, posture strict, breadth portable`,
  );
});

test("when there is something of everything then the verdict comes first and what it rests on next", (t) => {
  t.is(
    render(much),
    `demo.service needs 3 privileges beyond its baseline (2 high, 1 medium), is given more by its unit file (User=) and has 1 privilege that the ceiling forbids (1 medium)
profiles/demo.service.profile.json (40 facts of 3 runs) → new.profile.json (46 facts of 1 run)
systemd 252, posture strict, breadth portable; fails on medium and above

new:
high    opens AF_PACKET sockets
        gain: Reads and forges the traffic of all services of this host.
        seen: /usr/lib/demo/helper, 3 times, first in soak
              socket(AF_PACKET, SOCK_RAW, htons(0x3 /* ETH_P_ALL */)) = 5
        line: RestrictAddressFamilies=AF_INET AF_UNIX → AF_INET AF_PACKET AF_UNIX
medium  creates /etc/demo/cache.db
        gain: Changes configuration that other programs read.
        seen: /usr/sbin/demo, 1 time, first in soak, in 2 of 3 runs
              openat(AT_FDCWD, "/etc/demo/cache.db", O_WRONLY|O_CREAT, 0644) = 3</etc/demo/cache.db>
        line: ReadWritePaths=(not set) → /etc/demo

known to the baseline, but otherwise:
high    calls ptrace
        gain: Reads and changes the memory of other processes.
        seen: /usr/lib/demo/helper, 3 times, first in soak
              socket(AF_PACKET, SOCK_RAW, htons(0x3 /* ETH_P_ALL */)) = 5
        was:  result EPERM → used
        line: SystemCallFilter= gains ptrace

the ceiling forbids:
medium  creates /etc/demo/cache.db
        gain: Changes configuration that other programs read.
        seen: /usr/sbin/demo, 1 time, first in soak, in 2 of 3 runs
              openat(AT_FDCWD, "/etc/demo/cache.db", O_WRONLY|O_CREAT, 0644) = 3</etc/demo/cache.db>
        rule: nothing writes below /etc

the unit file says otherwise:
high    User=demo → root
        gain: Owns the files of everybody.
high    ProtectHome=yes → no
        gain: Reads what users keep at home.
        rule: accepted until 2027-01-31: indexes homes
less    PrivateTmp=no → yes

the drop-in would change:
  ReadWritePaths=(not set) → /etc/demo
  SystemCallFilter= gains getppid ptrace sysinfo

accepted no longer:
  until 2026-10-31: until the cache moves
    medium  creates /etc/demo/cache.db

accepted:
  until 2027-03-31: the updater of 2.0 needs it
    high    needs CAP_CHOWN (chown)

below medium, tolerated:
low     2 system calls: calls getppid, sysinfo

rules that nothing needed:
  allow.json: rule 2 (mode setuid)

could be taken back:
  PrivateNetwork=(not set) → yes
  not used any more: 2 system calls, 1 path written

1 new fact that the baseline covers (--verbose lists them)

If this is intended, commit the candidate as the new baseline, or let it through with a reason and a
last day in an allow file (--allow).`,
  );
});

test("when the candidate was exercised less then the reasons and what to do are told", (t) => {
  t.is(
    render(lessExercised).split("\n\n")[1],
    `exercised less than the baseline:
  the phase reload of the baseline was not exercised
  the soak was 2 s long, that of the baseline 60 s
  Exercise the candidate as the baseline was (the same --soak and --lifecycle) and check it again.`,
  );
});

test("when a helper makes thirty new calls then they do not bury a raw socket", (t) => {
  const many = Array.from({ length: 30 }, (_, i) =>
    growth(call(`call${i}`), "low", { gain: "Little.", settings: calls[0]?.settings ?? [] }),
  );
  const text = render({ ...same, verdict: "more", growth: [rawSocket, ...many] });
  t.is(
    text.split("\n\n")[1],
    `new:
high    opens AF_PACKET sockets
        gain: Reads and forges the traffic of all services of this host.
        seen: /usr/lib/demo/helper, 3 times, first in soak
              socket(AF_PACKET, SOCK_RAW, htons(0x3 /* ETH_P_ALL */)) = 5
        line: RestrictAddressFamilies=AF_INET AF_UNIX → AF_INET AF_PACKET AF_UNIX
low     30 system calls: calls call0, call1, call2, call3, call4, call5, call6, call7 and 22 more
        gain: Little.
        seen: /usr/lib/demo/helper, 3 times, first in soak
              socket(AF_PACKET, SOCK_RAW, htons(0x3 /* ETH_P_ALL */)) = 5
        line: SystemCallFilter= gains getppid`,
  );
});

test("when lists are long then they are cut, the gravest last, and --verbose shows all", (t) => {
  const many = (severity: "high" | "low", number: number) =>
    Array.from({ length: number }, (_, i) =>
      growth({ kind: "personality", persona: `P${i}` }, severity, {
        gain: `${i}`,
        evidence: { ...helper, process: `p${i}` },
      }),
    );
  const long = { ...same, verdict: "more", growth: [...many("high", 22), ...many("low", 22)] } as const;
  const rests = (text: string) => text.split("\n").filter((line) => / more /.test(line));
  t.deepEqual(rests(render(long)), [
    "        and 2 more (--verbose lists them)",
    "        and 14 more (--verbose lists them)",
  ]);
  t.deepEqual(rests(render(long, { verbose: true })), []);
});

test("when all is asked for then covered and unused facts are listed", (t) => {
  const lines = render(much, { verbose: true }).split("\n");
  t.true(lines.includes("  calls openat2: alias of openat"));
  t.true(lines.includes("    creates /etc/demo/cache.db"));
  t.true(lines.includes("        gain: Little."));
});

test("when a profile was written by hand then it is said that there is no evidence", (t) => {
  const text = render({ ...same, verdict: "more", growth: [{ ...rawSocket, evidence: null }] });
  t.regex(text, /seen: by nobody: the profile records no evidence for it/);
});

test("when a fact is restricted by no directive then that is said", (t) => {
  const text = render({ ...same, verdict: "more", growth: [{ ...rawSocket, settings: [] }] });
  t.regex(text, /line: none: no directive restricts this here/);
});

test("when privileges go away then the verdict counts them, settings first", (t) => {
  const less = { ...same, verdict: "less", takeBack: much.takeBack, gone: much.gone } as const;
  t.is(
    render(less).split("\n")[0],
    "demo.service needs nothing beyond its baseline, and less: 1 setting could be tightened, 3 privileges not used any more",
  );
});

test("when the terminal is narrow then lines are wrapped to it, and when it is wide they stay readable", (t) => {
  const longest = (columns: number) =>
    Math.max(
      ...render(much, { columns })
        .split("\n")
        .slice(1)
        .map((line) => line.length),
    );
  t.true(longest(80) <= 80);
  t.true(longest(300) > 80 && longest(300) <= 100);
});

test("when a person looks at it then severities have colours", (t) => {
  const text = render(much, { colors: picocolors.createColors(true) });
  t.true(text.startsWith("\u001b[1m\u001b[31mdemo.service needs"));
  t.true(text.includes("\u001b[31mhigh\u001b[39m"));
});

test("when several facts change a list each in its own way then what it gains is told together", (t) => {
  const paths = ["/a", "/b"].map((path) =>
    growth({ kind: "file", access: "write", path }, "low", {
      settings: [setting("ReadWritePaths", null, [path], [path])],
    }),
  );
  const text = render({ ...same, verdict: "more", growth: paths });
  t.regex(text, /2 paths written: writes \/a, \/b\n/);
  t.regex(text, /line: ReadWritePaths= gains \/a \/b\n/);
});

test("when thousands of members come to a list then a line of text names only some, unless all is asked for", (t) => {
  const gains = Array.from({ length: 5000 }, (_, i) => `/srv/${i}`);
  const many = { ...same, settings: [setting("ReadWritePaths", null, gains, gains)] };
  t.regex(render(many), /ReadWritePaths= gains \/srv\/0 [^]* \/srv\/11\s+and 4988 more$/);
  t.true(render(many, { verbose: true }).endsWith("/srv/4999"));
});

test("when a unit file changed much then what gives most comes first, and the verdict names only some", (t) => {
  const [user] = much.unitChanges;
  if (user === undefined) throw new Error("the sample has none");
  const names = Array.from({ length: 12 }, (_, i) => `S${i}`);
  const unitChanges = names.map((name, i) => ({
    ...user,
    setting: name,
    direction: i < 4 ? ("less" as const) : ("more" as const),
    severity: i === 11 ? ("high" as const) : ("low" as const),
    from: "x".repeat(500),
    gain: "",
  }));
  const lines = render({ ...same, verdict: "more", unitChanges }).split("\n");
  t.is(lines[0], "demo.service is given more by its unit file (S11=, S4=, S5=, S6= and 4 more)");
  const heads = lines.filter((line) => /=x/.test(line)).map((line) => line.replace(/=x.*/, ""));
  t.deepEqual(heads, [
    "high    S11",
    ...["S4", "S5", "S6", "S7", "S8", "S9", "S10"].map((name) => `low     ${name}`),
  ]);
  t.is(lines.at(-1), "  and 4 more (--verbose lists them)");
  t.true(Math.max(...lines.map((line) => line.length)) < 160);
});

test("when strace has lined up what calls returned then the spaces are left out", (t) => {
  const evidence = { ...helper, example: 'open("/a  b") =     3</a  b>       = 3' };
  t.true(
    render({ ...same, verdict: "more", growth: [{ ...rawSocket, evidence }] }).includes(
      '  open("/a  b") =     3</a  b> = 3\n',
    ),
  );
});

testProp(
  "nothing that a service chose does anything to a terminal or to CI",
  [comparison],
  (t, one) => {
    for (const verbose of [true, false]) {
      for (const line of render(one, { verbose }).split("\n")) {
        t.notRegex(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]|\p{Surrogate}/u);
        t.notRegex(line, /^\s*::/);
        t.notRegex(line, /##(?:vso)?\[/);
      }
    }
  },
  someRuns,
);
