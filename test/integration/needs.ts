/**
 * Each row of the table: a program that needs one thing is learned; only what denies that thing is withheld or weakened;
 * it works under its drop-in, and fails when the line is added back. Its twin, which does not need it, is denied it.
 */
import { constants } from "node:os";
import type { ExecutionContext } from "ava";
import type { Decision } from "../../src/directives/types.js";
import type { Machine, Suite } from "./machine.js";
import type { Break, Expected, Outcome, Row } from "./needs/row.js";
import { rowsFor } from "./needs/rows.js";
import { checkRepaired, sabotaged } from "./sabotage.js";
import { needs, withMachine } from "./with-machine.js";

/**
 * Lists that follow from much else that a program does, and from each other. A row that says nothing of one asks only that it
 * is set when it is for the twin.
 */
const lists: ReadonlySet<string> = new Set([
  "SystemCallFilter",
  "ReadWritePaths",
  "ReadOnlyPaths",
  "InaccessiblePaths",
  "NoExecPaths",
  "BindReadOnlyPaths",
]);

/** Where profiles and drop-ins are, in the machine. */
const directory = "/root/needs";

/** See main.py. */
const exitWrong = 99;
const exitRefused = 100;

export function testNeeds(suite: Suite): void {
  const testOn = withMachine(suite);
  const twins = new Map<string, Promise<Learned>>();
  const rows = rowsFor(suite === "bookworm" ? 252 : 257);
  const sabotages = representatives(rows);
  for (const row of rows) {
    testOn(`${nameOf(row)}: ${Object.keys(row.decides).join(", ") || "no directive"}`, async (t, machine) => {
      const twinRow = { ...row, need: "twin.nothing" };
      const key = JSON.stringify([row.unit, row.posture]);
      const twin = twins.get(key) ?? learn(t, machine, `needs-twin-${twins.size}`, twinRow);
      twins.set(key, twin);
      await checkRow(t, machine, row, await twin, sabotages);
    });
  }
}

/** Those breaks that are also to be found and repaired: one for each directive and way to fail, as each takes seconds. */
function representatives(rows: readonly Row[]): ReadonlySet<Break> {
  const firsts = new Map<string, Break>();
  for (const one of rows.flatMap(({ breaks }) => breaks)) {
    const key = `${sabotaged(one)} ${one.failure}`;
    firsts.set(key, firsts.get(key) ?? one);
  }
  return new Set(firsts.values());
}

function nameOf({ need, variant }: Row): string {
  return variant === undefined ? need : `${need} (${variant})`;
}

async function checkRow(
  t: ExecutionContext,
  machine: Machine,
  row: Row,
  twin: Learned,
  sabotages: ReadonlySet<Break>,
): Promise<void> {
  const unit = `needs-${nameOf(row).replaceAll(/[^a-z0-9]+/g, "-")}`;
  const learned = await learn(t, machine, unit, row);
  compare(t, row, learned, twin);
  checkTwin(t, row, twin);
  const works = await attempt(machine, `${unit}-confined`, row, [learned.dropIn]);
  t.is(works, "works", `under its own drop-in:\n${learned.dropIn}`);
  for (const [index, sabotage] of row.breaks.entries()) {
    const { lines, failure } = sabotage;
    const added = `[Service]\n${lines.join("\n")}\n`;
    const outcome = await attempt(machine, `${unit}-broken-${index}`, row, [learned.dropIn, added]);
    t.is(outcome, failure, `with ${lines.join(", ")} added back`);
    if (!sabotages.has(sabotage)) continue;
    const { dropIn } = learned;
    const repaired = await checkRepaired(t, machine, { unit, row, directory, dropIn, sabotage });
    const again = await attempt(machine, `${unit}-repaired-${index}`, row, [repaired]);
    t.is(again, "works", `under what ${lines.join(", ")} was repaired to:\n${repaired}`);
  }
}

interface Learned {
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly dropIn: string;
}

async function learn(t: ExecutionContext, machine: Machine, unit: string, row: Row): Promise<Learned> {
  const { posture = "strict", setup = "", teardown = "" } = row;
  const run = await machine.exec(
    `{ true; ${setup}
     ${fileText(`/etc/systemd/system/${unit}.service`, unitText(row))}
     } >&2
     profile run ${unit} --no-verify --lifecycle start --posture ${posture} --json --out ${directory}
     { true; ${teardown}
     } >&2`,
  );
  t.is(run.exitCode, 0, `profile run ${unit}:\n${run.stderr}`);
  const document = JSON.parse(run.stdout) as {
    readonly decisions: readonly Decision[];
    readonly dropIn: string;
    readonly complaints: readonly string[];
  };
  t.deepEqual(document.complaints, [], "systemd-analyze verify complains of the drop-in");
  return {
    decisions: new Map(document.decisions.map((decision) => [decision.directive, decision])),
    dropIn: document.dropIn,
  };
}

