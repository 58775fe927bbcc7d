/** The sandbox of an installed unit as systemd has loaded it: what is read of the live system. */
import { hostCannot } from "../errors.js";
import { gatherHost } from "../host/gather.js";
import { shippedPaths } from "../directives/vendor.js";
import { ownDropIns } from "../systemd/own-drop-ins.js";
import { parseWords } from "../systemd/show.js";
import { readUnit } from "../systemd/unit.js";
import type { LoadedUnit } from "./loaded.js";

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
    enforcement: true,
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
