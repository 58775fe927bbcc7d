/** Where deployed drop-ins and what is known of them are stored; every change survives a crash, done or undone. */
import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, readdir, readFile, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { badInput, hostCannot } from "../errors.js";
import { writeFileAtomically } from "../output/files.js";
import { readProfile } from "../profile/document.js";
import type { Profile } from "../profile/types.js";
import { writeProfile } from "../profile/write.js";
import { isOurs } from "../systemd/dropin.js";
import { deployedDropIn, deployedDropInName, deploymentsDirectory } from "../systemd/paths.js";
import { printable } from "../systemd/run.js";
import { parseWords } from "../systemd/show.js";
import type { UnitState } from "../systemd/unit.js";
import {
  type Installed,
  type Intent,
  type Kind,
  kinds,
  parseInstalled,
  parseIntent,
  wasMade,
} from "./ledger.js";

/** What a drop-in holds and what is known of it. */
export interface Deployment {
  readonly path: string;
  /** null: no such file. */
  readonly current: string | null;
  /** undefined: it is not from `apply`, or was changed by hand since. */
  readonly installed: Installed | undefined;
}

/**
 * Finds out what is installed, and settles what a crash left open: a change that was made is finished, one that was not is
 * forgotten.
 *
 * @throws ProfileError (host cannot) where what is stored is damaged; (bad input) where the drop-in is no file of ours.
 */
export async function readDeployment(unit: string, kind: Kind): Promise<Deployment> {
  const path = deployedDropIn(unit, kind);
  const current = await readDropIn(path);
  await settle(unit, kind, current);
  const record = await readStored(recordFile(unit, kind), parseInstalled);
  return { path, current, installed: record?.text === current ? record : undefined };
}

/** How a change ended that a crash had left open. */
export interface Settled {
  readonly unit: string;
  /** One line for the user. */
  readonly outcome: string;
}

/** Settles what a crash left open of one unit, or of all, before the next `apply` or `revert` does. */
export async function settleDeployments(unit?: string): Promise<readonly Settled[]> {
  const units = unit === undefined ? (await readdir(deploymentsDirectory).catch(() => [])).sort() : [unit];
  const settled: Settled[] = [];
  for (const name of units) {
    for (const kind of kinds) {
      if (!existsSync(intentFile(name, kind))) continue;
      const { path, installed } = await readDeployment(name, kind);
      const state = installed === undefined ? "is not installed" : "is installed";
      settled.push({ unit: name, outcome: `${path}, which was being changed, ${state}` });
    }
  }
  return settled;
}

/** Makes a change. Whatever ends this process meanwhile, `readDeployment` finds it made or not made. */
export async function change(unit: string, kind: Kind, intent: Intent): Promise<void> {
  const path = deployedDropIn(unit, kind);
  await makePrivate(unit);
  await writeFileAtomically(intentFile(unit, kind), JSON.stringify(intent));
  if (intent.goal === null) {
    await rm(path, { force: true });
    // Only if nothing else is in it.
    await rmdir(dirname(path)).catch(() => undefined);
  } else {
    await writeFileAtomically(path, intent.goal);
  }
  await settle(unit, kind, intent.goal);
}

/** Keeps the profile that a drop-in is made from, as long as the drop-in is installed. */
export async function keepProfile(unit: string, kind: Kind, profile: Profile): Promise<void> {
  await makePrivate(unit);
  await writeProfile(profileFile(unit, kind), profile);
}

/** undefined when none was kept. @throws ProfileError (bad input) for one that is damaged. */
export async function keptProfile(unit: string, kind: Kind): Promise<Profile | undefined> {
  const path = profileFile(unit, kind);
  return existsSync(path) ? readProfile(path) : undefined;
}

async function makePrivate(unit: string): Promise<void> {
  await mkdir(join(deploymentsDirectory, unit), { recursive: true, mode: 0o700 });
  await chmod(deploymentsDirectory, 0o700);
}

async function settle(unit: string, kind: Kind, current: string | null): Promise<void> {
  const file = intentFile(unit, kind);
  const intent = await readStored(file, parseIntent);
  if (intent === undefined) {
    return;
  }
  if (wasMade(intent, current)) {
    if (intent.record === null) {
      await rm(profileFile(unit, kind), { force: true });
    }
    await (intent.record === null
      ? rm(recordFile(unit, kind), { force: true })
      : writeFileAtomically(recordFile(unit, kind), JSON.stringify(intent.record)));
  }
  await rm(file, { force: true });
  await rmdir(dirname(file)).catch(() => undefined);
}

/**
 * Drop-ins that systemd reads for the unit and that would get into the way: of two files with one name only the first is
 * read (systemd.unit(5)), and two sandboxes at once are a third that nobody has proved.
 *
 * @throws ProfileError (bad input) that names the first.
 */
export async function checkInTheWay({ unit, properties }: UnitState): Promise<void> {
  const own = kinds.map((kind) => deployedDropIn(unit.name, kind));
  const names = new Set(kinds.map(deployedDropInName));
  for (const path of parseWords(properties.get("DropInPaths"))) {
    if (own.includes(path)) {
      continue;
    }
    if (names.has(basename(path))) {
      throw badInput(`${printable(path)} has the name of the drop-in to install: rename it first`);
    }
    if (isOurs(await readFile(path, "utf8").catch(() => ""))) {
      throw badInput(`${printable(path)} is an earlier drop-in of profile: remove it first`);
    }
  }
}

/** What the drop-in of the unit holds; null: no such file. */
async function readDropIn(path: string): Promise<string | null> {
  const status = await lstat(path).catch(() => undefined);
  if (status === undefined) {
    return null;
  }
  const text = status.isFile() ? await readFile(path, "utf8") : "";
  if (!isOurs(text)) {
    throw badInput(`${path} is not a drop-in of profile: rename or remove it first`);
  }
  return text;
}

async function readStored<T>(path: string, parse: (text: string) => T): Promise<T | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) {
    return undefined;
  }
  try {
    return parse(text);
  } catch (error) {
    throw hostCannot(`${path} is damaged: remove it, and what it is about by hand`, { cause: error });
  }
}

function recordFile(unit: string, kind: Kind): string {
  return join(deploymentsDirectory, unit, `${kind}.json`);
}

function profileFile(unit: string, kind: Kind): string {
  return join(deploymentsDirectory, unit, `${kind}.profile.json`);
}

function intentFile(unit: string, kind: Kind): string {
  return join(deploymentsDirectory, unit, `${kind}.intent.json`);
}
