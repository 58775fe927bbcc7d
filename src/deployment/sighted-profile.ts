/** What a canary has seen, as a profile that can be merged with the one it was made from. Pure. */
import { FactSet, factId } from "../facts/set.js";
import type { Evidence, SyscallFact } from "../facts/types.js";
import { fromLearned } from "../profile/document.js";
import type { Profile } from "../profile/types.js";
import type { Sighting } from "./canary-report.js";

/** The calls and nothing else; undefined where there are none that have a name. @param since ISO 8601, UTC. */
export function sightedProfile(
  { unit, hosts: [host] }: Profile,
  sightings: readonly Sighting[],
  since: string,
): Profile | undefined {
  const seen = sightings.flatMap((sighting) => {
    const { architecture, call, isKnown } = sighting;
    if (!isKnown || architecture.startsWith("audit-arch ")) return [];
    const fact = { kind: "syscall", architecture, name: call, result: "used" } as SyscallFact;
    return [{ fact, sighting }];
  });
  if (seen.length === 0 || host === undefined) return undefined;
  const evidence = seen.map(({ fact, sighting }): [string, Evidence] => {
    const [program] = sighting.programs;
    const exe = program?.exe ?? "";
    return [
      factId(fact),
      {
        count: sighting.count,
        first: Math.max(0, (Date.parse(sighting.first) - Date.parse(since)) / 1000),
        phase: "soak",
        process: exe.replace(/^.*\//, ""),
        example: `${sighting.call}(…)`,
        ...(exe.startsWith("/") && { executable: exe }),
      },
    ];
  });
  const times = sightings.map(({ last }) => Date.parse(last));
  return fromLearned(
    {
      unit,
      host,
      facts: FactSet.of(seen.map(({ fact }) => fact)),
      evidence: Object.fromEntries(evidence),
      failures: [],
      started: since,
      duration: Math.max(0, (Math.max(...times) - Date.parse(since)) / 1000),
      phases: ["soak"],
      incomplete: [],
      assumed: ["a canary saw calls in the kernel's log, which does not say with which arguments"],
    },
    "import",
  );
}
