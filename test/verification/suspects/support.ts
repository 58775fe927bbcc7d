/** Calls that failed, as strace prints them, under drop-ins as people write them. */
import type { Failure } from "../../../src/facts/failures.js";
import type { Fact } from "../../../src/facts/types.js";
import type { Host, Unit } from "../../../src/host/types.js";
import { parseSettings } from "../../../src/verification/settings.js";
import { suspectsOf } from "../../../src/verification/suspects/index.js";
import type { Suspect } from "../../../src/verification/types.js";
import { situation } from "../../directives/context.js";
import { parseCall } from "../../strace-parser/parse.js";

export interface Circumstances {
  readonly paths?: readonly string[];
  readonly executable?: string;
  readonly target?: number;
  readonly unit?: Partial<Unit>;
  readonly host?: Partial<Host>;
  readonly facts?: readonly Fact[];
  /** Of a process that was killed for the call. */
  readonly errno?: string;
  readonly personality?: "32" | "x32";
}

/** A failure without what only learning needs to know of it. */
function failureOf(
  line: string,
  { paths = [], executable, errno, personality }: Circumstances = {},
): Failure {
  const record = { ...parseCall(line) };
  return {
    key: line,
    call: record.name,
    errno: errno ?? record.errno ?? "",
    paths,
    record: personality === undefined ? record : { ...record, personality },
    state: { begins: "at-once" },
    evidence: {
      count: 1,
      first: 0,
      phase: "soak",
      process: "daemon",
      example: line,
      ...(executable !== undefined && { executable }),
    },
  };
}

/** The suspects of a line under the lines of a `[Service]` section, those that are separated by `; `. */
export function suspects(
  dropIn: string,
  line: string,
  circumstances: Circumstances = {},
): readonly Suspect[] {
  const { target, unit, host, facts } = circumstances;
  const context = situation({ target: target ?? 257, unit: unit ?? {}, host: { kernel: "6.18.4", ...host } });
  const settings = parseSettings(`[Service]\n${dropIn.split("; ").join("\n")}\n`);
  return suspectsOf(failureOf(line, circumstances), settings, {
    target: context.target,
    unit: context.unit,
    host: context.host,
    ...(facts !== undefined && { facts }),
  });
}
