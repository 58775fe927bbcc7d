import { decide } from "../../src/directives/index.js";
import type { Context, Decision } from "../../src/directives/types.js";
import { FactSet } from "../../src/facts/set.js";
import type { Fact, FileFact, SyscallFact } from "../../src/facts/types.js";
import type { Host, Unit } from "../../src/host/types.js";

export interface Situation {
  readonly facts?: readonly Fact[];
  readonly unit?: Partial<Unit>;
  readonly host?: Partial<Host>;
  readonly target?: number;
  readonly breadth?: Context["breadth"];
  readonly posture?: Context["posture"];
  readonly manager?: Context["manager"];
  readonly adoptAdvice?: boolean;
}

/** A root service on systemd 257 that did nothing, but for what is said otherwise. */
export function situation({
  facts = [],
  unit,
  host,
  target = 257,
  breadth = "exact",
  posture = "strict",
  manager = "system",
  adoptAdvice = false,
}: Situation = {}): Context {
  return {
    facts: FactSet.of(facts),
    target,
    breadth,
    posture,
    manager,
    adoptAdvice,
    unit: {
      name: "thing.service",
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
      ...unit,
    },
    host: {
      architecture: "x86-64",
      kernel: "6.12.0-1-amd64",
      systemd: { version: target, features: ["+SECCOMP"] },
      users: {},
      groups: {},
      memberships: {},
      mounts: [{ path: "/", fstype: "ext4" }],
      files: {},
      cgroups: "unified",
      securityModules: [],
      unenforced: [],
      unprivilegedPortStart: 1024,
      ...host,
    },
  };
}

export const file = (access: FileFact["access"], path: string, type?: FileFact["type"]): FileFact =>
  type === undefined ? { kind: "file", access, path } : { kind: "file", access, path, type };

export const call = (name: string, result: SyscallFact["result"] = "used"): SyscallFact => ({
  kind: "syscall",
  architecture: "x86-64",
  name,
  result,
});

export const calls = (names: string): SyscallFact[] => names.split(" ").map((name) => call(name));

export const setuidHelper: Fact = { kind: "elevation", path: "/usr/bin/helper", by: "setuid" };

/** What a drop-in would say of a directive: its lines, or the reason why it is withheld. */
export function outcome(decisions: readonly Decision[], directive: string): string[] {
  return decisions
    .filter((decision) => decision.directive === directive)
    .flatMap((decision) =>
      decision.decision === "set"
        ? decision.values.map((value) => `${directive}=${value}`)
        : [decision.reason as string],
    );
}

/** One row of a table test: what the service does, its situation, and the lines or the reason that must come out. */
export type Row = readonly [does: string, given: Situation, expected: readonly string[]];

/** What comes out for one directive. */
export const decided = (directive: string, given: Situation): string[] =>
  outcome(decide(situation(given)), directive);

/** The explanation that stands beside it. */
export const whyOf = (directive: string, given: Situation): string | undefined =>
  decide(situation(given)).find((decision) => decision.directive === directive)?.why;
