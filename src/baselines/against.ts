/** A unit's present hardening against what was learned of its service: what it refuses, and what it need not let through. */
import { type Row, rowWeights, weightOfRow } from "../severity/weights.js";
import { assess, order } from "../severity/index.js";
import { decide } from "../directives/index.js";
import { refusalOf } from "../directives/refusals.js";
import type { Breadth, Context, Decision, Posture } from "../directives/types.js";
import { Witnesses } from "../explain/witnesses.js";
import { FactSet } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import type { Host, Unit } from "../host/types.js";
import { unavailability } from "../directives/availability.js";
import { hostOf } from "../profile/hosts.js";
import { learningRuns } from "../profile/sightings.js";
import { grantedFacts } from "../profile/trials.js";
import type { Profile } from "../profile/types.js";
import { type Difference, differences, sandboxOf, togetherWith } from "./difference.js";
import { withoutSandbox } from "./frame.js";
import { levelOf } from "./levels.js";
import { describeSources, type LoadedUnit } from "./loaded.js";
import { uncompared } from "./remarks.js";
import { type Question, refusedBy } from "./refused.js";
import { refuserIn } from "./refusers.js";
import { withSettings } from "./shown.js";
import type { DirectiveCheck, Refused, UnitCheck, UnitVerdict } from "./types.js";

export interface AgainstOptions {
  readonly posture: Posture;
  readonly breadth: Breadth;
  /** How the profile is called on the command line. */
  readonly name: string;
  readonly exposure: number | null;
}

/** Compares them on the systemd that runs the unit; the machine is the one that was learned on. Pure. */
export function checkAgainst(loaded: LoadedUnit, profile: Profile, options: AgainstOptions): UnitCheck {
  const { unit, target } = loaded;
  const context = contextFor(loaded, profile, options);
  const decisions = decide(context);
  const frame = { host: context.host, target };
  const own = sandboxOf(unit, frame);
  const learned = sandboxOf(withSettings(context.unit, decisions, target), frame);
  const describe = describer(profile, context);
  const question: Question = { facts: context.facts, decisions, own, refuserOf: refuserIn(own, context) };
  const ignored = ignoredIn(context, unit);
  const compared = differences(own, learned).filter(({ directive }) => !ignored.has(directive));
  const checks = compared.map((difference): DirectiveCheck => {
    const { directive, opens, closes } = difference;
    const { refused, doubtful } = refusedBy(difference, question);
    const lines = opens.length === 0 ? [] : linesOf(directive, decisions);
    const found = describe(refused);
    const perhaps = describe(doubtful);
    const isTighter = closes.length + found.length + perhaps.length > 0;
    return {
      directive,
      relation: relationOf(lines.length > 0, isTighter),
      unit: present(directive, loaded),
      lines,
      opens: lines.length > 0 && difference.form === "list" ? opens : [],
      closes: difference.form === "list" ? closes : [],
      refusal: refusalOf(directive) ?? "",
      refused: found,
      doubtful: perhaps,
      why: isTighter && found.length + perhaps.length === 0 ? whyNotLearned(difference, decisions) : null,
    };
  });
  return {
    verdict: verdictOn(checks),
    unit: unit.name,
    profile: {
      name: options.name,
      unit: profile.unit.name,
      facts: profile.facts.length,
      runs: learningRuns(profile).length,
    },
    target,
    posture: options.posture,
    breadth: options.breadth,
    exposure: options.exposure,
    sources: describeSources(loaded),
    directives: inOrder(checks),
    notCompared: [
      ...uncompared(unit).map((name) => `${name}=${unit.properties[name] ?? ""}`),
      ...[...ignored].map(([name, why]) => `${name}=${unit.properties[name] ?? ""}: ${why}`),
    ],
    incomplete: [...new Set(profile.runs.flatMap(({ incomplete }) => incomplete))],
  };
}

