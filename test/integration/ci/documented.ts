/** The jobs that docs/ci.md shows, read from its very YAML. What the runners of these tests do not know is refused. */
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { parse } from "yaml";
import { projectPath } from "../machine.js";

const texts = v.record(v.string(), v.union([v.string(), v.number()]));

const step = v.strictObject({
  name: v.optional(v.string()),
  if: v.optional(v.string()),
  uses: v.optional(v.string()),
  with: v.optional(texts),
  run: v.optional(v.string()),
  env: v.optional(texts),
});

/** A workflow of GitHub Actions, as far as these tests run it. */
const workflow = v.strictObject({
  name: v.string(),
  on: v.literal("pull_request"),
  permissions: v.record(v.string(), v.picklist(["read", "write"])),
  env: texts,
  jobs: v.record(v.string(), v.strictObject({ "runs-on": v.string(), steps: v.array(step) })),
});

/** A job of GitLab CI, as far as these tests run it. */
const gitlabJob = v.strictObject({
  stage: v.string(),
  image: v.optional(v.string()),
  tags: v.optional(v.array(v.string())),
  rules: v.optional(v.array(v.strictObject({ if: v.string() }))),
  variables: texts,
  before_script: v.array(v.string()),
  script: v.array(v.string()),
  after_script: v.optional(v.array(v.string()), []),
  artifacts: v.strictObject({
    when: v.literal("always"),
    paths: v.array(v.string()),
    reports: v.strictObject({ junit: v.string() }),
  }),
});

export type Step = v.InferOutput<typeof step>;
export type Workflow = v.InferOutput<typeof workflow>;
export type GitLabJob = v.InferOutput<typeof gitlabJob>;

/** The workflow of GitHub Actions. */
export function documentedWorkflow(): Workflow {
  return v.parse(
    workflow,
    blocks().find((block) => "jobs" in block),
  );
}

/** A job of GitLab CI by its name. */
export function documentedJob(name: string): GitLabJob {
  return v.parse(gitlabJob, blocks().find((block) => name in block)?.[name]);
}

/** All blocks of YAML on the page. */
function blocks(): Readonly<Record<string, unknown>>[] {
  const page = readFileSync(projectPath("docs/ci.md"), "utf8");
  return Array.from(page.matchAll(/^```yaml\n(.*?)^```$/gms), ([, text = ""]) =>
    v.parse(v.record(v.string(), v.unknown()), parse(text)),
  );
}
