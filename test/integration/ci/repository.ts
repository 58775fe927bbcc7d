/** The repository whose jobs are run: the demo service of test/fixtures/releases, with the files that docs/ci.md asks for. */
import type { Machine } from "../machine.js";
import { releases } from "../with-machine.js";
import { published, runner, workspace } from "./stand-ins.js";

export const unit = "example-release.service";

/** What lies in profiles/ of the repository. */
export const baselines = "/root/baselines";

/** What a commit makes. */
export interface Build {
  readonly release: string;
  readonly soak: string;
}

/** A new clone of the repository, whose deploy/ installs and exercises the fixture. */
export async function checkOut(machine: Machine, { release, soak }: Build): Promise<void> {
  const state = "/var/lib/example-release /var/log/example-release";
  await machine.succeed(`rm -rf ${workspace}/* ${published}/*`);
  const files = {
    "deploy/install.sh": `systemctl stop ${unit} 2>/dev/null || true
rm -rf ${state}
install -d ${state}
${releases}/install.sh ${release}`,
    "deploy/soak.sh": `exec ${releases}/${soak}`,
    "deploy/server.sh": `export STATE_DIRECTORY=/var/lib/example-release LOGS_DIRECTORY=/var/log/example-release
exec python3 -B /usr/local/lib/example-release/main.py`,
  };
  for (const [path, text] of Object.entries(files)) {
    await machine.writeFile(`${workspace}/${path}`, `#!/bin/bash\nset -e\n${text}\n`, "0755");
  }
  await machine.succeed(
    `mkdir -p ${workspace}/profiles
     ! compgen -G '${baselines}/*' || cp ${baselines}/* ${workspace}/profiles
     chown -R ${runner}: ${workspace}`,
  );
}
