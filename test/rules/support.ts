import { ProfileError } from "../../src/errors.js";
import { FactSet } from "../../src/facts/set.js";
import type { Fact } from "../../src/facts/types.js";
import type { FileStatus, Host, Unit } from "../../src/host/types.js";
import { type Ceiling, parseCeiling, violations } from "../../src/rules/ceiling.js";
import { situation } from "../directives/context.js";

/** The message of the ProfileError that reading throws, or `accepted`. */
export function complaint(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ProfileError) || error.exitCode !== 2) throw error;
    return error.message;
  }
  return "accepted";
}

/** A ceiling of one rule. */
export function ceilingOf(fact: object, except: readonly object[] = []): Ceiling {
  const rule = { fact, except, reason: "we do not do that" };
  return parseCeiling(JSON.stringify({ schema: 1, never: [rule] }), "ceiling.json");
}

export interface Machine {
  readonly files?: Host["files"];
  readonly users?: Host["users"];
  readonly unit?: Partial<Unit>;
}

/** The facts that break a ceiling of one rule. */
export function above(
  facts: readonly Fact[],
  fact: object,
  except: readonly object[] = [],
  { files = {}, users = {}, unit = {} }: Machine = {},
): readonly Fact[] {
  const context = situation({ host: { files, users }, unit });
  const surroundings = { unit: context.unit, hosts: [context.host] };
  return violations(FactSet.of(facts), ceilingOf(fact, except), surroundings).map((breach) => breach.fact);
}

export const link = (target: string): FileStatus => ({
  type: "symlink",
  mode: 0o777,
  uid: 0,
  gid: 0,
  target,
});

export const program = (capabilities: string): FileStatus => ({
  type: "file",
  mode: 0o755,
  uid: 0,
  gid: 0,
  capabilities,
});
