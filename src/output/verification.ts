/** What a verification tells people. Pure: values to lines; what a service may have chosen is made safe for a terminal. */
import { describeFacts } from "../directives/describe.js";
import type { Denial, Tolerated, Verification } from "../verification/types.js";
import { count } from "./count.js";
import { safe } from "./escape.js";
import { formatDuration } from "./summary.js";
import type { Colors } from "./terminal.js";

/** Without a newline at the end. */
export function describeVerification(unit: string, verification: Verification, colors: Colors): string {
  const { denials, tolerated, unenforced, incomplete } = verification;
  return [
    headline(unit, verification, colors),
    ...denials.flatMap((denial) => denialLines(denial, colors)),
    ...(tolerated.length === 0
      ? []
      : [colors.bold("refused, and the service went on without it:"), ...tolerated.map(toleratedLine)]),
    ...(unenforced.length === 0
      ? []
      : [
          `${colors.yellow("not enforced on this machine, so not proved:")} ${unenforced.map((name) => `${name}=`).join(", ")}`,
        ]),
    ...incomplete.map((reason) => `${colors.yellow("not all was seen:")} ${safe(reason)}`),
  ].join("\n");
}

/** Why nothing was tried. */
export function describeSkipped(reason: string, colors: Colors): string {
  return `${colors.yellow("the drop-in was not proved:")} ${safe(reason)}`;
}

function headline(unit: string, verification: Verification, colors: Colors): string {
  const { verdict, phases, runs, duration, denials, failure = "" } = verification;
  const walked = `${count(runs, "run")}, ${phases.join(", ")}; ${formatDuration(duration)}`;
  if (verdict === "failed")
    return `${colors.red("not proved:")} ${safe(unit)} does not work without the drop-in either: ${safe(failure)}`;
  if (verdict === "denied") {
    const left = denials.filter(({ repair }) => repair === "none").length;
    return `${colors.red("denied:")} ${safe(unit)} is still refused ${count(left, "thing")} that it needs (${walked})`;
  }
  const repaired = denials.length === 0 ? "" : `, after ${count(denials.length, "repair")}`;
  return `${colors.green("proved:")} ${safe(unit)} works under this drop-in${repaired} (${walked})`;
}

const certainties: Readonly<Record<Denial["certainty"], string>> = {
  facts: "by rule",
  trial: "proved by a run without it",
  bisection: "found by leaving settings out, one after the other",
};

function denialLines(denial: Denial, colors: Colors): string[] {
  const { what, process, phase, directives, certainty, how, before, after } = denial;
  const who = process === "" ? "" : ` by ${safe(process)}`;
  const when = phase === "" ? "" : `, first in ${safe(phase)}`;
  const times = denial.count > 1 ? `, ${denial.count} times` : "";
  const names = directives.map((name) => `${name}=`).join(" with ");
  return [
    `${colors.yellow("refused:")} ${safe(what)}${who}${when}${times}`,
    `  cause: ${names} (${certainties[certainty]}): ${safe(how)}`,
    `  ${repairLine(denial, colors)}`,
    ...before.map((line) => colors.dim(`  - ${safe(line)}`)),
    ...after.map((line) => `  + ${safe(line)}`),
  ];
}

function repairLine({ repair, facts, directives }: Denial, colors: Colors): string {
  const names = directives.map((name) => `${name}=`).join(", ");
  switch (repair) {
    case "learned":
      return `repair: learned that the service ${safe(describeFacts(facts))}`;
    case "decided":
      return "repair: the drop-in was tighter than what its profile says; it has the decided value again";
    case "dropped":
      return `${colors.red("repair:")} no fact explains it, so ${names} is LEFT OUT of the drop-in`;
    case "none":
      return colors.red("not repaired");
  }
}

function toleratedLine({ what, process, directives }: Tolerated): string {
  const by = directives.length === 0 ? "" : ` (${directives.map((name) => `${name}=`).join(", ")})`;
  return `  ${safe(what)}${process === "" ? "" : ` by ${safe(process)}`}${by}`;
}
