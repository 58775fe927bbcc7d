import { type CompareOptions, compare } from "../../src/comparison/index.js";
import type { Comparison } from "../../src/comparison/types.js";
import { FactSet, factId } from "../../src/facts/set.js";
import type { Fact } from "../../src/facts/types.js";
import type { FileStatus } from "../../src/host/types.js";
import type { Profile, Run } from "../../src/profile/types.js";
import { calls, file, type Situation, situation } from "../directives/context.js";

/** A profile of one run that exercised everything; `seen` says otherwise of facts, `run` of the run. */
export function profileOf(
  facts: readonly Fact[],
  {
    run = {},
    count = 2,
    phase = "start",
    ...others
  }: Omit<Situation, "facts"> & {
    readonly run?: Partial<Run>;
    readonly count?: number;
    readonly phase?: string;
  } = {},
): Profile {
  const { unit, host, facts: set } = situation({ ...others, facts });
  return {
    schema: 3,
    unit,
    hosts: [host],
    facts: [...set],
    runs: [
      {
        id: "0123456789abcdef",
        host: 0,
        started: "2026-01-02T03:04:05.678Z",
        duration: 1,
        tracer: "strace",
        capabilities: "inferred",
        phases: ["start", "soak", "reload", "restart", "stop"],
        incomplete: [],
        ...run,
      },
    ],
    evidence: Object.fromEntries(
      [...FactSet.of(facts)].map((fact) => [
        factId(fact),
        { count, first: 0, phase, process: "thing", example: "call() = 0", runs: "0" },
      ]),
    ),
  };
}

const defaults: CompareOptions = {
  names: { baseline: "old", candidate: "new" },
  breadth: "portable",
  posture: "strict",
  target: 257,
  failOn: "low",
  today: "2026-01-02",
};

export function check(
  baseline: Profile,
  candidate: Profile,
  options: Partial<CompareOptions> = {},
): Comparison {
  return compare(baseline, candidate, { ...defaults, ...options });
}

/** What every service in these tests does. */
export const usual: readonly Fact[] = [
  ...calls("read write openat mmap close execve exit_group brk fstat socket bind listen accept4"),
  { kind: "socket", family: "AF_UNIX", type: "SOCK_DGRAM", protocol: "" },
  file("create", "/srv/thing/log", "file"),
  file("execute", "/usr/bin/thing"),
  file("map", "/usr/lib/x86_64-linux-gnu/libc.so.6"),
];

export const directory: FileStatus = { type: "directory", mode: 0o755, uid: 0, gid: 0 };
export const closed: FileStatus = { type: "file", mode: 0o600, uid: 0, gid: 0 };
export const open: FileStatus = { type: "file", mode: 0o644, uid: 0, gid: 0 };

/** What growth there is, with the directives whose lines change. */
export function grown({ growth }: Comparison): string[] {
  return growth
    .map(({ text, settings }) =>
      [text, ...settings.map(({ directive }) => directive).sort()].join(" ").trim(),
    )
    .sort();
}
