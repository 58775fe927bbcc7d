/** Installing, learning and checking releases of test/fixtures/releases in a machine. */
import type { ExecutionContext } from "ava";
import type { Comparison } from "../../../src/comparison/types.js";
import type { Profile } from "../../../src/profile/types.js";
import type { Machine, Outcome } from "../machine.js";
import { releases } from "../with-machine.js";
import type { Twist } from "./twists.js";

const unit = "example-release.service";
const wholeSoak = ["--soak", `${releases}/soak.sh`];
/** Releases whose profiles are there: there is one machine in each process. */
const known = new Set<string>();

/** Learns a release from beginning to end on a fresh machine, once. @returns the path of its profile */
export async function profileOf(t: ExecutionContext, machine: Machine, release: string): Promise<string> {
  const directory = `/root/releases/${release}`;
  if (!known.has(release)) {
    await install(machine, release);
    await learn(t, machine, directory);
    known.add(release);
  }
  return profileIn(directory);
}

/** Checks one release against another. */
export async function checkReleases(
  t: ExecutionContext,
  machine: Machine,
  old: string,
  next: string,
  verdict: number,
): Promise<Comparison> {
  return check(t, machine, await profileOf(t, machine, old), await profileOf(t, machine, next), verdict);
}

/** The profile that `profile run --out` writes there. */
export function profileIn(directory: string): string {
  return `${directory}/${unit}.profile.json`;
}

/** A profile of the machine. */
export async function readProfile(machine: Machine, path: string): Promise<Profile> {
  return JSON.parse(await machine.readFile(path)) as Profile;
}

/** The facts of a profile, each as text. */
export async function factsIn(machine: Machine, path: string): Promise<readonly string[]> {
  return (await readProfile(machine, path)).facts.map((fact) => JSON.stringify(fact));
}

/** Installs a release in place of whatever was there. */
export async function install(machine: Machine, release: string): Promise<void> {
  await machine.succeed([`${releases}/install.sh`, release]);
}

/** Turns the installed release into one that differs in this. */
export async function change(
  machine: Machine,
  { act, start, unit: edits = {}, setup }: Twist,
): Promise<void> {
  const directory = "/usr/local/lib/example-release";
  const extra = `def start():\n${indent(start)}\n\n\ndef act():\n${indent(act)}\n`;
  await machine.writeFile(`${directory}/extra.py`, extra);
  const path = `/etc/systemd/system/${unit}`;
  const lines = (await machine.readFile(path)).split("\n").flatMap((line) => {
    const value = edits[line.slice(0, line.indexOf("=") + 1)];
    return value === undefined ? [line] : value === "" ? [] : [value];
  });
  await machine.writeFile(path, lines.join("\n"));
  await machine.succeed(["systemctl", "daemon-reload"]);
  if (setup !== undefined) await machine.succeed(setup);
}

function indent(text = "pass"): string {
  return text.replaceAll(/^(?=.)/gm, "    ");
}

interface LearnOptions {
  /** Arguments of `profile run`. Default: the whole soak. */
  readonly run?: readonly string[];
  /** Without the state of an earlier run, as CI learns it. Default true. */
  readonly fresh?: boolean;
  /** Exit status. Default 0. */
  readonly verdict?: number;
}

/** Learns what is installed. */
export async function learn(
  t: ExecutionContext,
  machine: Machine,
  directory: string,
  { run = wholeSoak, fresh = true, verdict = 0 }: LearnOptions = {},
): Promise<void> {
  await machine.exec(["systemctl", "stop", unit]);
  if (fresh) await machine.succeed(["rm", "-rf", "/var/lib/example-release", "/var/log/example-release"]);
  const { exitCode, stderr } = await machine.exec(
    ["profile", "run", unit, "--no-verify", ...run, "--out", directory],
    {
      timeout: 240,
    },
  );
  t.is(exitCode, verdict, stderr);
}

/** @returns the document of `profile check --json`, after its exit status was found to be `verdict` */
export async function check(
  t: ExecutionContext,
  machine: Machine,
  old: string,
  candidate: string,
  verdict: number,
  rules: readonly string[] = [],
): Promise<Comparison> {
  const outcome: Outcome = await machine.exec(["profile", "check", "--json", ...rules, old, candidate]);
  t.is(outcome.exitCode, verdict, `${outcome.stderr}\n${outcome.stdout}`);
  return JSON.parse(outcome.stdout) as Comparison;
}
