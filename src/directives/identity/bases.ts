import { isBelow } from "../../facts/paths.js";

/** Where systemd makes the directories of a service (systemd.exec(5), table 2). */
export const bases = {
  StateDirectory: "/var/lib",
  CacheDirectory: "/var/cache",
  LogsDirectory: "/var/log",
  RuntimeDirectory: "/run",
  ConfigurationDirectory: "/etc",
} as const;

export type DirectorySetting = keyof typeof bases;

export const directorySettings = Object.keys(bases) as readonly DirectorySetting[];

/** The base that a path is, or lies in. */
export function settingOf(path: string): { setting: DirectorySetting; path: string } | undefined {
  return directorySettings
    .map((setting) => ({ setting, path: bases[setting] }))
    .find((base) => isBelow(path, base.path));
}

/** Whether a path lies in one of the bases. */
export function isInBase(path: string): boolean {
  return settingOf(path) !== undefined;
}
