import { fc } from "@fast-check/ava";
import { FactSet, factId } from "../../src/facts/set.js";
import type { Fact } from "../../src/facts/types.js";
import type { FileStatus, Host } from "../../src/host/types.js";
import { formatRuns } from "../../src/profile/run-ranges.js";
import type { Dropped, Profile, Proof, Run, StoredEvidence, Verdict } from "../../src/profile/types.js";
import { sampleProfile } from "./sample.js";

const [sampleHost] = sampleProfile.hosts;
const [sampleRun] = sampleProfile.runs;
if (sampleHost === undefined || sampleRun === undefined) throw new TypeError("the sample has both");

const facts: readonly Fact[] = [
  ...sampleProfile.facts,
  { kind: "syscall", architecture: "arm64", name: "openat", result: "used" },
  { kind: "syscall", architecture: "x86-64", name: "open", result: "used" },
];

const status: fc.Arbitrary<FileStatus | null> = fc.option(
  fc.record(
    {
      type: fc.constantFrom("file" as const, "directory" as const),
      mode: fc.constantFrom(0o755, 0o700, 0o644),
      uid: fc.constantFrom(0, 33),
      gid: fc.constantFrom(0, 33),
      interpreter: fc.constantFrom("/lib/ld.so", "/bin/sh"),
    },
    { requiredKeys: ["type", "mode", "uid", "gid"] },
  ),
);

const names = fc.dictionary(fc.constantFrom("0", "33", "105"), fc.constantFrom("root", "www", "redis"));
const ids = fc.uniqueArray(fc.constantFrom(0, 33, 105));

/** One of four machines, of which each run knew something else. */
const host: fc.Arbitrary<Host> = fc.record({
  architecture: fc.constantFrom("x86-64" as const, "arm64" as const),
  kernel: fc.constantFrom("6.1.0", "6.12.0"),
  systemd: fc.constant(sampleHost.systemd),
  users: names,
  groups: names,
  memberships: fc.dictionary(fc.constantFrom("0", "33"), ids),
  mounts: fc.uniqueArray(
    fc.record({ path: fc.constantFrom("/", "/run"), fstype: fc.constantFrom("ext4", "tmpfs") }),
  ),
  files: fc.dictionary(fc.constantFrom("/", "/usr/bin/x", "/var/lib/demo", "/etc"), status),
  cgroups: fc.constant("unified" as const),
  securityModules: fc.constant([]),
  unenforced: fc.constant([]),
  unprivilegedPortStart: fc.constant(1024),
});

type Known = Omit<Run, "host">;

/** Five runs, of which each profile may tell something else. */
const run: fc.Arbitrary<Known> = fc
  .record({
    id: fc.constantFrom("000000000000000a", "000000000000000b"),
    started: fc.constantFrom("2026-01-02T03:04:05.678Z", "2026-01-03T03:04:05.678Z", "2026-02-01T00:00:00Z"),
    duration: fc.constantFrom(1, 2.5),
    incomplete: fc.subarray(["a line was lost", "the run failed"]),
    phases: fc.subarray(["start", "soak", "stop"]),
    isConfined: fc.boolean(),
  })
  .map(({ isConfined, ...some }) => ({
    ...sampleRun,
    ...some,
    ...(isConfined && { confined: true as const }),
  }));

const evidence = fc.record(
  {
    count: fc.nat(3),
    first: fc.nat(2),
    phase: fc.constantFrom("start", "soak"),
    process: fc.constant("demo"),
    example: fc.constantFrom("open() = 3", "open() = 4"),
    executable: fc.constant("/usr/sbin/demo"),
  },
  { requiredKeys: ["count", "first", "phase", "process", "example"] },
);

function storedEvidence(runs: number): fc.Arbitrary<StoredEvidence> {
  const seen = fc.uniqueArray(fc.nat(runs - 1), { minLength: 1 });
  return fc
    .tuple(evidence, seen)
    .map(([one, list]) => ({ ...one, runs: formatRuns(list.sort((a, b) => a - b)) }));
}

const verdict = fc.constantFrom<Verdict>("needed", "unneeded");

const dropped: fc.Arbitrary<Dropped> = fc.record({
  directive: fc.constantFrom("ProtectSystem", "ReadWritePaths", "PrivateTmp"),
  why: fc.constantFrom("it exits with 1", "the soak fails"),
});

const proof: fc.Arbitrary<Proof> = fc.record({
  settings: fc.constantFrom("00000000000000aa", "00000000000000bb"),
  systemd: fc.constantFrom(252, 257),
  phases: fc.subarray(["start", "soak"]),
  unenforced: fc.subarray(["PrivateBPF", "RestrictFileSystems"]),
});

const trials: fc.Arbitrary<Pick<Profile, "verdicts" | "dropped" | "proofs">> = fc.record(
  {
    verdicts: fc.dictionary(fc.constantFrom(...facts.map(factId)), verdict),
    dropped: fc.array(dropped, { maxLength: 3 }),
    proofs: fc.array(proof, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

/**
 * Valid profiles of one unit that overlap in facts, runs and hosts, contradict each other, and are in no particular order:
 * evidence and verdicts may be of facts that are not there, and one run, host or proof be there twice.
 */
export const anyProfile: fc.Arbitrary<Profile> = fc
  .record({
    facts: fc.subarray([...facts]),
    hosts: fc.array(host, { minLength: 1, maxLength: 3 }),
    runs: fc.array(run, { maxLength: 4 }),
    user: fc.constantFrom("", "demo"),
  })
  .chain(({ facts: some, hosts, runs, user }) =>
    fc
      .record({
        machines: fc.array(fc.nat(hosts.length - 1), { minLength: runs.length, maxLength: runs.length }),
        evidence:
          runs.length === 0
            ? fc.constant({})
            : fc.dictionary(fc.constantFrom(...facts.map(factId)), storedEvidence(runs.length)),
        tried: trials,
      })
      .map(({ machines, evidence: seen, tried }) => ({
        schema: 3 as const,
        unit: { ...sampleProfile.unit, user },
        facts: [...FactSet.of(some)].reverse(),
        hosts,
        runs: runs.map((known, index) => ({ ...known, host: machines[index] ?? 0 })),
        evidence: seen,
        ...tried,
      })),
  );
