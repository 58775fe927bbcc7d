/** What a proof needs of the machine: a unit on the bench, walked under one drop-in after the other. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { FactSet } from "../facts/set.js";
import { gatherHost, type HostQuery } from "../host/gather.js";
import type { Host } from "../host/types.js";
import type { Bench } from "../learning/bench.js";
import { Session } from "../learning/session.js";
import type { Learned, LifecyclePhase, Progress, Soak } from "../learning/types.js";
import { learnUnit, viewOf } from "../learning/unit.js";
import { gateSocket } from "../systemd/paths.js";
import { confinedDropIn } from "../systemd/permissive.js";
import type { Failure } from "../facts/failures.js";
import { parseSettings } from "./settings.js";
import { watchJournal } from "./watch.js";
import type { Walk } from "./types.js";

/** How the service fares without its sandbox: what a confined walk is compared with. */
export interface Reference {
  readonly facts: FactSet;
  readonly failures: readonly Failure[];
  /** It does not work without the sandbox either. */
  readonly failure?: string;
  /** Seconds that the soak took. */
  readonly soaked?: number;
}

/** The effects of a verification. */
export interface Laboratory {
  /** Takes the service through its lifecycle under a drop-in. */
  readonly walk: (dropIn: string) => Promise<Walk>;
  /** The same without any sandbox; once. */
  readonly reference: () => Promise<Reference>;
  /** Looks at what facts are about. What the machine enforces is not asked for. */
  readonly host: (query: Pick<HostQuery, "paths" | "uids" | "gids">) => Promise<Host>;
  /** Whether there is such a path, seen from outside the sandbox. */
  readonly exists: (path: string) => boolean;
  readonly progress: Progress;
}

export interface LaboratoryOptions {
  readonly soak: Soak;
  readonly phases: readonly LifecyclePhase[];
  /** The unit was learned on this bench already. */
  readonly learned?: Learned;
  /** Seconds that some soak of this service took; this one may be another. */
  readonly expected?: number | undefined;
  /** Where the raw traces go, below a directory for each walk. */
  readonly keepTraces?: string | undefined;
}

export async function openLaboratory(bench: Bench, options: LaboratoryOptions): Promise<Laboratory> {
  const { state, progress } = bench;
  const { soak, phases, keepTraces } = options;
  const { name } = state.unit;
  const view = await viewOf(state);
  const root = view?.root ?? "/";
  let walks = 0;
  // Seconds that the soak takes.
  let usual = options.learned?.soaked;
  let known: Promise<Reference> | undefined =
    options.learned === undefined ? undefined : Promise.resolve(referenceOf(options.learned));

  function openSession(label: string): Promise<Session> {
    return Session.open({
      progress,
      ...(keepTraces === undefined ? {} : { keepTraces: join(keepTraces, label) }),
    });
  }

  async function learn(): Promise<Reference> {
    const learned = await learnUnit(bench, { soak, phases, session: await openSession("permissive") });
    usual = Math.max(usual ?? 0, learned.soaked ?? 0);
    return referenceOf(learned);
  }

  async function walk(dropIn: string): Promise<Walk> {
    const session = await openSession(`confined-${++walks}`);
    const patience = usual === undefined ? firstPatience(options) : patienceFor(usual);
    try {
      const watch = await watchJournal(name);
      const walked = await bench.walk({
        dropIn: confinedDropIn(state, gateSocket(name), dropIn),
        holds: false,
        session,
        soak: { ...soak, patience },
        phases,
      });
      const { facts, failures, incomplete, soaked } = await session.finish({ view, enforcement: false });
      if (walked.failure === undefined && soaked !== undefined) usual = Math.max(usual ?? 0, soaked);
      return {
        phases: walked.phases,
        facts,
        failures,
        symptoms: await watch.symptoms(parseSettings(dropIn)),
        incomplete: [...walked.problems, ...incomplete],
        patience,
        ...(walked.failure === undefined ? {} : { failure: walked.failure }),
      };
    } finally {
      await session.close();
    }
  }

  return {
    walk,
    reference: () => (known ??= learn()),
    host: (query) => gatherHost({ ...query, ...(view !== undefined && { view }) }),
    exists: (path) => existsSync(join(root, path)),
    progress,
  };
}

/** Seconds after which a soak is taken for one that waits for an answer that never comes. */
function patienceFor(usual: number): number {
  return 20 + 4 * usual;
}

/** Nobody knows how long this soak takes: where it is ended too soon, the reference shows it, and it is done again. */
function firstPatience({ expected }: LaboratoryOptions): number {
  return Math.max(leastPatience, expected === undefined ? 0 : patienceFor(expected));
}

const leastPatience = 60;

function referenceOf({ facts, failures, failure, soaked }: Learned): Reference {
  return {
    facts,
    failures,
    ...(failure === undefined ? {} : { failure }),
    ...(soaked === undefined ? {} : { soaked }),
  };
}
