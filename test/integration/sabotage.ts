/** A learned drop-in that is made too tight by one directive: a run under it finds that, blames it and repairs it. */
import type { ExecutionContext } from "ava";
import { groupOf } from "../../src/verification/lifting.js";
import type { Denial, Verification } from "../../src/verification/types.js";
import type { Machine } from "./machine.js";
import type { Break, Row } from "./needs/row.js";

/** Lists whose lines add up, so that one more is written behind them. */
const lists: ReadonlySet<string> = new Set([
  "BindPaths",
  "BindReadOnlyPaths",
  "InaccessiblePaths",
  "NoExecPaths",
  "ReadOnlyPaths",
  "SystemCallFilter",
  "TemporaryFileSystem",
]);

/** The directive that a break is about; its other lines only take away what would keep that from having its effect. */
export function sabotaged({ lines }: Break): string {
  return directiveOf(lines[0] ?? "");
}

/** The drop-in with lines written where it sets those directives, as a person would, else at its end. */
function edit(dropIn: string, lines: readonly string[]): string {
  let text = dropIn.split("\n");
  for (const directive of new Set(lines.map(directiveOf))) {
    const added = lines.filter((line) => directiveOf(line) === directive);
    const own = text.flatMap((line, index) => (directiveOf(line) === directive ? [index] : []));
    const keeps = lists.has(directive) && added[0] !== `${directive}=`;
    const at = (keeps ? own.at(-1) : own[0]) ?? text.length;
    text = [
      ...text.slice(0, keeps ? at + 1 : at),
      ...added,
      ...text.slice(keeps ? at + 1 : at).filter((line) => keeps || directiveOf(line) !== directive),
    ];
  }
  return text.join("\n");
}

function directiveOf(line: string): string {
  return line.startsWith("#") ? "" : (line.split("=", 1)[0] ?? "");
}

export interface Sabotaged {
  /** Its profile lies in `directory`. */
  readonly unit: string;
  readonly row: Row;
  readonly directory: string;
  /** The learned one. */
  readonly dropIn: string;
  readonly sabotage: Break;
}

/** @returns the repaired drop-in, which the caller starts the program under */
export async function checkRepaired(
  t: ExecutionContext,
  machine: Machine,
  { unit, row, directory, dropIn, sabotage }: Sabotaged,
): Promise<string> {
  const { posture = "strict", setup = "", effect = "true", teardown = "" } = row;
  const edited = `${directory}/${unit}.edited.conf`;
  const soak = `${directory}/${unit}.soak`;
  await machine.writeFile(edited, edit(dropIn, sabotage.lines));
  // Also takes back what the run did and gets the next one ready.
  await machine.writeFile(
    soak,
    `set -- ${unit}; seen=0\n${effect} || seen=1\n${teardown}\n${setup}\nexit $seen\n`,
  );
  const lifecycle = sabotage.failure === "unseen" ? `start,soak --soak 'bash ${soak}'` : "start";
  const run = await machine.exec(
    `{ true; ${setup}
     } >&2
     status=0
     profile verify ${unit} ${directory}/${unit}.service.profile.json --drop-in ${edited} --posture ${posture} \
       --lifecycle ${lifecycle} --out ${directory}/repaired --json || status=$?
     { true; ${teardown}
     } >&2
     exit $status`,
  );
  const what = `profile verify ${unit} with ${sabotage.lines.join(", ")}:\n${run.stdout}\n${run.stderr}`;
  t.is(run.exitCode, 0, what);
  const { verification, dropIn: repaired } = JSON.parse(run.stdout) as {
    readonly verification: Verification;
    readonly dropIn: string;
  };
  const directive = sabotaged(sabotage);
  t.is(verification.verdict, "verified", what);
  t.deepEqual(
    verification.denials.filter((denial) => !blames(denial, directive)),
    [],
    `others than ${directive}= were blamed`,
  );
  t.not(verification.denials.length, 0, `nothing was found refused ${what}`);
  for (const { what: refused, certainty, repair, directives } of verification.denials)
    t.log(`${sabotage.lines[0] ?? ""}: ${refused}; ${directives.join(", ")} by ${certainty}, ${repair}`);
  t.deepEqual(
    verification.denials.filter(({ repair }) => repair !== "decided" && repair !== "learned"),
    [],
    "something is not repaired by what the profile knows",
  );
  return repaired;
}

function blames({ directives }: Denial, directive: string): boolean {
  return directives.length > 0 && directives.every((one) => groupOf(directive).includes(one));
}
