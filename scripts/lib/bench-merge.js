// Measures `profile merge`: profiles of one service, written to memory one after the other, read and joined.
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const dist = (path) => new URL(`../../dist/src/${path}`, import.meta.url).href;

const FACTS = 2000;

/** Which of all facts the nth profile has: the same in each, or others by chance that every fifth profile has too. */
const CHOICES = {
  "merge, the same facts": (number) => number,
  "merge, facts that overlap by chance": (number, random) => 5 * number + random(5),
};

export const MERGES = Object.keys(CHOICES);

/** Reads and merges `count` profiles of 2,000 facts with evidence and files; only that is measured, not making them. */
export async function measureMerge(subject, count) {
  const { formatProfile } = await import(dist("profile/format.js"));
  const { readDocument } = await import(dist("profile/document.js"));
  const { ProfileUnion } = await import(dist("profile/merge.js"));
  const directory = await mkdtemp(join(tmpdir(), "sandbox-profiler-bench-"));
  const path = join(directory, "profile.json");
  const union = new ProfileUnion();
  let [cpu, bytes] = [0, 0];
  const timed = async (action) => {
    const before = process.cpuUsage();
    const result = await action();
    const { user, system } = process.cpuUsage(before);
    cpu += (user + system) / 1e6;
    return result;
  };
  try {
    for (let number = 0; number < count; number++) {
      await writeFile(path, formatProfile(makeProfile(number, CHOICES[subject])));
      bytes += (await stat(path)).size;
      await timed(async () => union.add(await readDocument(path)));
    }
    await timed(() => formatProfile(union.finish()));
  } finally {
    await rm(directory, { recursive: true });
  }
  return { cpu, bytes, peak: process.resourceUsage().maxRSS * 1024 };
}

function makeProfile(number, choose) {
  let seed = number + 1;
  const random = (limit) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % limit;
  };
  const facts = Array.from({ length: FACTS }, (_, index) => makeFact(choose(index, random)));
  const seen = {
    count: 3,
    first: 0.25,
    phase: "soak",
    process: "demo",
    executable: "/usr/sbin/demo",
    runs: "0",
  };
  const example = (path) => `openat(AT_FDCWD</>, "${path}", O_RDONLY|O_CLOEXEC) = 7<${path}>`;
  const status = { type: "file", mode: 0o644, uid: 0, gid: 0 };
  return {
    schema: 3,
    unit: {
      name: "demo.service",
      installed: true,
      type: "simple",
      user: "",
      group: "",
      dynamicUser: false,
      supplementaryGroups: [],
      ambientCapabilities: [],
      directories: [],
      rootDirectory: "",
      pidFile: "",
      commands: [],
      properties: {},
    },
    facts,
    hosts: [
      {
        architecture: "x86-64",
        kernel: "6.12.0",
        systemd: { version: 257, features: ["+SECCOMP"] },
        users: { 0: "root" },
        groups: { 0: "root" },
        memberships: { 0: [0] },
        mounts: [{ path: "/", fstype: "ext4" }],
        files: Object.fromEntries(facts.map(({ path }) => [path, status])),
        cgroups: "unified",
        securityModules: [],
        unenforced: [],
        unprivilegedPortStart: 1024,
      },
    ],
    runs: [
      {
        id: number.toString(16).padStart(16, "0"),
        started: new Date(Date.UTC(2026, 0, 1, number)).toISOString(),
        duration: 60,
        tracer: "strace",
        capabilities: "inferred",
        phases: ["start", "soak", "stop"],
        incomplete: [],
        host: 0,
      },
    ],
    evidence: Object.fromEntries(
      facts.map((fact) => [JSON.stringify(fact), { ...seen, example: example(fact.path) }]),
    ),
  };
}

/** With its members in order, as identities have them. */
function makeFact(number) {
  const access = ["create", "map", "read", "write"][number % 4];
  return { access, kind: "file", path: `/var/lib/demo/d${Math.floor(number / 20)}/file-${number}` };
}
