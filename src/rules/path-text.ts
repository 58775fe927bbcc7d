/** Texts of patterns for paths that no fact can have, and what was probably meant. */
import { isVolatile, replaceForms } from "../facts/placeholders.js";

export interface PathTrouble {
  readonly problem: string;
  /** What it should be, where that is clear. */
  readonly instead?: string;
}

/** Why no path of a fact matches this text; undefined when some may. */
export function pathTrouble(text: string): PathTrouble | undefined {
  if (!text.startsWith("/") && !text.startsWith("**")) {
    return { problem: "paths are absolute", instead: `/${text}` };
  }
  if (text !== "/" && text.endsWith("/")) {
    return { problem: "no path ends in a /", instead: `${text}**` };
  }
  const components = text.split("/").slice(1);
  if (text !== "/" && components.some((name) => name === "" || name === "." || name === "..")) {
    return { problem: "paths are normal: no //, no /./ and no /../" };
  }
  return perRunTrouble(components, text.startsWith("/") ? "" : "**");
}

/** Process ids, dates, hashes: what changes from run to run is replaced in facts before they are compared. */
function perRunTrouble(components: readonly string[], start: string): PathTrouble | undefined {
  let directory = start;
  for (const [index, name] of components.entries()) {
    const form = formOf(directory === "" ? "/" : directory, name);
    if (form !== name) {
      const instead = [start, ...components.with(index, form)].join("/");
      return { problem: `${name} changes from run to run, and facts have a placeholder there`, instead };
    }
    directory += `/${name}`;
  }
  return undefined;
}

function formOf(directory: string, name: string): string {
  // Facts tell {pid}, processes of the unit, from {other-pid}.
  if (directory === "/proc" && /^\d+$/.test(name)) return "*";
  // Where only wildcards stand before it nobody knows.
  return directory.startsWith("/") && isVolatile(directory) ? replaceForms(name, () => false) : name;
}
