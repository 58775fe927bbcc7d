/** Asks the kernel's log what a canary has seen. */
import { badInput, hostCannot } from "../errors.js";
import type { Profile } from "../profile/types.js";
import { readSource } from "../profile/source.js";
import { isFirstPidNamespace } from "../systemd/process.js";
import type { UnitState } from "../systemd/unit.js";
import { type CanaryReport, reportCanary } from "./canary-report.js";
import {
  obstacleToLogging,
  otherLoggers,
  processesOf,
  programsOf,
  type ReadLog,
  readKernelLog,
} from "./kernel-log.js";
import { parseKernelLog } from "./seccomp-records.js";
import { keptProfile, readDeployment } from "./store.js";

export interface CanaryOptions {
  /** Milliseconds since 1970; default: since the canary was installed. */
  readonly since: number | undefined;
  /** A log to read instead of this machine's; `-` is standard input. */
  readonly log: string | undefined;
}

export interface CanaryResult extends CanaryReport {
  readonly unit: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly until: string;
  readonly sources: readonly string[];
  /** Why more may have happened, one line each. */
  readonly doubts: readonly string[];
  readonly profile: Profile;
}

/** @throws ProfileError: badInput where no canary is installed, hostCannot where there is no log to read. */
export async function readCanary(state: UnitState, options: CanaryOptions): Promise<CanaryResult> {
  const { name } = state.unit;
  const { installed } = await readDeployment(name, "canary");
  const profile = await keptProfile(name, "canary");
  if (installed === undefined || profile === undefined) {
    throw badInput(`${name} has no canary: profile apply --canary ${name} installs one`);
  }
  const since = options.since ?? Date.parse(installed.at);
  const log = await readLog(options.log, since);
  const isOwn = options.log === undefined && (await isFirstPidNamespace());
  const processes = await processesOf(state.properties.get("ControlGroup") ?? "");
  const others = await otherLoggers(name);
  const report = reportCanary(log, {
    since,
    processes: isOwn ? processes : new Map(),
    programs: new Set([...(await programsOf(state)), ...executedBy(profile)]),
    isOnly: isOwn && others.length === 0,
  });
  const mainPid = Number(state.properties.get("MainPID") ?? 0);
  const started = processes.get(mainPid);
  const obstacle = options.log === undefined ? await obstacleToLogging() : undefined;
  return {
    ...report,
    unit: name,
    since: new Date(since).toISOString(),
    until: new Date().toISOString(),
    sources: log.sources,
    profile,
    doubts: [
      ...(started !== undefined && started + 1000 < Date.parse(installed.at)
        ? [`${name} has not been restarted since the canary was installed: it is not observed yet`]
        : []),
      ...(obstacle === undefined ? [] : [obstacle]),
      ...(report.missed > 0
        ? [
            `the kernel left out ${report.missed} records because there were too many: other calls may be among them`,
          ]
        : []),
      ...(options.log === undefined && log.beginsLater
        ? ["the kernel's buffer begins later than the canary, and the journal does not have what was before"]
        : []),
    ],
  };
}

async function readLog(path: string | undefined, since: number): Promise<ReadLog> {
  if (path === undefined) {
    const log = await readKernelLog(since);
    if (log.sources.length === 0) {
      throw hostCannot("no log of the kernel can be read here: dmesg on the host | profile canary UNIT -");
    }
    return log;
  }
  const { text, name } = await readSource(path, "a log of the kernel");
  return { ...parseKernelLog(text.split("\n")), sources: [name], beginsLater: false };
}

/** Programs that the service was seen to execute when it was learned. */
function executedBy({ facts, evidence }: Profile): readonly string[] {
  return [
    ...facts.flatMap((fact) => (fact.kind === "file" && fact.access === "execute" ? [fact.path] : [])),
    ...Object.values(evidence).flatMap(({ executable }) => executable ?? []),
  ];
}
