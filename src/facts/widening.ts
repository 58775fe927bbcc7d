import type { Host, Unit } from "../host/types.js";
import { FactSet } from "./set.js";
import type { Fact } from "./types.js";

/** One ReadWritePaths= candidate and the facts it covers. */
export interface WritableRoot {
  readonly path: string;
  /** `file`: written in place only, so the single file can be bind-mounted; `directory`: names in it come and go. */
  readonly kind: "directory" | "file";
  /** It holds far more than this service's files (/run, /srv …): worth a remark to the operator. */
  readonly broad: boolean;
  readonly facts: readonly Fact[];
}

/** Writes that only a whole system directory would cover: a person has to decide. */
export interface UndecidableRoot {
  /** The directory that would have to be writable. */
  readonly path: string;
  readonly facts: readonly Fact[];
}

export interface WritableRoots {
  readonly roots: readonly WritableRoot[];
  readonly undecidable: readonly UndecidableRoot[];
}

/** The minimal set of directories and files that must stay writable when everything else is read-only. */
export function writableRoots(_facts: FactSet, _host: Host, _unit: Unit): WritableRoots {
  return { roots: [], undecidable: [] };
}
