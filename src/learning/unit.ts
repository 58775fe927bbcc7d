import { existsSync } from "node:fs";
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hostCannot, ProfileError } from "../errors.js";
import { parseBinds, type View } from "../host/view.js";
import { describeSetAside, type OwnDropIn, ownDropIns, setAside, standIns } from "../systemd/own-drop-ins.js";
import { gateSocket, runtimeDropIn } from "../systemd/paths.js";
import { type Permissive, permissiveDropIn, remains } from "../systemd/permissive.js";
import { requireSystemd, systemdVersion } from "../systemd/require.js";
import { lastLine, printable, systemctl } from "../systemd/run.js";
import { parseWords } from "../systemd/show.js";
import { socketsToStart } from "../systemd/sockets.js";
import { type Claim, claimUnit, recoverClaim, releaseClaim } from "../systemd/state.js";
import { startTracing, type Tracing } from "../systemd/tracing.js";
import { execSettings } from "../host/types.js";
import { inspectUnit, showUnit, type UnitState } from "../systemd/unit.js";
import type { Session } from "./session.js";
import type { Learned, LifecyclePhase, Progress, Soak } from "./types.js";
import type { Interrupts } from "./unit-interrupts.js";
import { exercise, type LifecycleResult } from "./unit-lifecycle.js";

export interface LearnUnitOptions {
  /** As the user wrote it: `nginx`, `nginx.service`, an alias, `foo@bar`. */
  readonly unit: string;
  readonly soak: Soak;
  /** What to exercise; `start` always happens. What the unit cannot do (reload) is left out of the result. */
  readonly phases: readonly LifecyclePhase[];
  readonly session: Session;
  readonly progress: Progress;
  /** SIGINT, SIGTERM and SIGHUP as the caller has taken them over, and what else may end the run. */
  readonly interrupts: Interrupts;
}

/**
 * Learns a service: checks what can be checked, then runs it through its lifecycle in a permissive unit under trace and
 * puts it back as it was, whatever happens. The manager is reloaded, which also makes it read unit files
 * that were edited meanwhile.
 *
 * SIGINT during the soak ends the soak; any other signal, or abort of `interrupts`, throws its reason (a ProfileError
 * with exit code 128+n) after the unit is put back.
 * A service or soak that fails is no exception: `Learned.failure` says so and the facts are partial.
 * Throws badInput, hostCannot (the unit is as it was). The session is finished or closed in every case.
 */
export async function learnUnit(options: LearnUnitOptions): Promise<Learned> {
  try {
    await requireSystemd();
    const found = await inspectUnit(options.unit);
    // What a killed run left in force is not how the unit is.
    const recovered = await recoverClaim(found.unit.name);
    const state = recovered ? await inspectUnit(found.unit.name) : found;
    return await learn(state, await systemdVersion(), options);
  } finally {
    await options.session.close();
  }
}

async function learn(installed: UnitState, version: number, options: LearnUnitOptions): Promise<Learned> {
  const { interrupts, progress, session } = options;
  const name = installed.unit.name;
  const own = await ownDropIns(installed);
  const sockets = await socketsToStart(installed);
  interrupts.signal.throwIfAborted();

  const claim = await claimUnit(installed, sockets, standIns(name, own));
  const started = new Date();
  const problems = new Set<string>();
  let state = installed;
  let tracing: Tracing | undefined;
  let result: LifecycleResult;
  try {
    if (own.length > 0) {
      for (const dropIn of own) progress(`${name}: ${describeSetAside(dropIn)}`);
      state = await withoutOwn(name, own);
    }
    const permissive = permissiveDropIn(state, {
      version,
      gate: gateSocket(name),
      exists: (root, path) => existsSync(join(root, path)),
    });
    for (const problem of [...permissive.untraced, ...unseenRoot(state)]) problems.add(problem);
    tracing = await startTracing({
      unit: name,
      socket: gateSocket(name),
      holds: permissive.holds,
      attach: (pid, label) => session.attach(pid, { label, isMain: label === "ExecStart" }),
      onFatal: (error) => {
        interrupts.abort(error);
      },
    });
    progress(`${name} runs without its sandbox until it has been learned`);
    for (const remain of await loosen(state, version, permissive)) problems.add(remain);
    const { phases, soak } = options;
    result = await exercise({ state, sockets, soak, phases, session, tracing, interrupts, progress });
    if (result.failure === undefined && tracing.attached() === 0)
      problems.add(`no process of ${name} came to the gate: nothing was traced`);
  } catch (error) {
    // An abort is what the caller must hear of, also when the unit is slow to come back.
    await putBack(claim, tracing, progress).catch((failure: unknown) => {
      progress(failure instanceof Error ? failure.message : String(failure));
    });
    throw error;
  }
  const failure = await putBack(claim, tracing, progress).then(
    () => result.failure,
    (error: unknown) => {
      if (error instanceof ProfileError) return result.failure ?? error.message;
      throw error;
    },
  );
  const { facts, evidence, failures, host, incomplete, soaked } = await session.finish(
    await viewOf(state),
    // Also those that did not run are to stay executable.
    state.unit.commands.flatMap(({ argv }) => argv.slice(0, 1)),
  );
  return {
    unit: state.unit,
    host,
    facts,
    evidence,
    failures,
    started: started.toISOString(),
    duration: (Date.now() - started.getTime()) / 1000,
    phases: result.phases,
    soak: options.soak,
    ...(soaked === undefined ? {} : { soaked }),
    incomplete: [...problems, ...tracing.problems, ...incomplete],
    ...(failure === undefined ? {} : { failure }),
  };
}

/** The unit as it is without our own drop-ins, but for the identity that they gave it. */
async function withoutOwn(name: string, own: readonly OwnDropIn[]): Promise<UnitState> {
  await setAside(name, own);
  const state = await inspectUnit(name);
  const adopted = own.flatMap(({ identity }) => identity);
  return adopted.length === 0 ? state : { ...state, unit: { ...state.unit, adopted } };
}

/** How the unit sees the file system; undefined: as the host does. */
async function viewOf({ unit, properties }: UnitState): Promise<View | undefined> {
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

/** Puts the permissive drop-in in force. Gives one line for each part of the sandbox that is still there nevertheless. */
async function loosen(state: UnitState, version: number, permissive: Permissive): Promise<readonly string[]> {
  const name = state.unit.name;
  const path = runtimeDropIn(name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, permissive.text);
  const output = await systemctl("daemon-reload");
  if (output.code !== 0) throw hostCannot(`systemctl daemon-reload: ${lastLine(output.stderr)}`);
  const loaded = await showUnit(name);
  if (loaded.get("LoadState") !== "loaded" || !parseWords(loaded.get("DropInPaths")).includes(path))
    throw hostCannot(`systemd does not load ${path}: ${loaded.get("LoadError") ?? ""}`);
  return remains(state, version, loaded).map(
    (setting) => `${name} still has ${setting}: what it denies was not seen`,
  );
}

async function putBack(claim: Claim, tracing: Tracing | undefined, progress: Progress): Promise<void> {
  progress(`putting ${claim.unit} back as it was`);
  // Until the unit has its own configuration again, whatever is started must find the gate open.
  tracing?.pace("off");
  try {
    await releaseClaim(claim);
  } finally {
    await tracing?.close();
  }
}
