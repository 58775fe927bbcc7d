/** What trials of `--minimize` have shown, for people and for machines. */
import type { Minimized, Privilege } from "../minimize/types.js";
import { count } from "./count.js";
import { safe } from "./escape.js";
import type { Colors } from "./terminal.js";

/** The text, without a newline at the end. What a traced program chose is made safe for a terminal. */
export function renderMinimized(minimized: Minimized, colors: Colors): string {
  const { removed, kept, untried, spared } = minimized;
  return [
    colors.bold(headline(minimized)),
    ...removed.map((one) => `  ${colors.green("taken away")} ${nameOf(one)}`),
    ...kept.map(({ privilege, why }) => `  ${colors.yellow("needed")} ${nameOf(privilege)}: ${safe(why)}`),
    ...untried.map((one) => `  ${colors.dim("not tried, the limit was reached:")} ${nameOf(one)}`),
    ...spared.map((text) => `  ${colors.dim("never tried:")} ${safe(text)}`),
  ].join("\n");
}

function headline({ removed, kept, runs }: Minimized): string {
  const tried = removed.length + kept.length;
  return tried === 0
    ? "minimized: there was nothing to take away"
    : `minimized: ${removed.length} of ${count(tried, "privilege")} taken away, in ${count(runs, "run")}`;
}

function nameOf({ kind, name }: Privilege): string {
  return kind === "capability" || kind === "address family" ? safe(name) : `${kind} ${safe(name)}`;
}

/** The same for machines; texts contain what a traced program chose as it is. */
export function minimizedDocument({ removed, kept, untried, spared, runs }: Minimized): object {
  return {
    removed,
    kept: kept.map(({ privilege, why }) => ({ ...privilege, why })),
    untried,
    spared,
    runs,
  };
}
