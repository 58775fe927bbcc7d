/**
 * Drop-ins that an earlier run wrote and an operator installed. A service is learned without them: they are not what the
 * vendor ships, and hide what it needs now. But who the service is stays, for its files belong to that user by now.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { families } from "../directives/families.js";
import { hostCannot } from "../errors.js";
import type { AdoptedSetting } from "../host/types.js";
import { isOurs, isWritable } from "./dropin.js";
import { standInDropIn } from "./paths.js";
import { lastLine, printable, systemctl } from "./run.js";
import { parseWords } from "./show.js";
import { showUnit, type UnitState } from "./unit.js";

export interface OwnDropIn {
  readonly path: string;
  /** What of it is in force while the unit is learned. */
  readonly identity: readonly AdoptedSetting[];
}

/** Those that are loaded for the unit, in the order in which systemd reads them. */
export async function ownDropIns({ properties }: UnitState): Promise<readonly OwnDropIn[]> {
  const paths = parseWords(properties.get("DropInPaths"));
  const texts = await Promise.all(
    paths.map(async (path) => ({ path, text: await readFile(path, "utf8").catch(() => "") })),
  );
  return texts
    .filter(({ text }) => isOurs(text))
    .map(({ path, text }) => ({ path, identity: identityOf(text) }));
}

const identityDirectives = new Set([
  ...families.filter(({ title }) => title === "Identity").flatMap(({ directives }) => directives),
  // With the user come the capabilities that only root had.
  "AmbientCapabilities",
]);

/** The settings of a drop-in that say who the service is and what is its own; without a line that goes on in the next. */
export function identityOf(text: string): readonly AdoptedSetting[] {
  const values = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [, directive = "", value = ""] = /^(\w+)=(.*?)\s*$/.exec(line) ?? [];
    if (!identityDirectives.has(directive) || !isWritable(value) || value.endsWith("\\")) continue;
    values.set(directive, [...(values.get(directive) ?? []), value]);
  }
  return Array.from(values, ([directive, list]) => ({ directive, values: list }));
}

/**
 * The files that take the place of own drop-ins while the unit is learned. Throws hostCannot where there is such a file
 * already, which would be lost.
 */
export function standIns(unit: string, own: readonly OwnDropIn[]): readonly string[] {
  const paths = own.map(({ path }) => standInDropIn(unit, path));
  const taken = paths.find((path) => existsSync(path));
  if (taken !== undefined)
    throw hostCannot(`${printable(taken)} is in the way: take it away to learn ${unit}`);
  return paths;
}

/**
 * Takes own drop-ins out of force, but for the identity. Throws hostCannot when systemd reads them nevertheless.
 * The unit must be claimed with their `standIns`, which are removed when it is released.
 */
export async function setAside(unit: string, own: readonly OwnDropIn[]): Promise<void> {
  for (const { path, identity } of own) {
    const standIn = standInDropIn(unit, path);
    await mkdir(dirname(standIn), { recursive: true });
    await writeFile(standIn, standInText(path, identity));
  }
  const output = await systemctl("daemon-reload");
  if (output.code !== 0) throw hostCannot(`systemctl daemon-reload: ${lastLine(output.stderr)}`);
  const loaded = new Set(parseWords((await showUnit(unit)).get("DropInPaths")));
  const still = own.find(({ path }) => loaded.has(path));
  if (still !== undefined)
    throw hostCannot(`${printable(still.path)} cannot be set aside: take it away to learn ${unit}`);
}

function standInText(path: string, identity: readonly AdoptedSetting[]): string {
  const lines = [
    `# Written by the sandbox profiler in place of ${printable(path)} while it learns this unit; gone when it has finished.`,
    "[Service]",
    ...identity.flatMap(({ directive, values }) => values.map((value) => `${directive}=${value}`)),
  ];
  return `${lines.join("\n")}\n`;
}

/** One line for the user about each. */
export function describeSetAside({ path, identity }: OwnDropIn): string {
  const kept = identity.flatMap(({ directive, values }) =>
    values.filter((value) => value !== "").map((value) => `${directive}=${value}`),
  );
  const stays = kept.length === 0 ? "" : `, but for ${kept.join(", ")}`;
  return printable(`learned without ${path}, which profile wrote${stays}`);
}
