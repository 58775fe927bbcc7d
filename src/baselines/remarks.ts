/** What a baseline of a unit does not say, one line each: for the run that it records and for whoever made it. */
import type { Unit } from "../host/types.js";
import { askedByFact } from "./refusers.js";
import type { Difference } from "./difference.js";

/** Confine a service, but no fact is about them; and what their property says of a unit that does not use them. */
const withoutFacts: Readonly<Record<string, readonly string[]>> = {
  AppArmorProfile: [],
  BPFProgram: [],
  IPEgressFilterPath: [],
  IPIngressFilterPath: [],
  RestrictFileSystems: [],
  RootDirectory: [],
  RootImage: [],
  SELinuxContext: [],
  SecureBits: ["0"],
  SmackProcessLabel: [],
  TemporaryFileSystem: [],
};

/** So many members of a list are named. */
const most = 12;

/**
 * Of what a check asks of the unit itself nothing has to be said.
 *
 * @param differences how the settings that the baseline leads to stand to those of `unit`.
 */
export function remarksOn(unit: Unit, differences: readonly Difference[]): readonly string[] {
  return [
    ...differences
      .filter(({ directive }) => !askedByFact.has(directive))
      .flatMap((difference) => [...looser(difference), ...tighter(difference)]),
    ...uncompared(unit).map((name) => `${name}= is not in the facts: what it refuses is let through`),
  ];
}

/** Directives that confine the unit and cannot be compared. */
export function uncompared({ properties }: Unit): readonly string[] {
  return Object.entries(withoutFacts)
    .filter(([name, unused]) => !["", ...unused].includes(properties[name] ?? ""))
    .map(([name]) => name);
}

function looser({ directive, form, opens }: Difference): string[] {
  if (opens.length === 0) return [];
  return form === "level"
    ? [`${directive}= is not in the facts: what it refuses is let through`]
    : [`${directive}= is tighter than facts can say: let through is also ${some(opens)}`];
}

function tighter({ directive, form, closes }: Difference): string[] {
  if (closes.length === 0) return [];
  return form === "level"
    ? [`${directive}= is not as loose in the facts, because other settings refuse what would need it`]
    : [`${directive}= is not all in the facts: missing is ${some(closes)}`];
}

function some(members: readonly string[]): string {
  const rest = members.length - most;
  return `${members.slice(0, most).join(" ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
