/** What a merged profile is made of, for people. */
import { describeFact } from "../directives/describe.js";
import type { Place, Provenance, Rarity } from "../profile/provenance.js";
import { count } from "./count.js";
import { safe } from "./escape.js";

/** More of the rarest facts than this are counted only. */
const most = 10;

/** Lines for standard error. */
export function renderProvenance(provenance: Provenance): string {
  const { unit, facts, runs, hosts, incomplete, always, sometimes } = provenance;
  const unseen = sometimes.filter(({ seen }) => seen === 0).length;
  const rare = sometimes.filter(({ seen }) => seen > 0);
  const lines = [
    `${safe(unit)}: ${count(facts, "fact")} of ${count(runs, "run")} on ${count(hosts.length, "host")}`,
    ...hosts.map(placeLine),
    ...(incomplete === 0 ? [] : [`evidence incomplete: ${count(incomplete, "run")} of ${runs}`]),
    `seen in every run: ${count(always, "fact")}; in some only: ${rare.length}${unseen === 0 ? "" : `; without evidence: ${unseen}`}`,
    ...rare.slice(0, most).map(rareLine),
    ...(rare.length > most ? [`  and ${rare.length - most} more (--json lists them)`] : []),
  ];
  return lines.join("\n");
}

function placeLine({ architecture, kernel, systemd, runs }: Place): string {
  const version = systemd === null ? "no systemd" : `systemd ${systemd}`;
  return `  ${architecture}, ${version}, Linux ${safe(kernel)}: ${count(runs, "run")}`;
}

function rareLine({ fact, seen, of }: Rarity): string {
  return `  ${seen} of ${of} runs: ${safe(describeFact(fact))}`;
}

/** The same for machines; the texts say what people would read. */
export function provenanceDocument(provenance: Provenance): object {
  const { sometimes, ...rest } = provenance;
  return {
    ...rest,
    sometimes: sometimes.map(({ fact, seen, of }) => ({ text: describeFact(fact), seen, of, fact })),
  };
}
