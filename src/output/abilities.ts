import type { Ability } from "../host/abilities.js";
import { safe } from "./escape.js";
import type { Colors } from "./terminal.js";

/** The abilities of a host as a list: a mark, what was found, and below it what is lost and what to do. */
export function describeAbilities(abilities: readonly Ability[], colors: Colors): string {
  const width = Math.max(...abilities.map(({ name }) => name.length));
  const lines = abilities.flatMap((ability) => [
    `${mark(ability, colors)} ${ability.name.padEnd(width)}  ${safe(ability.detail)}`,
    ...(ability.state === "ok"
      ? []
      : [colors.dim(`          lost: ${ability.lost}`), colors.dim(`          do:   ${ability.remedy}`)]),
  ]);
  return [...lines, "", verdict(abilities, colors)].join("\n");
}

function mark({ state, required }: Ability, colors: Colors): string {
  const color = state === "ok" ? colors.green : required ? colors.red : colors.yellow;
  return color(state.padEnd("missing".length));
}

function verdict(abilities: readonly Ability[], colors: Colors): string {
  const lacking = abilities
    .filter(({ state, required }) => required && state !== "ok")
    .map(({ name }) => name);
  return lacking.length === 0
    ? colors.green("profile run UNIT works here.")
    : colors.red(`profile run UNIT does not work here: ${lacking.join(", ")}.`);
}
