import type { Comparison, Growth, SettingChange, Severity } from "../../../src/comparison/types.js";
import { describeFact } from "../../../src/directives/describe.js";
import type { Sighting } from "../../../src/explain/types.js";
import type { Fact } from "../../../src/facts/types.js";

/** Nothing to tell. */
export const same: Comparison = {
  verdict: "same",
  unit: "demo.service",
  baseline: {
    name: "profiles/demo.service.profile.json",
    unit: "demo.service",
    facts: 40,
    runs: 3,
    phases: ["start", "soak", "stop"],
  },
  candidate: {
    name: "new.profile.json",
    unit: "demo.service",
    facts: 46,
    runs: 1,
    phases: ["start", "soak", "stop"],
  },
  target: 252,
  manager: "system",
  posture: "strict",
  breadth: "portable",
  failOn: "low",
  growth: [],
  tolerated: [],
  accepted: [],
  lapsed: [],
  violations: [],
  unitChanges: [],
  settings: [],
  takeBack: [],
  gone: [],
  covered: [],
  inconclusive: [],
  unused: [],
};

export const helper: Sighting = {
  count: 3,
  first: 1.5,
  phase: "soak",
  process: "helper",
  executable: "/usr/lib/demo/helper",
  example: "socket(AF_PACKET, SOCK_RAW, htons(0x3 /* ETH_P_ALL */)) = 5",
  seen: 1,
  runs: 1,
};

export function setting(
  directive: string,
  from: readonly string[] | null,
  to: readonly string[] | null,
  gains: readonly string[] = [],
): SettingChange {
  return { directive, from, to, gains, drops: [] };
}

export function growth(fact: Fact, severity: Severity, more: Partial<Growth> = {}): Growth {
  return {
    fact,
    text: describeFact(fact),
    evidence: helper,
    severity,
    gain: `What ${severity} severity gives.`,
    settings: [],
    before: null,
    ...more,
  };
}

export function call(name: string, result: "used" | "EPERM" = "used"): Fact {
  return { kind: "syscall", architecture: "x86-64", name, result };
}

export const rawSocket = growth(
  { kind: "socket", family: "AF_PACKET", type: "SOCK_RAW", protocol: "" },
  "high",
  {
    gain: "Reads and forges the traffic of all services of this host.",
    settings: [
      setting(
        "RestrictAddressFamilies",
        ["", "AF_INET AF_UNIX"],
        ["", "AF_INET AF_PACKET AF_UNIX"],
        ["AF_PACKET"],
      ),
    ],
  },
);

const write: Growth = growth(
  { kind: "file", access: "create", path: "/etc/demo/cache.db", type: "file" },
  "medium",
  {
    gain: "Changes configuration that other programs read.",
    evidence: {
      ...helper,
      process: "demo",
      executable: "/usr/sbin/demo",
      count: 1,
      example: 'openat(AT_FDCWD, "/etc/demo/cache.db", O_WRONLY|O_CREAT, 0644) = 3</etc/demo/cache.db>',
      seen: 2,
      runs: 3,
    },
    settings: [setting("ReadWritePaths", null, ["/etc/demo"], ["/etc/demo"])],
  },
);

const filter =
  "accept bind brk close connect execve exit_group fstat futex getpid listen mmap openat read socket write";

/** Two of many that are alike, as far as a person is concerned. */
export const calls: readonly Growth[] = ["getppid", "sysinfo"].map((name) =>
  growth(call(name), "low", {
    gain: "Little.",
    settings: [setting("SystemCallFilter", ["", filter], ["", `${filter} ${name}`], [name])],
  }),
);

const ptrace = growth(call("ptrace"), "high", {
  gain: "Reads and changes the memory of other processes.",
  settings: [setting("SystemCallFilter", ["", filter], ["", `${filter} ptrace`], ["ptrace"])],
  before: call("ptrace", "EPERM"),
});

/** Something of everything. */
export const much: Comparison = {
  ...same,
  verdict: "more",
  failOn: "medium",
  growth: [rawSocket, ptrace, write],
  tolerated: calls,
  accepted: [
    {
      growth: growth(
        { kind: "capability", capability: "CAP_CHOWN", source: "inferred", operation: "chown" },
        "high",
      ),
      reason: "the updater of 2.0 needs it",
      expires: "2027-03-31",
    },
  ],
  lapsed: [{ growth: write, reason: "until the cache moves", expires: "2026-10-31" }],
  violations: [
    {
      fact: write.fact,
      text: write.text,
      evidence: write.evidence,
      severity: "medium",
      gain: write.gain,
      reason: "nothing writes below /etc",
    },
  ],
  unitChanges: [
    {
      setting: "User",
      from: "demo",
      to: "root",
      direction: "more",
      severity: "high",
      gain: "Owns the files of everybody.",
    },
    {
      setting: "ProtectHome",
      from: "yes",
      to: "no",
      direction: "more",
      severity: "high",
      gain: "Reads what users keep at home.",
      rule: { state: "accepted", reason: "indexes homes", expires: "2027-01-31" },
    },
    { setting: "PrivateTmp", from: "no", to: "yes", direction: "less", severity: "low", gain: "" },
  ],
  settings: [
    setting("ReadWritePaths", null, ["/etc/demo"], ["/etc/demo"]),
    setting(
      "SystemCallFilter",
      ["", filter],
      ["", `${filter} getppid ptrace sysinfo`],
      ["getppid", "ptrace", "sysinfo"],
    ),
  ],
  takeBack: [setting("PrivateNetwork", null, ["yes"])],
  gone: [call("accept"), call("bind"), write.fact].map((fact) => ({
    fact,
    text: describeFact(fact),
    evidence: null,
    severity: "low",
  })),
  covered: [{ fact: call("openat2"), text: "calls openat2", evidence: null, by: "alias of openat" }],
  unused: ["allow.json: rule 2 (mode setuid)"],
};

export const lessExercised: Comparison = {
  ...same,
  verdict: "inconclusive",
  inconclusive: [
    "the phase reload of the baseline was not exercised",
    "the soak was 2 s long, that of the baseline 60 s",
  ],
};
