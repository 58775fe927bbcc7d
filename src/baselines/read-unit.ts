/** The sandbox of an installed unit as systemd has loaded it: what is read of the live system. */
import { hostCannot } from "../errors.js";
import { gatherHost } from "../host/gather.js";
import type { Host, Unit } from "../host/types.js";
import { shippedPaths } from "../directives/vendor.js";
import { ownDropIns } from "../systemd/own-drop-ins.js";
import { parseWords } from "../systemd/show.js";
import { readUnit } from "../systemd/unit.js";

export interface LoadedUnit {
  readonly unit: Unit;
  readonly host: Host;
  /** Major version of the systemd that runs it. */
  readonly target: number;
  /** Drop-ins that are part of it, in the order in which systemd reads them. */
  readonly dropIns: readonly { readonly path: string; readonly own: boolean }[];
  /** The files have changed since they were loaded: what holds for the service is the older text. */
  readonly stale: boolean;
}

/**
 * Any loaded service, also one that cannot be stopped by hand. Needs no root where systemctl(1) needs none.
 *
 * @throws ProfileError for what is no service or not loaded (bad input), and without systemd (host cannot).
 */
export async function readLoadedUnit(name: string): Promise<LoadedUnit> {
  const state = await readUnit(name);
  const { unit, properties } = state;
  const lists = ["ReadWritePaths", "ReadOnlyPaths", "InaccessiblePaths", "ExecPaths", "NoExecPaths"];
  const host = await gatherHost({
    paths: [
      ...lists.flatMap((list) => shippedPaths(unit, list)),
      ...unit.directories,
      ...unit.commands.flatMap(({ argv }) => argv.slice(0, 1)),
    ],
    uids: [0],
    gids: [0],
  });
  if (host.systemd === null) {
    throw hostCannot("there is no systemd on this host: run it where the unit is installed");
  }
  const own = new Set((await ownDropIns(state)).map(({ path }) => path));
  return {
    unit,
    host,
    target: host.systemd.version,
    dropIns: parseWords(properties.get("DropInPaths")).map((path) => ({ path, own: own.has(path) })),
    stale: properties.get("NeedDaemonReload") === "yes",
  };
}

/** Which files the sandbox comes from, one line each; what a file is called is safe to print only after escaping. */
export function describeSources({ unit, dropIns, stale }: LoadedUnit): readonly string[] {
  return [
    ...dropIns.map(
      ({ path, own }) => `${path}${own ? ", which profile wrote," : ""} counts as part of ${unit.name}`,
    ),
    ...(stale
      ? [`files of ${unit.name} have changed since systemd loaded them: systemctl daemon-reload`]
      : []),
  ];
}
