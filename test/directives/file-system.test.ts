import test from "ava";
import { decideProtectSystem, protectSystem } from "../../src/directives/file-system.js";
import type { Fact } from "../../src/facts/types.js";
import type { WritableRoots } from "../../src/facts/widening.js";
import type { FileStatus } from "../../src/host/types.js";
import { file, outcome, type Situation, situation } from "./context.js";

const directory: FileStatus = { type: "directory", mode: 0o755, uid: 0, gid: 0 };

const root = (path: string, broad = false): WritableRoots["roots"][number] => ({
  path,
  kind: "directory",
  broad,
  facts: [file("create", `${path}/x`)],
});

const undecidable = (path: string): WritableRoots["undecidable"][number] => ({
  path,
  facts: [file("create", path === "/" ? "/x" : `${path}/x`)],
});

interface Row {
  readonly roots?: readonly string[];
  readonly undecidable?: readonly string[];
  readonly given?: Situation;
  readonly system: string;
  readonly paths: readonly string[];
}

const table: Readonly<Record<string, Row>> = {
  "a directory that is there": {
    roots: ["/var/lib/thing"],
    system: "strict",
    paths: ["", "/var/lib/thing"],
  },
  "one that may be absent at start": {
    roots: ["/run/thing", "/var/lib/gone"],
    system: "strict",
    paths: ["", "-/run/thing", "-/var/lib/gone"],
  },
  "/run itself": { roots: ["/run"], system: "strict", paths: ["", "/run"] },
  "names that systemd would misread": {
    roots: ["/var/lib/a b", '/var/lib/%"\\'],
    system: "strict",
    paths: ["", '"/var/lib/a b"', '"/var/lib/%%\\"\\\\"'],
  },
  "trees that strict leaves alone, and directories that systemd manages": {
    roots: ["/proc/sys/net", "/dev/shm", "/home/a", "/var/lib/thing/data"],
    given: { unit: { directories: ["/var/lib/thing"] } },
    system: "strict",
    paths: ["meaningless"],
  },
  "a private /tmp": { roots: ["/tmp/x"], system: "strict", paths: ["meaningless"] },
  "a shared /tmp": {
    roots: ["/tmp"],
    given: { facts: [file("read", "/tmp/other")] },
    system: "strict",
    paths: ["", "/tmp"],
  },
  "below the unit's own root": {
    roots: ["/var/lib/thing"],
    given: { unit: { rootDirectory: "/srv/root" } },
    system: "strict",
    paths: ["", "+/var/lib/thing"],
  },
  "in an image of the unit's own": {
    roots: ["/var/lib/thing"],
    given: { unit: { properties: { RootImage: "/srv/image.raw" } } },
    system: "strict",
    paths: ["", "+/var/lib/thing"],
  },
  "all of /var": { undecidable: ["/var"], roots: ["/etc/thing"], system: "full", paths: ["", "/etc/thing"] },
  "all of /etc": { undecidable: ["/etc"], roots: ["/var/lib/thing"], system: "yes", paths: ["meaningless"] },
  "all of /usr": { undecidable: ["/usr"], system: "operator", paths: ["meaningless"] },
  "a file in /": { undecidable: ["/"], system: "full", paths: ["meaningless"] },
  "a name that no unit file can hold": {
    roots: ["/var/lib/thing/a\nb/c", "/var/lib/thing/d"],
    system: "strict",
    paths: ["", "/var/lib/thing"],
  },
  "such a name in a directory of the system": {
    roots: ["/srv/a\nb"],
    system: "full",
    paths: ["meaningless"],
  },
  "all of /etc, which the unit ships as writable": {
    undecidable: ["/etc"],
    given: { unit: { properties: { ProtectSystem: "strict", ReadWritePaths: "-/etc" } } },
    system: "strict",
    paths: ["", "/etc"],
  },
  "more than the unit as shipped lets it": {
    roots: ["/srv/x", "/var/lib/thing", "/var/log"],
    given: {
      unit: {
        properties: { ProtectSystem: "strict", ReadWritePaths: '-/var/lib/thing "/var/log/a b" /var/cache' },
      },
    },
    system: "strict",
    paths: ["", "/var/lib/thing", '"-/var/log/a b"'],
  },
};

