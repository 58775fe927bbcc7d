import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { execSettings } from "../host/types.js";
import { parseBinds, type View } from "../host/view.js";
import { gateSocket } from "../systemd/paths.js";
import { permissiveDropIn, remains } from "../systemd/permissive.js";
import { printable } from "../systemd/run.js";
import type { UnitState } from "../systemd/unit.js";
import type { Bench } from "./bench.js";
import type { Session } from "./session.js";
import type { Learned, LifecyclePhase, Soak } from "./types.js";

export interface LearnUnitOptions {
  readonly soak: Soak;
  /** What to exercise; `start` always happens. What the unit cannot do (reload) is left out of the result. */
  readonly phases: readonly LifecyclePhase[];
  readonly session: Session;
}

/**
 * Learns a service: takes it through its lifecycle in a permissive unit under trace.
 *
 * SIGINT during the soak ends the soak; any other signal, or abort of the bench's interrupts, throws its reason.
 * A service or soak that fails is no exception: `Learned.failure` says so and the facts are partial.
 * The session is finished or closed in every case.
 */
export async function learnUnit(bench: Bench, options: LearnUnitOptions): Promise<Learned> {
  try {
    return await learn(bench, options);
  } finally {
    await options.session.close();
  }
}

async function learn(bench: Bench, { soak, phases, session }: LearnUnitOptions): Promise<Learned> {
  const { state, version, progress } = bench;
  const name = state.unit.name;
  const started = new Date();
  const permissive = permissiveDropIn(state, {
    version,
    gate: gateSocket(name),
    exists: (root, path) => existsSync(join(root, path)),
  });
  const problems = new Set([...permissive.untraced, ...unseenRoot(state)]);
  progress(`${name} runs without its sandbox until it has been learned`);
  const walked = await bench.walk({
    dropIn: permissive.text,
    holds: permissive.holds,
    session,
    soak,
    phases,
    onLoaded: (loaded) => {
      for (const setting of remains(state, version, loaded))
        problems.add(`${name} still has ${setting}: what it denies was not seen`);
    },
  });
  if (walked.failure === undefined && walked.attached === 0)
    problems.add(`no process of ${name} came to the gate: nothing was traced`);
  await bench.rest();
  const { facts, evidence, failures, host, incomplete, soaked, saturation, saturated } = await session.finish(
    {
      view: await viewOf(state),
      // Also those that did not run are to stay executable.
      paths: state.unit.commands.flatMap(({ argv }) => argv.slice(0, 1)),
    },
  );
  return {
    unit: state.unit,
    host,
    facts,
    evidence,
    failures,
    started: started.toISOString(),
    duration: (Date.now() - started.getTime()) / 1000,
    phases: walked.phases,
    soak,
    ...(soaked === undefined ? {} : { soaked }),
    ...(saturation === undefined ? {} : { saturation }),
    saturated,
    incomplete: [...problems, ...walked.problems, ...incomplete],
    ...(walked.failure === undefined ? {} : { failure: walked.failure }),
  };
}

/** How the unit sees the file system; undefined: as the host does. */
export async function viewOf({ unit, properties }: UnitState): Promise<View | undefined> {
  const binds = ["BindPaths", "BindReadOnlyPaths"].flatMap((name) => parseBinds(properties.get(name) ?? ""));
  if (["", "/"].includes(unit.rootDirectory) && binds.length === 0) return undefined;
  const root = unit.rootDirectory === "" ? "/" : unit.rootDirectory;
  return { root: await realpath(root).catch(() => root), binds };
}

/** What of the unit's root directory cannot be looked at from outside, one line each. */
function unseenRoot({ unit, properties, commands }: UnitState): readonly string[] {
  const image = properties.get("RootImage") ?? "";
  const others = execSettings.some((setting) => setting !== "ExecStart" && commands[setting].length > 0);
  return [
    ...(image === "" ? [] : [`types and owners of the files in RootImage=${printable(image)} are not known`]),
    ...(unit.rootDirectory !== "" && properties.get("RootDirectoryStartOnly") === "yes" && others
      ? [
          "RootDirectoryStartOnly=yes: what the other commands use on the host is taken to be in the root directory",
        ]
      : []),
  ];
}
