/** The stored document: `profiles/UNIT.profile.json` (DESIGN: the lockfile). */
import type { Evidence, Fact } from "../facts/types.js";
import type { Host, Unit } from "../host/types.js";
import type { Saturation } from "../saturation/types.js";

export const schemaVersion = 3;

/** How the soak went on. */
export interface Soaked {
  /** What ended it: the soak command was done, the time was over, the operator said so, or more would have shown little. */
  readonly until: "command" | "duration" | "operator" | "saturation";
  readonly seconds: number;
}

/** One learning run; everything that varies from run to run is here and in `evidence`, not in `facts`. */
export interface Run {
  /** 16 hexadecimal digits, made from what the run saw: the same run in two profiles is one run. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly started: string;
  /** Seconds. */
  readonly duration: number;
  /** `unit`: nothing ran; the facts are what the sandbox of the installed unit lets through. */
  readonly tracer: "strace" | "import" | "unit";
  /** How capabilities were found out. */
  readonly capabilities: "inferred";
  /** Lifecycle phases that were exercised: `start`, `soak`, `reload`, `restart`, `stop`. */
  readonly phases: readonly string[];
  /** Why the evidence is incomplete; empty when it is complete. */
  readonly incomplete: readonly string[];
  /** What the evidence does not tell and was taken for granted; missing where nothing was. */
  readonly assumed?: readonly string[];
  /** Missing where there was none, or where a profile is older than the question. */
  readonly soak?: Soaked;
  /** How likely more of the soak was to show something new; missing like `soak`. */
  readonly saturation?: Saturation;
  /** Index into `hosts`. */
  readonly host: number;
  /** The facts that it added were refused to it by the drop-in: it ran confined, to prove that. */
  readonly confined?: true;
}

/** Evidence of the first run that saw the fact, and all that did. */
export interface StoredEvidence extends Evidence {
  /** Indices into `runs`, as ranges: `0-2,5`. */
  readonly runs: string;
}

/**
 * What taking a privilege away showed: `needed`: the service or its soak failed without it; `unneeded`: neither noticed, and
 * the drop-in denies it although it was used.
 */
export type Verdict = "needed" | "unneeded";

/** A setting that no fact speaks against, and under which the service fails all the same. */
export interface Dropped {
  readonly directive: string;
  /** What failed under it, one line. */
  readonly why: string;
}

/** A lifecycle that a service went through under a drop-in without being refused anything it needs. */
export interface Proof {
  /** 16 hexadecimal digits of the settings that were in force (`settingsDigest`). */
  readonly settings: string;
  /** Major version of the systemd that enforced them. */
  readonly systemd: number;
  /** Lifecycle phases that were walked. */
  readonly phases: readonly string[];
  /** Directives that the machine accepted but does not enforce: of them nothing is proved. */
  readonly unenforced: readonly string[];
}

export interface Profile {
  readonly schema: typeof schemaVersion;
  readonly unit: Unit;
  /** Sorted by identity. */
  readonly facts: readonly Fact[];
  /** The machines that it was learned on, each once. */
  readonly hosts: readonly Host[];
  /** In the order in which they were started. */
  readonly runs: readonly Run[];
  /** Keyed by the identity of the fact (`factId`). A fact that was added by hand has none. */
  readonly evidence: Readonly<Record<string, StoredEvidence>>;
  /** Keyed by the identity of the fact; missing where nothing was tried to be taken away. */
  readonly verdicts?: Readonly<Record<string, Verdict>>;
  /** Sorted by directive; missing where there are none. */
  readonly dropped?: readonly Dropped[];
  /** Sorted; missing where nothing was proved. */
  readonly proofs?: readonly Proof[];
}
