import type { Comparison } from "../../comparison/types.js";
import { formatJson } from "../json.js";

/** Rises when members change their meaning or go away; new ones may come at any time. */
export const documentVersion = 1;

export interface ComparisonDocument extends Comparison {
  readonly schema: typeof documentVersion;
  /** What the command exits with. */
  readonly exitCode: number;
}

/** The comparison itself as a document, with a newline at the end; described by schema/check.schema.json. */
export function renderJson(comparison: Comparison, exitCode: number): string {
  const document: ComparisonDocument = { schema: documentVersion, exitCode, ...comparison };
  return formatJson(document);
}
