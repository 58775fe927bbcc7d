/** What reports for version control point at: a line of the profile that lies in the repository. */
import type { Fact } from "../../facts/types.js";
import { findLines } from "./lines.js";

/** A file below the working directory, which in CI is the repository. */
export interface ProfileFile {
  /** Relative, with slashes; absolute where it lies elsewhere. */
  readonly path: string;
  readonly text: string;
}

export interface Place {
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** Where a fact stands or would be inserted, or the unit is described; null where no file is known. */
export type Locate = (what: Fact | "unit") => Place | null;

/** @param file the baseline; null where it is not a file. */
export function locateIn(file: ProfileFile | null): Locate {
  if (file === null) {
    return () => null;
  }
  const lines = findLines(file.text);
  return (what) => ({
    path: file.path,
    line: what === "unit" ? lines.ofUnit : lines.ofFact(what),
  });
}
