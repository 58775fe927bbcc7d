import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

/** The built program. */
export const cli = fileURLToPath(new URL("../bin/cli.js", import.meta.url));

export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the program does with these arguments; without colours, and with an empty standard input unless one is given. */
export async function profile(
  args: readonly string[],
  { cwd = process.cwd(), input = "" }: { cwd?: string; input?: string } = {},
): Promise<Ended> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [cli, ...args], {
    reject: false,
    cwd,
    input,
    env: { NO_COLOR: "1" },
  });
  return { exitCode, stdout, stderr };
}

/** A directory that is gone after the test. */
export function temporaryDirectory(t: { teardown(clean: () => void): void }): string {
  const directory = mkdtempSync(join(tmpdir(), "profile-cli-"));
  t.teardown(() => {
    rmSync(directory, { recursive: true });
  });
  return directory;
}
