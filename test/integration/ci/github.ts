/** Runs the steps of a job as GitHub's runner does, in a machine of the testbed. */
import type { Machine, Outcome } from "../machine.js";
import type { Step, Workflow } from "./documented.js";
import { npmPrefix, runner, workspace } from "./stand-ins.js";

/** What became of one step. */
export interface StepResult {
  readonly name: string;
  readonly outcome: "success" | "failure" | "skipped";
  readonly output: string;
}

export interface JobResult {
  /** Is the job red? */
  readonly failed: boolean;
  readonly steps: readonly StepResult[];
  /** Markdown of $GITHUB_STEP_SUMMARY. */
  readonly summary: string;
  /** What the steps that `uses:` names took: paths of files, relative to the workspace. */
  readonly uploaded: readonly string[];
}

const summaryFile = "/home/runner/summary.md";
const scriptFile = "/home/runner/step.sh";

/** Contexts of the expressions: the pull request that is tested. */
const expressions: Readonly<Record<string, string>> = {
  "github.token": "secret",
  "github.event.number": "17",
};

/**
 * The clone must be in the workspace. `uses:` steps are not run, since they come from elsewhere: checkout and setup-node have
 * nothing to do here, and of the uploads it is checked that what they would take is there.
 *
 * @param env in place of the workflow's own values
 */
export async function runWorkflow(
  machine: Machine,
  { env: common, jobs }: Workflow,
  env: Readonly<Record<string, string>>,
): Promise<JobResult> {
  const [job] = Object.values(jobs);
  if (job === undefined) throw new Error("the workflow has no job");
  await machine.writeFile(summaryFile, "");
  await machine.succeed(["chown", runner, summaryFile]);
  const steps: StepResult[] = [];
  const uploaded: string[] = [];
  let failed = false;
  for (const step of job.steps) {
    const name = step.name ?? step.uses ?? "";
    if (!(await isDue(machine, step, failed))) {
      steps.push({ name, outcome: "skipped", output: "" });
      continue;
    }
    const { exitCode, stdout, stderr } =
      step.run === undefined
        ? await use(machine, step, uploaded)
        : await runStep(machine, step.run, { ...common, ...step.env, ...env });
    failed ||= exitCode !== 0;
    steps.push({ name, outcome: exitCode === 0 ? "success" : "failure", output: `${stdout}\n${stderr}` });
  }
  return { failed, steps, summary: await machine.readFile(summaryFile), uploaded };
}

const withFile = /^always\(\) && hashFiles\('([^']+)'\) != ''$/;

async function isDue(machine: Machine, { if: condition }: Step, failed: boolean): Promise<boolean> {
  if (condition === undefined) return !failed;
  if (condition === "always()") return true;
  const file = withFile.exec(condition)?.[1];
  if (file === undefined) throw new Error(`the runner of these tests does not know if: ${condition}`);
  return (await machine.exec(["test", "-e", `${workspace}/${file}`])).exitCode === 0;
}

/** A step without `shell:` is a script for `bash -e`. */
async function runStep(
  machine: Machine,
  script: string,
  env: Readonly<Record<string, string | number>>,
): Promise<Outcome> {
  await machine.writeFile(scriptFile, evaluate(script));
  const variables: Readonly<Record<string, string | number>> = {
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: workspace,
    GITHUB_STEP_SUMMARY: summaryFile,
    PATH: `${npmPrefix}/bin:/usr/local/bin:/usr/bin:/bin`,
    ...env,
  };
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${evaluate(String(value))}`);
  return machine.exec(
    ["runuser", "--user", runner, "--", "env", "-C", workspace, ...assignments, "bash", "-e", scriptFile],
    { timeout: 240 },
  );
}

function evaluate(text: string): string {
  return text.replaceAll(/\$\{\{ *(.*?) *\}\}/g, (_, expression: string) => {
    const value = expressions[expression];
    if (value === undefined) throw new Error(`the runner of these tests does not know ${expression}`);
    return value;
  });
}

async function use(
  machine: Machine,
  { uses = "", with: inputs = {} }: Step,
  uploaded: string[],
): Promise<Outcome> {
  const [action] = uses.split("@");
  switch (action) {
    case "actions/checkout":
    case "actions/setup-node":
      return { exitCode: 0, stdout: "", stderr: "" };
    case "actions/upload-artifact":
    case "github/codeql-action/upload-sarif": {
      const paths = String(inputs["path"] ?? inputs["sarif_file"])
        .trim()
        .split("\n");
      // As the runner's user, who must be able to read all of it. What is not there is left out.
      const script = 'for path; do if [ -e "$path" ]; then echo "$path"; tar -cf /dev/null "$path"; fi; done';
      const words = ["env", "-C", workspace, "sh", "-ec", script, "-", ...paths];
      const outcome = await machine.exec(["runuser", "--user", runner, "--", ...words]);
      uploaded.push(...outcome.stdout.split("\n").filter((path) => path !== ""));
      return outcome;
    }
    default:
      throw new Error(`the runner of these tests does not know uses: ${uses}`);
  }
}
