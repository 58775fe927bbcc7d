import { Command, InvalidArgumentError, Option } from "commander";
import type { Comparison } from "../comparison/types.js";
import type { Breadth, Posture } from "../directives/types.js";
import { badInput } from "../errors.js";
import { type CheckFormat, checkFormats } from "../output/comparison/formats.js";
import type { RenderOptions } from "../output/comparison/index.js";
import { breadthOption, managerOf, postureOption, targetOption, userOption } from "./arguments.js";
import {
  allowOption,
  ceilingOption,
  exitCodeOfJudgement,
  type FailOn,
  failOnOption,
  readOnce,
  severityOf,
  todayUtc,
} from "./standards.js";

interface Report {
  readonly format: CheckFormat;
  readonly path: string;
}

interface CheckFlags {
  readonly breadth: Breadth;
  readonly posture: Posture;
  readonly targetSystemd?: number;
  readonly user?: true;
  readonly againstUnit?: string;
  readonly failOn?: FailOn;
  readonly allow?: string;
  readonly ceiling?: string;
  readonly format: CheckFormat;
  readonly json?: true;
  readonly report: readonly Report[];
  readonly verbose?: true;
}

const help = `
Examples:
  profile check profiles/myapp.service.profile.json new.profile.json
  profile check --fail-on medium --allow allowed.json old.profile.json new.profile.json
  profile check -o sarif=check.sarif -o junit=check.xml old.profile.json new.profile.json
  strace -f ./server 2>&1 | profile check server.profile.json -
  profile check --against-unit redis-server profiles/redis-server.service.profile.json

Exit codes: 0 nothing beyond the baseline; 1 more privileges, or more than the ceiling allows; 2 bad input;
5 inconclusive: nothing more was seen, but the candidate was exercised less than the baseline.`;

/** `profile check BASELINE CANDIDATE`: does the candidate need more than the baseline? From the stored data alone. */
export function checkCommand(): Command {
  return new Command("check")
    .description("tell what a profile needs beyond another one, the baseline")
    .argument("<baseline>", "profile, or a log of strace; - for standard input")
    .argument("[candidate]", "the same of the next release")
    .option("--against-unit <unit>", "check the hardening that an installed unit has against one profile")
    .addOption(failOnOption())
    .addOption(allowOption())
    .addOption(ceilingOption())
    .addOption(postureOption())
    .addOption(breadthOption())
    .addOption(targetOption())
    .addOption(userOption())
    .addOption(
      new Option("--format <format>", "how to print the report").choices(checkFormats).default("text"),
    )
    .addOption(new Option("--json", "the same as --format json").conflicts("format"))
    .addOption(
      new Option("-o, --report <format=file>", "write a report to a file, too; may be given several times")
        .argParser(parseReport)
        .default([], "none"),
    )
    .option("--verbose", "leave nothing out")
    .addHelpText("after", help)
    .action(check);
}

function parseReport(text: string, before: readonly Report[]): readonly Report[] {
  const equals = text.indexOf("=");
  const format = checkFormats.find((name) => name === text.slice(0, equals));
  const path = text.slice(equals + 1);
  if (format === undefined || path === "") {
    throw new InvalidArgumentError(`Write it like sarif=FILE; the formats are ${checkFormats.join(", ")}.`);
  }
  return [...before, { format, path }];
}

async function check(
  baselinePath: string,
  candidatePath: string | undefined,
  flags: CheckFlags,
): Promise<void> {
  if (flags.againstUnit !== undefined) {
    const { checkAgainstUnit, refuseForUnit } = await import("./check-unit.js");
    refuseForUnit(candidatePath, flags);
    await checkAgainstUnit(flags.againstUnit, baselinePath, flags);
    return;
  }
  if (candidatePath === undefined) {
    throw badInput("check needs a baseline and a candidate, or --against-unit UNIT and one profile");
  }
  readOnce([baselinePath, candidatePath, flags.allow, flags.ceiling]);
  const { readProfileOrTrace } = await import("./check-input.js");
  const { compare } = await import("../comparison/index.js");
  const { readAllowRules } = await import("../rules/allow.js");
  const { readCeiling } = await import("../rules/ceiling.js");
  const allow = flags.allow === undefined ? undefined : await readAllowRules(flags.allow);
  const ceiling = flags.ceiling === undefined ? undefined : await readCeiling(flags.ceiling);
  const baseline = await readProfileOrTrace(baselinePath, remark);
  const candidate = await readProfileOrTrace(candidatePath, remark);
  const comparison = compare(baseline, candidate, {
    names: { baseline: nameOf(baselinePath), candidate: nameOf(candidatePath) },
    posture: flags.posture,
    breadth: flags.breadth,
    manager: managerOf(flags),
    target: flags.targetSystemd,
    failOn: severityOf(flags.failOn),
    allow,
    ceiling,
    today: todayUtc(),
  });
  const exitCode = exitCodeOfJudgement({ comparison });
  await writeReports(comparison, baselinePath, flags, exitCode);
  process.exitCode = exitCode;
}

function nameOf(path: string): string {
  return path === "-" ? "standard input" : path;
}

function remark(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** Those that go to files first: when the command says how it ended, all are there. */
async function writeReports(
  comparison: Comparison,
  baselinePath: string,
  { format, json, report: reports, verbose }: CheckFlags,
  exitCode: number,
): Promise<void> {
  const { renderComparison } = await import("../output/comparison/index.js");
  const { colorsFor } = await import("../output/terminal.js");
  const { ownVersion } = await import("../version.js");
  const printed = json === true ? "json" : format;
  const isPlaced = [printed, ...reports.map((report) => report.format)].some((name) => pointing.has(name));
  const options: RenderOptions = {
    // In a file there are no colours.
    colors: colorsFor({ write: () => undefined }, {}),
    verbose: verbose === true,
    exitCode,
    version: ownVersion(),
    baseline: isPlaced ? await placeOf(baselinePath) : null,
  };
  if (reports.length > 0) {
    const { writeFileAtomically } = await import("../output/files.js");
    for (const { format: name, path } of reports) {
      await writeFileAtomically(path, await renderComparison(name, comparison, options));
    }
  }
  const colors = colorsFor(process.stdout, process.env);
  const columns = process.stdout.columns as number | undefined;
  process.stdout.write(await renderComparison(printed, comparison, { ...options, colors, columns }));
}

/** Formats that point at a line of the baseline. */
const pointing: ReadonlySet<CheckFormat> = new Set(["junit", "sarif", "github"]);

/** The baseline as a file of the repository; null for standard input. */
async function placeOf(path: string): Promise<RenderOptions["baseline"]> {
  if (path === "-") return null;
  const { readFile } = await import("node:fs/promises");
  const paths = await import("node:path");
  const inside = paths.relative(process.cwd(), path);
  const isInside = !inside.startsWith("..");
  return { path: isInside ? inside : paths.resolve(path), text: await readFile(path, "utf8") };
}
