/** `--adopt-advice`: the situation as it is when the advice has been taken. */
import type { Unit } from "../../host/types.js";
import type { Context, Decision, Directive } from "../types.js";
import { set } from "../decision.js";
import { directoryLines, pathsOf, planDirectories } from "./directories.js";
import { adviseDynamicUser } from "./dynamic-user.js";
import { remembered } from "../remembered.js";
import { type IdentityAdvice, linesOf, sentences } from "./types.js";

/**
 * Takes all advice that asks nothing of a person first: a user that systemd makes up, then directories that it makes.
 * Every directive is decided on what this returns. Without `adoptAdvice` only what was adopted before is kept. Unchanged
 * when all has been taken already.
 */
export function adopt(context: Context): Context {
  if (context.adopted !== undefined) {
    return context;
  }
  const before = adoptedBefore(context.unit);
  if (!context.adoptAdvice) {
    return before.length === 0 ? context : { ...context, adopted: before };
  }
  const user = adviseDynamicUser(context).advice;
  const begun = { ...context, adopted: before };
  const settled = user?.steps.length === 0 && isKept(user, context) ? take(begun, user) : begun;
  const directories = adviseDirectories(settled);
  return directories !== undefined && isKept(directories, context) ? take(settled, directories) : settled;
}

/** The situation is not as the advice would make it where one of its settings was dropped. */
function isKept({ settings }: IdentityAdvice, { dropped = [] }: Context): boolean {
  return !settings.some(({ directive }) => dropped.some((one) => one.directive === directive));
}

/** What the service was learned with: the drop-in takes the place of the one that says so. */
function adoptedBefore({ adopted = [] }: Unit): IdentityAdvice[] {
  return adopted.length === 0
    ? []
    : [
        {
          settings: adopted,
          why: "Kept from the drop-in before this one.",
          conditions: [],
          steps: [],
          facts: [],
          apply: (context) => context,
        },
      ];
}

function take(context: Context, advice: IdentityAdvice): Context {
  return { ...advice.apply(context), adopted: [...(context.adopted ?? []), advice] };
}

/** The settings that were adopted, as lines; without the resets. */
export function adoptedLines({ adopted = [] }: Context): string[] {
  return adopted.flatMap(({ settings }) => linesOf(settings)).filter((line) => !line.endsWith("="));
}

/** The directories that systemd could make for the unit as it is. */
export const adviseDirectories = remembered(propose);

function propose(context: Context): IdentityAdvice | undefined {
  const { managed } = planDirectories(context, context.unit.dynamicUser);
  if (managed.length === 0) {
    return undefined;
  }
  const removed = managed.filter(({ setting, outlives }) => setting === "RuntimeDirectory" && !outlives);
  return {
    settings: directoryLines(context, managed),
    why: "Made by systemd when it is missing, with the owner and mode that it had.",
    conditions: [
      `no other unit uses ${managed.map(({ path }) => path).join(", ")}`,
      ...(removed.length === 0
        ? []
        : [`nobody needs ${removed.map(({ path }) => path).join(", ")} once the service has stopped`]),
    ],
    steps: [],
    facts: managed.flatMap(({ facts }) => facts),
    apply: (before) => ({
      ...before,
      unit: {
        ...before.unit,
        directories: [...before.unit.directories, ...pathsOf(managed, before.unit.dynamicUser)],
      },
    }),
  };
}

/** A directive that adopted advice may have decided already. */
export function adoptable(directive: Directive): Directive {
  return {
    ...directive,
    decide: (context) => {
      const decided = directive.names.flatMap((name) => adoptedDecision(context, name));
      const isDecided = new Set(decided.map((decision) => decision.directive));
      if (decided.length === directive.names.length) {
        return decided;
      }
      const rest = directive.decide(context).filter((decision) => !isDecided.has(decision.directive));
      const all = [...decided, ...rest];
      return directive.names.flatMap((name) => all.filter((decision) => decision.directive === name));
    },
  };
}

/**
 * The conditions stand with the first setting of the advice, which the others follow. A directive of which more than one
 * advice speaks, such as a further directory, is given the values of all.
 */
function adoptedDecision({ adopted = [] }: Context, name: string): Decision[] {
  const parts = adopted.flatMap((advice) =>
    advice.settings
      .filter(({ directive }) => directive === name)
      .map((setting) => ({ advice, setting, first: advice.settings[0] ?? setting })),
  );
  if (parts.length === 0) {
    return [];
  }
  const texts = parts.map(({ advice: { why, conditions }, setting, first }) =>
    first === setting
      ? `${why}${sentences("Adopted on condition that", conditions)}`
      : `Adopted together with ${first.directive}=.`,
  );
  const values = [...new Set(parts.flatMap(({ setting }) => setting.values))];
  const facts = parts.flatMap(({ advice }) => advice.facts);
  return [
    {
      ...set(name, "", [...new Set(texts)].join(" ")),
      values,
      grants: values.filter((value) => value !== "").map((value) => ({ value, origin: "seen", facts })),
    },
  ];
}