function contextFor({ unit, host, target }: LoadedUnit, profile: Profile, options: AgainstOptions): Context {
  const learnedOn = hostOf(profile);
  return {
    facts: FactSet.of(grantedFacts(profile)),
    host: { ...host, ...identitiesOf(learnedOn), files: { ...host.files, ...learnedOn.files } },
    unit: withoutSandbox(unit),
    target,
    breadth: options.breadth,
    posture: options.posture,
    manager: "system",
    adoptAdvice: false,
    ...(profile.dropped === undefined ? {} : { dropped: profile.dropped }),
  };
}

/** Ids are as they were where it was learned, like the files that they own. */
function identitiesOf({ users, groups, memberships, mounts }: Host): Partial<Host> {
  return { users, groups, memberships, mounts };
}

/** Settings of the unit that this system does not enforce, with the reason. */
function ignoredIn(context: Context, { properties }: Unit): ReadonlyMap<string, string> {
  const lists = ["IPAddressDeny", "SocketBindDeny", "RestrictNetworkInterfaces"];
  return new Map(
    lists.flatMap((name) => {
      const why = (properties[name] ?? "") === "" ? undefined : unavailability(context, name);
      return why === undefined ? [] : [[name, why] as const];
    }),
  );
}

/** Facts with their evidence and what they are worth, the most severe first and each once. */
function describer(profile: Profile, context: Context): (facts: readonly Fact[]) => readonly Refused[] {
  const witnesses = new Witnesses(profile);
  return (facts) =>
    order(witnesses.of([...FactSet.of(facts)]).map((one) => ({ ...one, ...assess(one.fact, context) })));
}

function relationOf(isLooser: boolean, isTighter: boolean): DirectiveCheck["relation"] {
  if (isLooser) return isTighter ? "other" : "looser";
  return isTighter ? "tighter" : "same";
}

/** What has to be bound read-only goes with ExecPaths= (src/directives/interplay/code.ts). */
const goesWith: Readonly<Record<string, readonly string[]>> = { NoExecPaths: ["BindReadOnlyPaths"] };

function linesOf(directive: string, decisions: readonly Decision[]): readonly string[] {
  return [...togetherWith(directive), ...(goesWith[directive] ?? [])].flatMap((name) =>
    decisions.flatMap((one) =>
      one.directive === name && one.decision === "set" ? one.values.map((value) => `${name}=${value}`) : [],
    ),
  );
}

/** The lines of the unit; of what has levels the value that holds, by whatever setting. */
function present(directive: string, { unit, host, target }: LoadedUnit): readonly string[] {
  const level = levelOf(directive, unit, { host, target });
  return level === undefined
    ? togetherWith(directive).flatMap((name) => {
        const value = unit.properties[name];
        return value === undefined ? [] : value.split("\n").map((line) => `${name}=${line}`);
      })
    : [`${directive}=${level.value}`];
}

function whyNotLearned({ directive }: Difference, decisions: readonly Decision[]): string {
  const decision = decisions.find((one) => one.directive === directive);
  return decision?.decision === "withheld" ? decision.why : "nothing that was seen needs what it refuses.";
}

function verdictOn(checks: readonly DirectiveCheck[]): UnitVerdict {
  if (checks.some(({ refused }) => refused.length > 0)) return "refuses";
  return checks.some(({ lines }) => lines.length > 0) ? "looser" : "same";
}

/** The directive's heaviest row; 0 where systemd does not rate it. */
function weightOf(directive: string): number {
  const rows = (Object.keys(rowWeights) as Row[]).filter(
    (row) => row === directive || row.startsWith(`${directive}_`),
  );
  return Math.max(0, ...rows.map(weightOfRow));
}

const severities = ["high", "medium", "low"];

/** Refusing, looser, tighter, the same; in these by what is refused and by weight. */
function inOrder(checks: readonly DirectiveCheck[]): readonly DirectiveCheck[] {
  const group = ({ refused, lines, relation }: DirectiveCheck): number => {
    const [worst] = refused;
    if (worst !== undefined) return severities.indexOf(worst.severity);
    return 3 + (lines.length > 0 ? 0 : relation === "tighter" ? 1 : 2);
  };
  return checks.toSorted((a, b) => group(a) - group(b) || weightOf(b.directive) - weightOf(a.directive));
}
