/** Takes away what was used and perhaps never needed, and keeps away what nobody misses. */
import { decide } from "../directives/index.js";
import type { Context, Decision } from "../directives/types.js";
import { describeFact } from "../directives/describe.js";
import { factId, type FactSet } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import { settingsDigest } from "../profile/proofs.js";
import { contextOf } from "../profile/synthesize.js";
import type { Profile, Verdict } from "../profile/types.js";
import { type Plan, planners } from "./privileges.js";
import type { Attempt, Kept, Minimized, MinimizeOptions, Privilege, TrialResult } from "./types.js";

/**
 * Group testing: all privileges of a kind are taken away at once, and where the service then fails, each half of them, down to
 * single ones (adaptive binary splitting). If whatever works also works with more privileges, none of those that were kept
 * could be taken away from the result. Walks are remembered by the settings that were in force.
 *
 * @param profile one whose drop-in the service was seen to work under, decided with the same options.
 */
export async function minimize(
  profile: Profile,
  attempt: Attempt,
  options: MinimizeOptions,
): Promise<Minimized> {
  return new Minimization(profile, attempt, options).run();
}

interface Situation {
  readonly context: Context;
  readonly decisions: readonly Decision[];
}

class Minimization {
  readonly #attempt: Attempt;
  readonly #options: MinimizeOptions;
  readonly #removed: Privilege[] = [];
  readonly #kept: Kept[] = [];
  readonly #untried: Privilege[] = [];
  readonly #spared = new Set<string>();
  /** Those of which it is known what becomes of them. */
  readonly #settled = new Set<string>();
  /** By digest of the settings. */
  readonly #results = new Map<string, TrialResult>();
  /** The service works under its drop-in. */
  #profile: Profile;
  #runs = 0;

  constructor(profile: Profile, attempt: Attempt, options: MinimizeOptions) {
    this.#profile = profile;
    this.#attempt = attempt;
    this.#options = options;
    this.#results.set(this.#settingsOf(profile), { works: true });
  }

  async run(): Promise<Minimized> {
    for (const planner of planners) {
      // What is taken away may bring forth a lesser privilege that it had implied.
      for (let plan = this.#plan(planner); plan.length > 0; plan = this.#plan(planner)) {
        await this.#take(plan);
      }
    }
    return {
      profile: withNeeded(this.#profile, this.#kept),
      removed: this.#removed,
      kept: this.#kept,
      untried: this.#untried,
      spared: [...this.#spared],
      runs: this.#runs,
    };
  }

  /** What is left to try and would make a difference. */
  #plan(planner: (context: Context, decisions: readonly Decision[]) => Plan): readonly Privilege[] {
    const { context, decisions } = this.#situationOf(this.#profile);
    const { privileges, spared } = planner(context, decisions);
    for (const text of spared) this.#spared.add(text);
    const open = this.#effective(privileges.filter((one) => !this.#settled.has(nameOf(one))));
    for (const one of open) {
      const once = notSeenAgain(one, this.#options.again);
      if (isNeeded(this.#profile, one)) this.#keep(one, "it failed without in an earlier trial");
      else if (once !== undefined) this.#spare(one, once);
    }
    return open.filter((one) => !this.#settled.has(nameOf(one)));
  }

  #spare(privilege: Privilege, fact: Fact): void {
    this.#spared.add(
      `${privilege.name}: it was not used again for all that it was used for (the service ${describeFact(fact)}), so that to do without proves nothing`,
    );
    this.#settled.add(nameOf(privilege));
  }

  async #take(given: readonly Privilege[]): Promise<void> {
    // What went before may have left it without an effect.
    const privileges = this.#effective(given);
    const [first] = privileges;
    if (first === undefined) {
      for (const one of given) this.#settled.add(nameOf(one));
      return;
    }
    const trial = withVerdicts(this.#profile, privileges, "unneeded");
    const result = await this.#walk(trial, privileges);
    if (result === undefined) {
      this.#untried.push(...privileges);
      for (const one of privileges) this.#settled.add(nameOf(one));
    } else if (result.works) {
      this.#profile = trial;
      this.#removed.push(...privileges);
      for (const one of privileges) this.#settled.add(nameOf(one));
    } else if (privileges.length === 1) {
      this.#keep(first, result.why ?? "it fails without");
    } else {
      const middle = Math.ceil(privileges.length / 2);
      await this.#take(privileges.slice(0, middle));
      await this.#take(privileges.slice(middle));
    }
  }

  #keep(privilege: Privilege, why: string): void {
    this.#kept.push({ privilege, why });
    this.#settled.add(nameOf(privilege));
  }

  /** undefined: no more walks are allowed. */
  async #walk(trial: Profile, without: readonly Privilege[]): Promise<TrialResult | undefined> {
    const settings = this.#settingsOf(trial);
    const known = this.#results.get(settings);
    if (known !== undefined) return known;
    const { limit, progress } = this.#options;
    if (this.#runs >= limit) return undefined;
    this.#runs++;
    const names = without.map(({ name }) => name).join(" ");
    progress?.(`trying without ${names} (run ${this.#runs} of at most ${limit})`);
    const result = await this.#attempt(trial);
    this.#results.set(settings, result);
    return result;
  }

  #effective(privileges: readonly Privilege[]): readonly Privilege[] {
    const before = this.#settingsOf(this.#profile);
    return privileges.filter(
      (privilege) => this.#settingsOf(withVerdicts(this.#profile, [privilege], "unneeded")) !== before,
    );
  }

  #situationOf(profile: Profile): Situation {
    const context = contextOf(profile, this.#options.synthesis);
    return { context, decisions: decide(context) };
  }

  #settingsOf(profile: Profile): string {
    return settingsDigest(this.#situationOf(profile).decisions);
  }
}

function nameOf({ kind, name }: Privilege): string {
  return `${kind} ${name}`;
}

/** The first use that did not come again; addresses of others come and go. */
function notSeenAgain({ facts }: Privilege, again: FactSet): Fact | undefined {
  return facts.find((fact) => fact.kind !== "connect" && !again.has(fact));
}

/** What an earlier trial has shown is not tried again. */
function isNeeded({ verdicts = {} }: Profile, { facts }: Privilege): boolean {
  return facts.every((fact) => verdicts[factId(fact)] === "needed");
}

/** A fact that another privilege was removed with stays refused: so the service was seen to work. */
function withNeeded(profile: Profile, kept: readonly Kept[]): Profile {
  const isRefused = (fact: Fact): boolean => profile.verdicts?.[factId(fact)] === "unneeded";
  const privileges = kept.map(({ privilege }) => ({
    ...privilege,
    facts: privilege.facts.filter((fact) => !isRefused(fact)),
  }));
  return withVerdicts(profile, privileges, "needed");
}

function withVerdicts(profile: Profile, privileges: readonly Privilege[], verdict: Verdict): Profile {
  const own = privileges.flatMap(({ facts }) => facts.map((fact) => [factId(fact), verdict] as const));
  return own.length === 0
    ? profile
    : { ...profile, verdicts: { ...profile.verdicts, ...Object.fromEntries(own) } };
}
