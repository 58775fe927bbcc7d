/**
 * What a job finds on its machine and the testbed has not: an unprivileged user who may use sudo, and, since there is no
 * network, programs in place of apt-get, npm, gh and curl. They do what they would do, from what is there, and fail
 * when they are asked for anything else.
 */
import type { Machine } from "../machine.js";

/** Who runs the jobs. */
export const runner = "runner";

/** The working directory of the jobs: the clone. */
export const workspace = "/home/runner/work";

/** Where `npm install --global` puts programs, as setup-node has it: on the PATH of the jobs, not on that of sudo. */
export const npmPrefix = "/opt/hostedtoolcache/node";

/** What gh and curl were asked to publish. */
export const published = "/home/runner/published";

/** Like sudo(8) with its `env_reset` and `secure_path`: root, with neither the variables nor the PATH of the caller. */
const sudo = `#!/usr/local/libexec/ci/python3-setuid
import os, sys
os.setgroups([])
os.setresgid(0, 0, 0)
os.setresuid(0, 0, 0)
path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
os.environ["PATH"] = path
os.execvpe(sys.argv[1], sys.argv[1:], {"PATH": path, "HOME": "/root", "USER": "root", "LANG": "C.UTF-8"})
`;

/** The packages must be in the testbed's tree. */
const aptGet = `#!/bin/bash
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "apt-get: are you root?" >&2; exit 100; }
case "$*" in
  update) ;;
  "install --yes "*) shift 2; for package; do [ "$package" = npm ] || dpkg --status "$package" >/dev/null; done ;;
  *) echo "apt-get: not known here: $*" >&2; exit 100 ;;
esac
`;

/** The project as it was pushed, in place of what the registry has. */
const npm = `#!/bin/bash
set -euo pipefail
case "$*" in
  "install --global sandbox-profiler") prefix=$([ "$(id -u)" = 0 ] && echo /usr/local || echo ${npmPrefix}) ;;
  "install --global --prefix "*" sandbox-profiler") prefix=$4 ;;
  *) echo "npm: not known here: $*" >&2; exit 1 ;;
esac
mkdir -p "$prefix/bin"
ln -sf /opt/sandbox-profiler/dist/bin/cli.js "$prefix/bin/profile"
`;

const gh = `#!/bin/bash
set -euo pipefail
[ -n "$GH_TOKEN" ]
[ "$1 $2 $4 $5 $6" = "pr comment --edit-last --create-if-none --body-file" ]
cp "$7" "${published}/pull-request-$3.md"
`;

const curl = `#!/bin/bash
set -euo pipefail
[ "$1 $2 $3 $4" = "--fail --header PRIVATE-TOKEN: secret --data-urlencode" ]
cp "\${5#body@}" "${published}/$(basename "$(dirname "$6")").md"
`;

/** Once per machine. */
export async function setUpRunner(machine: Machine): Promise<void> {
  await machine.succeed(
    `useradd --create-home ${runner}
     install -D -m 4755 "$(readlink -f /usr/bin/python3)" /usr/local/libexec/ci/python3-setuid
     # Only what a job installs may be found.
     rm /usr/local/bin/profile
     install -d -o ${runner} ${npmPrefix} ${npmPrefix}/bin ${workspace} ${published}`,
  );
  for (const [name, text] of Object.entries({ sudo, "apt-get": aptGet, npm, gh, curl })) {
    await machine.writeFile(`/usr/local/bin/${name}`, text, "0755");
  }
}
