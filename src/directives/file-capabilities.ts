/** Reads the text form of capability sets that getcap(8) prints: cap_text_formats(7). */
import { type Capability, capabilities } from "../facts/names.js";

const clause = /^([a-z0-9_,]*)((?:[=+-][eip]*)+)$/;
const action = /([=+-])([eip]*)/g;

/**
 * The permitted set of a program's file, in kernel order: with the effective bit execve(2) fails with EPERM unless the
 * process can get all of it, and without that bit it is what the program may raise itself. undefined when the text
 * is not understood (a capability that is not known here).
 */
export function permittedByFile(text: string): readonly Capability[] | undefined {
  const permitted = new Set<Capability>();
  for (const word of text.trim().split(/\s+/)) {
    const [, list, actions] = clause.exec(word.toLowerCase()) ?? [];
    const named = list === undefined ? undefined : capabilitiesOf(list);
    if (named === undefined) {
      return undefined;
    }
    for (const [, operator, flags] of (actions ?? "").matchAll(action)) {
      apply(permitted, named, operator ?? "", flags?.includes("p") === true);
    }
  }
  return capabilities.filter((capability) => permitted.has(capability));
}

/** `=` lowers what it does not raise; `+` and `-` change only the flags that they name. */
function apply(
  permitted: Set<Capability>,
  named: readonly Capability[],
  operator: string,
  namesPermitted: boolean,
): void {
  for (const capability of named) {
    if (operator === "-" ? namesPermitted : operator === "=" && !namesPermitted) permitted.delete(capability);
    else if (operator !== "-" && namesPermitted) permitted.add(capability);
  }
}

/** A comma-separated list; `all` and no name at all mean every capability. */
function capabilitiesOf(list: string): readonly Capability[] | undefined {
  const names = list.split(",");
  if (names.every((name) => name === "" || name === "all")) {
    return capabilities;
  }
  const found = names.map((name) => capabilities.find((capability) => capability.toLowerCase() === name));
  return found.includes(undefined) ? undefined : found.filter((one) => one !== undefined);
}
