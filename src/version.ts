import { createRequire } from "node:module";

/** Version of this program, as its package says. */
export function ownVersion(): string {
  const { version } = createRequire(import.meta.url)("sandbox-profiler/package.json") as { version: string };
  return version;
}
