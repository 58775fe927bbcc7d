import type { JsonPath } from "../profile/json-syntax.js";

/** What is wrong with a part of a rules file; whoever reads the file says where that is. */
export class RuleProblem extends Error {
  /** From the value that was looked at. */
  readonly path: JsonPath;
  /** Whether the value is wrong or what it is called. */
  readonly of: "value" | "name";

  constructor(message: string, path: JsonPath = [], of: "value" | "name" = "value") {
    super(message);
    this.path = path;
    this.of = of;
  }

  /** The same, seen from further up. */
  below(...path: JsonPath): RuleProblem {
    return new RuleProblem(this.message, [...path, ...this.path], this.of);
  }
}

/** Runs `action`; what is wrong with a part it looks at lies below `path`. */
export function below<T>(path: JsonPath, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof RuleProblem ? error.below(...path) : error;
  }
}
