/** Calls whose every record matters to facts; all others need only be counted (`ParserOptions.every`). */
export const everyCall: ReadonlySet<string> = new Set(["execve", "openat"]);
