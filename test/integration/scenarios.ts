/** The services of test/fixtures/services that say in scenario.json what is special about them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { type Machine, projectPath } from "./machine.js";
import { services } from "./with-machine.js";

/** scenario.json */
export interface Scenario {
  readonly unit: string;
  /** The socket that starts it. */
  readonly socket?: string;
  /** Does it have a reload? */
  readonly reload?: boolean;
  /** Is it running before it is learned? Default true. */
  readonly startedBefore?: boolean;
  /** Its own unit is a sandbox already: what is learned must be no worse. */
  readonly hardenedByVendor?: boolean;
  readonly exposure?: { readonly before: number; readonly atMost: number };
  /** Learned a second time, it must give the same bytes. Default false, because it takes its time. */
  readonly twice?: boolean;
}

const fixtures = projectPath("test/fixtures/services");

/** By the name of their directory, sorted. */
export function scenarios(): ReadonlyMap<string, Scenario> {
  const paths = readdirSync(fixtures)
    .sort()
    .map((name) => [name, `${fixtures}/${name}/scenario.json`] as const)
    .filter(([, path]) => existsSync(path));
  return new Map(paths.map(([name, path]) => [name, JSON.parse(readFileSync(path, "utf8")) as Scenario]));
}

/** Installs the service, and starts it unless it is to be learned from where it does not run. */
export async function prepare(
  machine: Machine,
  name: string,
  { unit, startedBefore }: Scenario,
): Promise<void> {
  await machine.succeed(`[ ! -e ${services}/${name}/install.sh ] || ${services}/${name}/install.sh`);
  if (startedBefore !== false) {
    await machine.succeed(["systemctl", "start", unit]);
  }
}

/** Stops the service and takes away what was put beside its unit. */
export async function cleanUp(machine: Machine, { unit, socket }: Scenario): Promise<void> {
  await machine.exec(["systemctl", "stop", unit, ...(socket === undefined ? [] : [socket])]);
  await machine.succeed(["rm", "-rf", `/etc/systemd/system/${unit}.d`, `/run/systemd/system/${unit}.d`]);
  await machine.succeed(["systemctl", "daemon-reload"]);
  await machine.exec(["systemctl", "reset-failed", unit]);
}
