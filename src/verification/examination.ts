/** The state of one verification: what is under test now, and what was found and changed on the way. */
import { factId } from "../facts/set.js";
import { settingsDigest } from "../profile/proofs.js";
import { type SynthesisOptions, synthesize } from "../profile/synthesize.js";
import type { Dropped, Profile, Proof, Verdict } from "../profile/types.js";
import type { Cause } from "./causes.js";
import { describeFailure } from "./denial-candidates.js";
import {
  type ConfinedRun,
  type Draft,
  draftOf,
  impliedBy,
  redraft,
  type Refused,
  withRefused,
} from "./draft.js";
import type { Finding } from "./findings.js";
import { groupOf } from "./lifting.js";
import { changedLines, type Repair, repairOf } from "./repairs.js";
import { parseSettings } from "./settings.js";
import type { Denial, Tolerated } from "./types.js";

/** Something that was refused or went wrong, and why. */
export interface Case {
  readonly cause: Cause;
  /** Missing: it went wrong without a call that failed. */
  readonly finding?: Finding;
  readonly what: string;
}

export class Examination {
  readonly #options: SynthesisOptions;
  readonly #original: Profile;
  readonly #refused: Refused[] = [];
  readonly #dropped = new Map<string, Dropped>();
  readonly #needed = new Set<string>();
  readonly #denials: Denial[] = [];
  readonly #tolerated = new Map<string, Tolerated>();
  #draft: Draft;

  /** @param dropIn a text to be proved in place of the one that the profile gives */
  constructor(profile: Profile, options: SynthesisOptions, dropIn: string | undefined) {
    this.#original = profile;
    this.#options = options;
    this.#draft = draftOf(profile, options, dropIn);
  }

  get draft(): Draft {
    return this.#draft;
  }

  get denials(): readonly Denial[] {
    return this.#denials;
  }

  get tolerated(): readonly Tolerated[] {
    return [...this.#tolerated.values()];
  }

  /** What is not repaired is still denied. */
  leave(cases: readonly Case[]): void {
    for (const one of cases)
      this.#denials.push({ ...describe(one), repair: "none", facts: [], before: [], after: [] });
  }

  tolerate(findings: readonly Finding[], directivesOf: (finding: Finding) => readonly string[]): void {
    for (const finding of findings) {
      const { failure } = finding;
      const { process, count } = failure.evidence;
      const directives = directivesOf(finding);
      this.#tolerated.set(failure.key, { what: describeFailure(failure), process, count, directives });
    }
  }

  /**
   * Changes the draft so that none of the cases happens again. False when there is nothing to change: then they are left.
   *
   * @param run how the walk went in which they happened
   */
  repair(cases: readonly Case[], run: ConfinedRun): boolean {
    const before = this.#draft;
    const repairs = cases.map((one) => ({ one, repair: repairOf(before, one.cause, one.finding) }));
    for (const { one, repair } of repairs) this.#take(one, repair);
    const restored = new Set(
      repairs.flatMap(({ repair }) => (repair.kind === "decided" ? repair.directives : [])),
    );
    this.#draft = redraft(before, this.#profile(run), this.#options, restored);
    if (this.#draft.text === before.text) {
      this.leave(cases);
      return false;
    }
    for (const { one, repair } of repairs) {
      const implied = one.finding === undefined ? [] : impliedBy(before, one.finding.facts);
      const directives = new Set([...implied, ...one.cause.directives.flatMap(groupOf)]);
      this.#denials.push({
        ...describe(one),
        repair: repair.kind,
        facts: repair.kind === "learned" ? repair.facts : [],
        ...changedLines(before.text, this.#draft.text, directives),
      });
    }
    return true;
  }

  #take({ finding, what }: Case, repair: Repair): void {
    if (repair.kind === "dropped")
      for (const directive of repair.directives) this.#dropped.set(directive, { directive, why: what });
    if (repair.kind !== "learned" || finding === undefined) return;
    const { failure, host } = finding;
    for (const fact of repair.facts) {
      this.#refused.push({ fact, evidence: failure.evidence, host });
      this.#needed.add(factId(fact));
    }
  }

  #profile(run: ConfinedRun): Profile {
    const { verdicts = {}, dropped = [], ...profile } = withRefused(this.#original, this.#refused, run);
    const kept = Object.entries(verdicts).map(([id, verdict]): [string, Verdict] => [
      id,
      this.#needed.has(id) ? "needed" : verdict,
    ]);
    const all = new Map([...dropped, ...this.#dropped.values()].map((one) => [one.directive, one]));
    return {
      ...profile,
      ...(kept.length > 0 && { verdicts: Object.fromEntries(kept) }),
      ...(all.size > 0 && {
        dropped: [...all.values()].sort((a, b) => (a.directive < b.directive ? -1 : 1)),
      }),
    };
  }

  /** The profile with the proof that its drop-in works; a text that was edited is not what the profile stands for. */
  proved(proof: Omit<Proof, "settings">): Profile {
    const { profile, decisions, isAsDecided } = this.#draft;
    if (!isAsDecided) return profile;
    const settings = settingsDigest(decisions);
    const known = (profile.proofs ?? []).filter(
      (one) => one.settings !== settings || one.systemd !== proof.systemd,
    );
    return { ...profile, proofs: [...known, { settings, ...proof }] };
  }

  /** The drop-in as a file; the header of one that the profile gives says what is proved. */
  dropIn(profile: Profile): string {
    return this.#draft.isGiven ? this.#draft.text : synthesize(profile, this.#options).dropIn;
  }

  /** Directives that the drop-in sets. */
  get directives(): readonly string[] {
    return parseSettings(this.#draft.text).map(({ directive }) => directive);
  }
}

function describe({ cause, finding, what }: Case): Omit<Denial, "repair" | "facts" | "before" | "after"> {
  const evidence = finding?.failure.evidence;
  return {
    what,
    process: evidence?.process ?? "",
    phase: evidence?.phase ?? "",
    count: evidence?.count ?? 1,
    directives: cause.directives,
    certainty: cause.certainty,
    how: cause.how,
  };
}