function unitText({ need, unit = [] }: Row): string {
  const program = `/usr/bin/python3 -I -S -B ${needs}/main.py ${need}`;
  return ["[Service]", "Type=oneshot", ...unit, `ExecStart=${program}`, ""].join("\n");
}

/** Bash that writes a file. */
function fileText(path: string, text: string): string {
  return `mkdir -p "$(dirname ${path})"\ncat >${path} <<'END OF FILE'\n${text}\nEND OF FILE\n`;
}

/** What the row says is decided so; everything else that the twin is denied is denied here, too. */
function compare(t: ExecutionContext, row: Row, learned: Learned, twin: Learned): void {
  const actual: Record<string, Expected> = {};
  const expected: Record<string, Expected> = {};
  const note = (directive: string, wanted: Expected) => {
    const decision = learned.decisions.get(directive);
    actual[directive] = decision === undefined ? "not decided" : outcomeOf(decision);
    expected[directive] = wanted;
  };
  for (const [directive, decision] of twin.decisions) {
    const isSet = learned.decisions.get(directive)?.decision === "set";
    if (decision.decision === "set" && !(lists.has(directive) && isSet)) {
      note(directive, outcomeOf(decision));
    }
  }
  for (const [directive, wanted] of Object.entries(row.decides)) {
    note(directive, wanted);
  }
  t.deepEqual(actual, expected, `decided for ${row.need}, and expected`);
}

function outcomeOf(decision: Decision): Expected {
  if (decision.decision === "withheld") {
    return { withheld: decision.reason };
  }
  const { values } = decision;
  return values[0] === "" && values.length > 1 ? values.slice(1) : (values[0] ?? "");
}

/** What breaks the program is what its twin gets. */
function checkTwin(t: ExecutionContext, row: Row, twin: Learned): void {
  for (const { lines } of row.breaks.filter(({ never }) => never !== true)) {
    const directive = lines[0]?.split("=", 1)[0] ?? "";
    // The others only take away what would keep it from having its effect.
    const own = lines.filter((line) => line.startsWith(`${directive}=`));
    const values = own.map((line) => line.slice(directive.length + 1));
    const decision = twin.decisions.get(directive);
    const given = decision?.decision === "set" ? decision.values : [""];
    const words = given.flatMap((line) => line.split(" "));
    const [value = ""] = values;
    if (value.startsWith("~")) {
      t.false(words.includes(value.slice(1)), `the twin gets ${directive}= with ${value.slice(1)}`);
    } else if (lists.has(directive) && value !== "") {
      t.true(words.includes(value), `the twin does not get ${directive}=${value}`);
    } else {
      t.deepEqual(given, values, `the twin gets another ${directive}=`);
    }
  }
}

/** Starts a copy of the row's unit under drop-ins: `works`, or how it failed. All in one go, for speed. */
async function attempt(
  machine: Machine,
  unit: string,
  row: Row,
  dropIns: readonly string[],
): Promise<Outcome> {
  const { setup = "", effect = "true", teardown = "" } = row;
  const path = `/etc/systemd/system/${unit}.service`;
  const shown = await machine.succeed(
    `{ true; ${setup}
     ${dropIns.map((text, index) => fileText(`${path}.d/${50 + index}.conf`, text)).join("")}
     ${fileText(path, unitText(row))}
     systemctl start ${unit} || true
     } >&2
     systemctl show --property Result,ExecMainStatus ${unit}
     set -- ${unit}
     if { ${effect}
     } >&2; then echo Seen=yes; fi
     { true; ${teardown}
     } >&2`,
  );
  const outcome = outcomeFrom(shown);
  return outcome === "works" && !shown.includes("Seen=yes") ? "unseen" : outcome;
}

/** EWOULDBLOCK, which comes behind, is EAGAIN. */
const errnoNames = new Map(
  Object.entries(constants.errno)
    .map(([name, number]) => [number, name] as const)
    .reverse(),
);
const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

function outcomeFrom(shown: string): Outcome {
  const result = /^Result=(.*)$/m.exec(shown)?.[1];
  const status = Number(/^ExecMainStatus=(\d+)$/m.exec(shown)?.[1]);
  switch (result) {
    case "success":
      return "works";
    case "exit-code":
      return status === exitWrong ? "wrong" : (errnoNames.get(status - exitRefused) ?? `status ${status}`);
    case "signal":
    case "core-dump":
      return signalNames.get(status) ?? `signal ${status}`;
    default:
      return `result ${result ?? "unknown"}`;
  }
}
