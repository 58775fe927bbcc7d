import { parseWords } from "./show.js";
import { isRunning } from "./state.js";
import { showUnit, type UnitState } from "./unit.js";

/**
 * The sockets that must be started with a service for it to be given their descriptors (sd_listen_fds(3)): those that
 * trigger it, when neither it nor any of them is active. Not when the operator enabled the service and not the
 * socket: such a service opens its sockets itself.
 */
export async function socketsToStart(state: UnitState): Promise<readonly string[]> {
  if (isRunning(state.properties)) return [];
  // A socket that is not loaded does not show in TriggeredBy; by default it is named like its service.
  const names = new Set([...state.triggeredBy, state.unit.name.replace(/\.service$/, ".socket")]);
  const sockets = await Promise.all(
    [...names]
      .filter((name) => name.endsWith(".socket"))
      .map(async (name) => ({ name, properties: await showUnit(name) })),
  );
  const triggers = sockets.filter(
    ({ properties }) =>
      properties.get("LoadState") === "loaded" &&
      parseWords(properties.get("Triggers")).includes(state.unit.name),
  );
  if (triggers.some(({ properties }) => isRunning(properties))) return [];
  const standalone = state.properties.get("UnitFileState") === "enabled";
  return triggers
    .filter(({ properties }) => !standalone || properties.get("UnitFileState") === "enabled")
    .map(({ name }) => name);
}
