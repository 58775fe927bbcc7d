import { access } from "node:fs/promises";
import { hostCannot } from "../errors.js";
import { run } from "./run.js";

/** Throws hostCannot unless this process is root and systemd runs the host (sd_booted(3)). */
export async function requireSystemd(): Promise<void> {
  if (process.getuid?.() !== 0)
    throw hostCannot("changing a unit and tracing a service needs root: try sudo");
  const booted = await access("/run/systemd/system").then(
    () => true,
    () => false,
  );
  if (!booted)
    throw hostCannot("this host is not run by systemd; a command can be learned: profile run -- COMMAND");
}

/** Major version of the running manager: 252 for `systemd 252 (252.39-1~deb12u2)` and for `257.9`. */
export async function systemdVersion(): Promise<number> {
  const output = await run("systemctl", ["show", "--property=Version", "--value"]);
  const version = Number.parseInt(/\d+/.exec(output.stdout)?.[0] ?? "", 10);
  if (output.code !== 0 || Number.isNaN(version))
    throw hostCannot("systemctl does not say which systemd runs");
  return version;
}
