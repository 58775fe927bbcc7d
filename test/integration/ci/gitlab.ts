/** Runs a job of GitLab CI as its runner does, in a machine of the testbed. */
import type { Machine } from "../machine.js";
import type { GitLabJob } from "./documented.js";
import { runner, workspace } from "./stand-ins.js";

export interface GitLabResult {
  /** Is the job red? */
  readonly failed: boolean;
  readonly output: string;
  /** The artifacts that are there, relative to the workspace. */
  readonly artifacts: readonly string[];
}

/** What GitLab gives each job, and a token that the project has set. */
const predefined = {
  CI: "true",
  GITLAB_CI: "true",
  CI_API_V4_URL: "https://gitlab.example/api/v4",
  CI_PROJECT_ID: "7",
  CI_MERGE_REQUEST_IID: "17",
  PRIVILEGES_TOKEN: "secret",
};

/**
 * `docker`: in namespaces and with the capabilities that Docker gives by default, as root, and with no sign of a systemd;
 * not in the image that the job names, since there is no network to fetch it. Otherwise as the executor `shell`.
 */
type Executor = "shell" | "docker";

/** Docker's default list (moby, oci/caps/defaults.go). CAP_SYS_PTRACE is not in it. */
const dockerCapabilities =
  "-all,+chown,+dac_override,+fsetid,+fowner,+mknod,+net_raw,+setgid,+setuid,+setfcap,+setpcap,+net_bind_service,+sys_chroot,+kill,+audit_write";

const executors: Readonly<Record<Executor, readonly string[]>> = {
  shell: ["runuser", "--user", runner, "--"],
  docker: [
    ...["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c"],
    // The demo service speaks to the journal, as a container may.
    `mount --bind /run/systemd/journal /mnt && mount -t tmpfs none /run/systemd &&
     mkdir /run/systemd/journal && mount --move /mnt /run/systemd/journal && exec "$@"`,
    "-",
    ...["setpriv", `--bounding-set=${dockerCapabilities}`, "--"],
  ],
};

/**
 * The clone must be in the workspace.
 *
 * @param variables in place of the job's own values
 */
export async function runJob(
  machine: Machine,
  job: GitLabJob,
  executor: Executor,
  variables: Readonly<Record<string, string>>,
): Promise<GitLabResult> {
  const env = Object.entries({ ...predefined, ...job.variables, ...variables }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const shell = (lines: readonly string[]) =>
    machine.exec(
      [
        ...executors[executor],
        "env",
        "-C",
        workspace,
        "HOME=/home/runner",
        ...env,
        "bash",
        "-eo",
        "pipefail",
        "-c",
        lines.join("\n"),
      ],
      { timeout: 240 },
    );
  const main = await shell([...job.before_script, ...job.script]);
  // In a shell of its own, whatever became of the job; it changes nothing of that.
  const after = await shell(job.after_script);
  const wanted = [...job.artifacts.paths, job.artifacts.reports.junit];
  const there = await machine.succeed([
    "env",
    "-C",
    workspace,
    "sh",
    "-c",
    'for path; do [ ! -e "$path" ] || echo "$path"; done',
    "-",
    ...wanted,
  ]);
  return {
    failed: main.exitCode !== 0,
    output: [main, after].map(({ stdout, stderr }) => `${stdout}\n${stderr}`).join("\n"),
    artifacts: there.split("\n").filter((path) => path !== ""),
  };
}
