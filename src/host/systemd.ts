import type { Host } from "./types.js";

const versionLine = /^systemd (\d+)/;
const feature = /^[+-][A-Z0-9_]+$/;

/**
 * Reads what `systemctl --version` prints: `systemd 252 (252.39-1~deb12u2)`, then a line of build features.
 *
 * @returns null for text that is not from systemd.
 */
export function parseSystemdVersion(text: string): Host["systemd"] {
  const version = versionLine.exec(text)?.[1];
  if (version === undefined) {
    return null;
  }
  return { version: Number(version), features: text.split(/\s+/).filter((word) => feature.test(word)) };
}
