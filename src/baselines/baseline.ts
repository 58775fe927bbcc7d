/** A unit's own sandbox as facts: all that it lets a service do, for a check of what a service needs beyond that. */
import { decide } from "../directives/index.js";
import type { Context } from "../directives/types.js";
import { FactSet } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import type { Host, Unit } from "../host/types.js";
import { type Difference, differences, sandboxOf } from "./difference.js";
import { withoutSandbox } from "./frame.js";
import { probes } from "./probes.js";
import { seenCallsOnly, withSettings } from "./shown.js";

export interface Baseline {
  readonly facts: FactSet;
  /** How the settings that the facts lead to stand to the unit's own; `same` everywhere if all could be expressed. */
  readonly differences: readonly Difference[];
}

/**
 * Takes every probe that leads to no setting which lets through what the unit refuses, together with those before it. Pure.
 *
 * @param target major version of the systemd that runs the unit
 */
export function baselineOf(unit: Unit, host: Host, target: number): Baseline {
  const frame = { host: present(host), target };
  const own = sandboxOf(unit, frame);
  const situation = contextFor(withoutSandbox(unit), frame.host, target);
  const differencesFor = (facts: readonly Fact[]): readonly Difference[] => {
    const decisions = seenCallsOnly(decide({ ...situation, facts: FactSet.of(facts) }));
    return differences(sandboxOf(withSettings(situation.unit, decisions, target), frame), own);
  };
  const always = ground(unit, frame.host);
  const selected = (start: readonly Fact[], more: readonly Fact[], ignored?: string): readonly Fact[] => {
    // What deciding cannot express more tightly, whatever else is taken.
    const inevitable = opened(differencesFor(start));
    return largest(start, more, (some) =>
      [...opened(differencesFor(some).filter(({ directive }) => directive !== ignored))].every((one) =>
        inevitable.has(one),
      ),
    );
  };
  const all = probes(unit, frame);
  const isSocket = ({ kind }: Fact) => kind === "socket";
  // A socket may be made also where all its packets are dropped.
  const sockets = selected(always, all.filter(isSocket), "IPAddressDeny");
  const facts = selected(
    sockets,
    all.filter((fact) => !isSocket(fact)),
  );
  return { facts: FactSet.of(facts), differences: differencesFor(facts) };
}

/** `start` and of `more` all that is acceptable with what has been taken; asks about halves, for nearly all of them are. */
function largest(
  start: readonly Fact[],
  more: readonly Fact[],
  isAcceptable: (facts: readonly Fact[]) => boolean,
): readonly Fact[] {
  const all = [...start, ...more];
  if (more.length === 0 || isAcceptable(all)) return all;
  if (more.length === 1) return start;
  const half = more.length >> 1;
  return largest(largest(start, more.slice(0, half), isAcceptable), more.slice(half), isAcceptable);
}

/** What a service does in any case, without which nothing would be decided of calls, and of a PID namespace. */
function ground({ properties }: Unit, { architecture }: Host): readonly Fact[] {
  return [
    { kind: "syscall", architecture, name: "execve", result: "used" },
    ...(properties["PrivatePIDs"] === "yes"
      ? [{ kind: "signal", signal: "SIGTERM", disposition: "handled" } as const]
      : []),
  ];
}

function contextFor(unit: Unit, host: Host, target: number): Omit<Context, "facts"> {
  return { unit, host, target, breadth: "exact", posture: "strict", manager: "system", adoptAdvice: false };
}

function opened(all: readonly Difference[]): Set<string> {
  return new Set(all.flatMap(({ directive, opens }) => opens.map((one) => `${directive} ${one}`)));
}

/** What the unit names is there once it runs: what is missing now does not make its parent writable. */
function present(host: Host): Host {
  const files = Object.entries(host.files).filter(([, status]) => status !== null);
  return { ...host, files: Object.fromEntries(files) };
}
