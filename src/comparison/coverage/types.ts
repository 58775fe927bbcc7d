import type { Context, Decision } from "../../directives/types.js";
import type { WritableRoot } from "../../facts/widening.js";
import type { FileStatus, Host } from "../../host/types.js";

/** What is known of a profile that may cover new facts. */
export interface Knowledge {
  readonly context: Context;
  readonly decisions: readonly Decision[];
  /** Directories and files that its facts say are written. */
  readonly roots: readonly WritableRoot[];
  /** Every machine on which either profile was learned: what one says of a file counts. */
  readonly hosts: readonly Host[];
}

/** What any of the hosts says of a path. */
export function statusesOf({ hosts }: Pick<Knowledge, "hosts">, path: string): readonly FileStatus[] {
  return hosts.flatMap(({ files }) => (Object.hasOwn(files, path) ? (files[path] ?? []) : []));
}

/** `SystemCallFilter=poll` where that is granted by the settings; undefined where it is not. */
export function grantOf({ decisions }: Knowledge, directive: string, value: string): string | undefined {
  const decision = decisions.find((one) => one.directive === directive);
  const isGranted = decision?.decision === "set" && decision.grants.some((grant) => grant.value === value);
  return isGranted ? `${directive}=${value}` : undefined;
}

/** Whether a directive is set. */
export function isSet({ decisions }: Knowledge, directive: string): boolean {
  return decisions.some((one) => one.directive === directive && one.decision === "set");
}
