/** What an operator should hear before a drop-in of this profile goes to production. Pure. */
import type { Decision } from "../directives/types.js";
import { filtersImplyNoNewPrivileges } from "../directives/guards.js";
import { factId } from "../facts/set.js";
import type { Fact, SyscallFact } from "../facts/types.js";
import type { Unit } from "../host/types.js";
import { provedOf, settingsDigest } from "../profile/proofs.js";
import type { Synthesis } from "../profile/synthesize.js";
import type { Profile } from "../profile/types.js";
import { allowedCalls } from "./refused-calls.js";
import type { Refusals } from "./trial.js";

/** One line each; empty is good. @param systemd major version of the one that runs. */
export function doubtsAbout(
  profile: Profile,
  decisions: readonly Decision[],
  systemd: number,
): readonly string[] {
  const proved = provedOf(profile, settingsDigest(decisions));
  const incomplete = [...new Set(profile.runs.flatMap((run) => run.incomplete))];
  const unenforced = (proved?.unenforced ?? []).map((directive) => `${directive}=`);
  return [
    ...(proved === undefined
      ? [
          `NOT PROVED: no run under these settings is recorded in the profile (profile verify ${profile.unit.name})`,
        ]
      : proved.systemd.includes(systemd)
        ? []
        : [`proved on systemd ${proved.systemd.join(" and ")} only, and this is ${systemd}`]),
    ...(unenforced.length === 0
      ? []
      : [`not enforced where it was proved, so not proved: ${unenforced.join(", ")}`]),
    ...incomplete.map((reason) => `evidence incomplete: ${reason}`),
  ];
}

/** Which calls may fail with EPERM under a drop-in; undefined where it filters none. */
export function refusalsOf(profile: Profile, { decisions, target }: Synthesis): Refusals | undefined {
  const filter = decisions.find(({ directive }) => directive === "SystemCallFilter");
  if (filter?.decision !== "set") return undefined;
  const allowed = allowedCalls(filter.values, target);
  // Those that failed so without a sandbox, and those that it was seen to live without.
  const known = new Set(profile.facts.flatMap((fact) => (isRefusable(fact, profile) ? [fact.name] : [])));
  return {
    isExpected: (call) => allowed.has(call) || known.has(call),
    isProved: provedOf(profile, settingsDigest(decisions)) !== undefined,
  };
}

function isRefusable(fact: Fact, { verdicts = {} }: Profile): fact is SyscallFact {
  return fact.kind === "syscall" && (fact.result !== "used" || verdicts[factId(fact)] === "unneeded");
}

/** What a canary changes although it denies nothing. */
export function canaryDoubts(unit: Unit, systemd: number): readonly string[] {
  const has = unit.properties["NoNewPrivileges"] === "yes" || unit.dynamicUser;
  return has || !filtersImplyNoNewPrivileges({ unit, target: systemd })
    ? []
    : [
        `systemd ${systemd} sets no_new_privs for a service with User= that logs calls: its programs gain nothing by setuid bits or file capabilities, as the profile says it needs nothing`,
      ];
}
