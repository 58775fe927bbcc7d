/** A service made of calls, confined by nothing but what each call says of the drop-in: the loop without a machine. */
import type { Failure } from "../../src/facts/failures.js";
import { FactSet } from "../../src/facts/set.js";
import type { Profile } from "../../src/profile/types.js";
import type { Laboratory } from "../../src/verification/laboratory.js";
import { parseSettings } from "../../src/verification/settings.js";
import type { Walk } from "../../src/verification/types.js";
import { build, directory, hostWith } from "../facts/support.js";
import { sampleProfile } from "../profile/sample.js";

/** Right-hand sides of a directive in the drop-in, as one text; undefined where it is not set. */
export type Sandbox = (directive: string) => string | undefined;

export interface Step {
  /** A line of strace, with success. */
  readonly line: string;
  /** The error with which the drop-in refuses it; undefined: it does not. */
  readonly refusal?: (sandbox: Sandbox) => string | undefined;
  /** It never happens under such a drop-in, without an error. */
  readonly isDropped?: (sandbox: Sandbox) => boolean;
  /** Only tried by a service that finds itself confined. */
  readonly whenConfined?: true;
  /** The service fails without it. */
  readonly isVital?: true;
}

const phases = ["start", "soak", "stop"] as const;

const host = hostWith({
  "/": directory(),
  "/srv": directory(),
  "/srv/app": directory(),
  "/var": directory(),
  "/var/lib": directory(),
  "/var/lib/app": directory(),
});

const start = 'execve("/usr/bin/daemon", ["daemon"], 0x7ffd /* 0 vars */) = 0';

/** What is learned of it without a sandbox. */
export function profileOf(steps: readonly Step[]): Profile {
  const { facts } = walkThrough(steps, undefined);
  return { ...sampleProfile, facts: [...facts], hosts: [host], runs: [], evidence: {} };
}

export interface Simulation extends Laboratory {
  /** The drop-ins that it was walked under, in order. */
  readonly dropIns: readonly string[];
}

/**
 * @param trouble what goes wrong under a drop-in without a call that fails
 */
export function simulate(
  steps: readonly Step[],
  trouble: (sandbox: Sandbox) => string | undefined = () => undefined,
): Simulation {
  const dropIns: string[] = [];
  return {
    dropIns,
    walk: (dropIn) => {
      dropIns.push(dropIn);
      const sandbox = sandboxOf(dropIn);
      const { facts, failures, failure } = walkThrough(steps, sandbox);
      const problem = failure ?? trouble(sandbox);
      return Promise.resolve<Walk>({
        phases,
        facts,
        failures,
        symptoms: [],
        incomplete: [],
        ...(problem === undefined ? {} : { failure: problem }),
      });
    },
    reference: () => {
      const problem = trouble(() => undefined);
      const { facts, failures } = walkThrough(steps, undefined);
      return Promise.resolve({ facts, failures, ...(problem === undefined ? {} : { failure: problem }) });
    },
    host: () => Promise.resolve(host),
    exists: (path) => Object.hasOwn(host.files, path),
    progress: () => undefined,
  };
}

function sandboxOf(dropIn: string): Sandbox {
  const values = new Map(
    parseSettings(dropIn).map((setting) => [setting.directive, setting.values.join(" ")]),
  );
  return (directive) => values.get(directive);
}

function walkThrough(
  steps: readonly Step[],
  sandbox: Sandbox | undefined,
): { readonly facts: FactSet; readonly failures: readonly Failure[]; readonly failure?: string } {
  const lines = [start];
  let failure: string | undefined;
  for (const { line, refusal, isDropped, whenConfined, isVital } of steps) {
    if (whenConfined === true && sandbox === undefined) continue;
    if (sandbox !== undefined && isDropped?.(sandbox) === true) continue;
    const errno = sandbox === undefined ? undefined : refusal?.(sandbox);
    lines.push(errno === undefined ? line : line.replace(/ = \d+.*$/, ` = -1 ${errno} (Refused)`));
    if (errno !== undefined && isVital === true) failure ??= "daemon.service failed: exit status 1";
  }
  const { facts, failures } = build(lines.join("\n"), { begins: "execve", host });
  return { facts, failures, ...(failure === undefined ? {} : { failure }) };
}
