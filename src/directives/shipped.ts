/** Directives whose lists are only ever the unit's own or ours, never a mixture. */
import { withhold, type WithheldDecision } from "./decision.js";
import type { Context } from "./types.js";

/** Withholds directives as the unit ships them; undefined when it ships none. `empty`: what the first says when unset. */
export function keptAsShipped(
  { unit }: Context,
  directives: readonly string[],
  empty: readonly string[] = [""],
): readonly WithheldDecision[] | undefined {
  const shipped = directives.filter(
    (name) => !empty.includes(unit.properties[name]?.trim() ?? empty[0] ?? ""),
  );
  if (shipped.length === 0) {
    return undefined;
  }
  return directives.map((name) => {
    const why = shipped.includes(name)
      ? `kept as the unit ships it, ${name}=${unit.properties[name] ?? ""}.`
      : `kept as the unit ships it, with ${shipped.join(", ")}.`;
    return withhold(name, "meaningless", why);
  });
}
