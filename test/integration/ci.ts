/** The jobs of docs/ci.md, run step by step for a release that passes, one that needs more, and one that was tried too little. */
import type { ExecutionContext } from "ava";
import { documentedJob, documentedWorkflow } from "./ci/documented.js";
import { runWorkflow } from "./ci/github.js";
import { type GitLabResult, runJob } from "./ci/gitlab.js";
import { type Build, baselines, checkOut, unit } from "./ci/repository.js";
import { published, setUpRunner, workspace } from "./ci/stand-ins.js";
import type { Machine, Suite } from "./machine.js";
import { withMachine } from "./with-machine.js";

/** A pull request. */
interface Change extends Build {
  readonly title: string;
  /** The exit status of `profile check`. */
  readonly verdict: 0 | 1 | 5;
  /** The first line of the comment. */
  readonly says: RegExp;
}

const changes: readonly Change[] = [
  {
    title: "a harmless release passes",
    release: "2.0-harmless",
    soak: "soak.sh",
    verdict: 0,
    says: /needs nothing beyond/,
  },
  {
    title: "a release that needs more fails",
    release: "2.0",
    soak: "soak.sh",
    verdict: 1,
    says: /needs \d+ privileges beyond/,
  },
  {
    title: "a release with half of the soak fails",
    release: "1.0",
    soak: "half-soak.sh",
    verdict: 5,
    says: /inconclusive/,
  },
];

export function testCi(suite: Suite): void {
  const testOn = withMachine(suite);
  testOn("the jobs find a repository with a baseline", makeRepository);
  for (const change of changes) {
    testOn(`GitHub Actions: ${change.title}`, (t, machine) => onGitHub(t, machine, change));
    testOn(`GitLab CI, executor shell: ${change.title}`, (t, machine) => onGitLab(t, machine, change));
    testOn(`GitLab CI, executor docker: ${change.title}`, (t, machine) => inContainer(t, machine, change));
  }
}

/** Both baselines are what the jobs themselves learn of 1.0: they fail for want of a baseline, and leave it as an artifact. */
async function makeRepository(t: ExecutionContext, machine: Machine): Promise<void> {
  await setUpRunner(machine);
  const first: Build = { release: "1.0", soak: "soak.sh" };
  await checkOut(machine, first);
  const job = await runWorkflow(machine, documentedWorkflow(), { UNIT: unit });
  const output = job.steps.map((step) => step.output).join("\n");
  t.true(job.failed);
  t.regex(output, /cannot read profiles\/example-release\.service\.profile\.json: no such file/);
  const keep = `mkdir -p ${baselines}; cp ${workspace}/learned/*.profile.json ${baselines}`;
  await machine.succeed(keep);
  await checkOut(machine, first);
  const container = await runJob(machine, documentedJob("privileges-of-the-command"), "docker", {
    NAME: "example",
  });
  t.true(container.failed);
  await machine.succeed(keep);
}

async function onGitHub(t: ExecutionContext, machine: Machine, change: Change): Promise<void> {
  await checkOut(machine, change);
  const job = await runWorkflow(machine, documentedWorkflow(), { UNIT: unit });
  const log = job.steps.map(({ name, outcome, output }) => `--- ${name}: ${outcome}\n${output}`).join("\n");
  const checked = "Check that against the baseline";
  const failed = job.steps.filter(({ outcome }) => outcome === "failure").map(({ name }) => name);
  t.deepEqual(failed, change.verdict === 0 ? [] : [checked], log);
  t.deepEqual(job.uploaded, ["privileges.sarif", "learned", "privileges.md", "privileges.xml"], log);
  t.regex(firstLine(job.summary), change.says);
  t.is(await machine.readFile(`${published}/pull-request-17.md`), job.summary);
  const annotations = job.steps.find(({ name }) => name === checked)?.output ?? "";
  if (change.verdict === 1)
    t.regex(annotations, /^::error .*file=profiles\/example-release\.service\.profile\.json/m);
  else t.notRegex(annotations, /^::error .*CAP_/m);
}

async function onGitLab(t: ExecutionContext, machine: Machine, change: Change): Promise<void> {
  await checkOut(machine, change);
  const job = await runJob(machine, documentedJob("privileges"), "shell", { UNIT: unit });
  await expectJob(t, machine, job, change);
  t.is(await machine.readFile(`${published}/17.md`), await machine.readFile(`${workspace}/privileges.md`));
}

async function inContainer(t: ExecutionContext, machine: Machine, change: Change): Promise<void> {
  await checkOut(machine, change);
  const job = await runJob(machine, documentedJob("privileges-of-the-command"), "docker", {
    NAME: "example",
  });
  await expectJob(t, machine, job, change);
}

async function expectJob(
  t: ExecutionContext,
  machine: Machine,
  job: GitLabResult,
  { verdict, says }: Change,
): Promise<void> {
  t.is(job.failed, verdict !== 0, job.output);
  t.deepEqual(job.artifacts, ["learned", "privileges.md", "privileges.xml"], job.output);
  t.regex(firstLine(await machine.readFile(`${workspace}/privileges.md`)), says);
}

function firstLine(text: string): string {
  return text.slice(0, text.indexOf("\n"));
}