for (const [title, { roots = [], undecidable: open = [], given, system, paths }] of Object.entries(table)) {
  test(`ProtectSystem= when the service writes ${title}`, (t) => {
    const there = [
      "/",
      "/etc",
      "/run",
      "/tmp",
      "/var/lib/thing",
      "/etc/thing",
      "/var/lib/a b",
      '/var/lib/%"\\',
    ];
    const context = situation({
      ...given,
      host: { files: Object.fromEntries(there.map((path) => [path, directory])) },
    });
    const decisions = decideProtectSystem(context, {
      roots: roots.map((path) => root(path, path === "/run")),
      undecidable: open.map(undecidable),
    });
    const lines = (directive: string) =>
      outcome(decisions, directive).map((line) => line.replace(`${directive}=`, ""));
    t.deepEqual(lines("ProtectSystem"), [system]);
    t.deepEqual(lines("ReadWritePaths"), paths);
  });
}

test("what is moved between two trees must stay writable at both ends", (t) => {
  const move = (from: string, to: string) =>
    decideProtectSystem(situation(), {
      roots: [],
      undecidable: [{ path: "/", facts: [{ kind: "rename", from, to }] }],
    });
  t.deepEqual(outcome(move("/srv/a", "/var/lib/b"), "ProtectSystem"), ["ProtectSystem=full"]);
  t.deepEqual(outcome(move("/etc/a", "/var/lib/b"), "ProtectSystem"), ["ProtectSystem=yes"]);
  t.deepEqual(outcome(move("/usr/a", "/var/lib/b"), "ProtectSystem"), ["operator"]);
});

test("what an operator has to decide comes with the exact lines", (t) => {
  const [decision] = decideProtectSystem(situation(), { roots: [], undecidable: [undecidable("/etc")] });
  t.deepEqual(decision?.advice, [
    {
      text: "strict would need all of /etc writable, which you have to decide:",
      lines: ["ProtectSystem=strict", "ReadWritePaths=/etc"],
    },
  ]);
});

test("a directory that others share is granted, and advised against where systemd could not make another", (t) => {
  const shared = (path: string) =>
    decideProtectSystem(situation(), { roots: [root(path, true)], undecidable: [] })[1]?.advice;
  t.is(shared("/run"), undefined);
  t.deepEqual(shared("/srv"), [
    {
      text: "ReadWritePaths=/srv lets the service change what belongs to others; better move its files to a directory of its own.",
      lines: [],
    },
  ]);
});

test("twenty thousand written directories, below each other and shipped, are decided at once", (t) => {
  const paths = Array.from({ length: 20_000 }, (_, i) => `/srv/${i % 100}/${i}/d`);
  const given: Situation = {
    unit: { properties: { ProtectSystem: "strict", ReadWritePaths: paths.slice(0, 2000).join(" ") } },
  };
  const nested = paths.map((path) => `${path}/e`);
  const started = process.cpuUsage().user;
  const decisions = decideProtectSystem(situation(given), {
    roots: [...paths, ...nested].map((path) => root(path)),
    undecidable: [],
  });
  t.true(process.cpuUsage().user - started < 2_000_000);
  t.is(outcome(decisions, "ReadWritePaths").length, 2001);
});

test("who only wrote logs that were there is told that rotating them takes more", (t) => {
  const advice = (...facts: Fact[]) =>
    protectSystem
      .decide(situation({ facts }))
      .flatMap((decision) => decision.advice ?? [])
      .map(({ text }) => text)
      .filter((text) => text.includes("logrotate"));
  const log = "/var/log/app/app.log";
  t.deepEqual(advice(file("write", log)), [
    `${log} was not made anew: have the soak rotate logs (logrotate -f), or what else that takes is denied.`,
  ]);
  t.deepEqual(advice(file("write", log), file("create", log)), []);
  t.deepEqual(advice(file("write", "/var/lib/app/data")), []);
});
