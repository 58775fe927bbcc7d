import { createRequire } from "node:module";
import { testProp } from "@fast-check/ava";
import { default as Ajv } from "ajv-draft-04";
import { default as addFormats } from "ajv-formats";
import test from "ava";
import type { Comparison } from "../../../src/comparison/types.js";
import { locateIn } from "../../../src/output/comparison/location.js";
import { renderSarif } from "../../../src/output/comparison/sarif.js";
import { comparison, someRuns } from "./arbitrary.js";
import { calls, growth, lessExercised, much, rawSocket, same } from "./sample.js";

const require = createRequire(import.meta.url);
const schema = require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json") as object;
const ajv = new Ajv.default({
  strict: false,
  // The schema has a pattern that is none in the Unicode mode of JavaScript.
  unicodeRegExp: false,
});
addFormats.default(ajv);
const validate = ajv.compile(schema);

const text = '{\n"unit": {},\n"facts": [\n]}';
const file = locateIn({ path: "profiles/demo.service.profile.json", text });
const options = { exitCode: 1, version: "1.2.3" };

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations?: readonly object[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions: readonly object[];
}

interface Rule {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly Rule[] } };
  readonly invocations: readonly object[];
  readonly results: readonly Result[];
}

function run(one: Comparison, locate = file): Run {
  const document = JSON.parse(renderSarif(one, locate, options)) as { runs: [Run] };
  return document.runs[0];
}

test("when a privilege is new then the result has its place, its words and a fingerprint", (t) => {
  t.deepEqual(JSON.parse(renderSarif({ ...same, verdict: "more", growth: [rawSocket] }, file, options)), {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "sandbox-profiler",
            version: "1.2.3",
            semanticVersion: "1.2.3",
            rules: [
              {
                id: "socket-high",
                shortDescription: {
                  text: "The service opens sockets of a kind, unlike its baseline (severity high)",
                },
                fullDescription: {
                  text: "The service opens sockets of a kind, unlike its baseline (severity high)",
                },
                help: {
                  text: "The baseline does not cover this privilege. The result tells who used it, what an attacker who takes over the service gains by it, and which line of the drop-in would have to change. If this is intended, commit the candidate as the new baseline, or let it through with a reason and a last day in an allow file (--allow).",
                },
                defaultConfiguration: { level: "error" },
                properties: { tags: ["security", "systemd"], "security-severity": "8.0" },
              },
            ],
          },
        },
        automationDetails: { id: "profile-check/demo.service/" },
        invocations: [
          {
            executionSuccessful: true,
            exitCode: 1,
            exitCodeDescription: "demo.service needs 1 privilege beyond its baseline (1 high)",
            toolExecutionNotifications: [],
          },
        ],
        columnKind: "utf16CodeUnits",
        results: [
          {
            ruleId: "socket-high",
            ruleIndex: 0,
            level: "error",
            message: {
              text: `demo.service opens AF_PACKET sockets.
Reads and forges the traffic of all services of this host.
Seen: /usr/lib/demo/helper, 3 times, first in soak: socket(AF_PACKET, SOCK_RAW, htons(0x3 /* ETH_P_ALL */)) = 5
Drop-in: RestrictAddressFamilies=AF_INET AF_UNIX → AF_INET AF_PACKET AF_UNIX`,
            },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: "profiles/demo.service.profile.json", uriBaseId: "%SRCROOT%" },
                  region: { startLine: 4 },
                },
              },
            ],
            partialFingerprints: {
              "privilege/v1": "fe6f41dabb1a9d1cc54a8043b03c3a7aa153999c8b5ebc27c522d9e4081eb93f",
              primaryLocationLineHash: "fe6f41dabb1a9d1c:1",
            },
            suppressions: [],
          },
        ],
      },
    ],
  });
});

test("when there is something of everything then each has its rule and level", (t) => {
  const { results, tool } = run(much);
  t.deepEqual(
    results.map(({ ruleId, level, suppressions }) => [ruleId, level, suppressions.length]),
    [
      ["socket-high", "error", 0],
      ["syscall-high", "error", 0],
      ["file-write-medium", "warning", 0],
      ["ceiling-medium", "error", 0],
      ["unit-file-high", "error", 0],
      ["syscall-low", "note", 0],
      ["syscall-low", "note", 0],
      ["capability-accepted", "note", 1],
      ["unit-file-accepted", "note", 1],
    ],
  );
  t.deepEqual(
    results.map(({ ruleIndex }) => tool.driver.rules[ruleIndex]?.id),
    results.map(({ ruleId }) => ruleId),
  );
  t.deepEqual(results.at(-2)?.suppressions, [
    {
      kind: "external",
      status: "accepted",
      justification: "until 2027-03-31: the updater of 2.0 needs it",
    },
  ]);
  t.regex(results[2]?.message.text ?? "", /\nAccepted no longer: until 2026-10-31: until the cache moves$/);
});

test("when severities are scored then code scanning shows them as such, and what was accepted as none", (t) => {
  const scores = run(much).tool.driver.rules.map(({ id, properties }) => [
    id,
    properties["security-severity"],
  ]);
  t.deepEqual(scores, [
    ["socket-high", "8.0"],
    ["syscall-high", "8.0"],
    ["file-write-medium", "5.0"],
    ["ceiling-medium", "5.0"],
    ["unit-file-high", "8.0"],
    ["syscall-low", "2.0"],
    ["capability-accepted", undefined],
    ["unit-file-accepted", undefined],
  ]);
});

test("when the candidate was exercised less then the report is not empty, and the run not successful", (t) => {
  const { results, invocations } = run(lessExercised);
  t.deepEqual(
    results.map(({ ruleId, level }) => [ruleId, level]),
    [["soak-less", "error"]],
  );
  t.like(invocations[0], { executionSuccessful: false });
});

test("when the baseline is edited elsewhere then fingerprints stay, so that alerts are not opened anew", (t) => {
  const moved = locateIn({ path: "profiles/demo.service.profile.json", text: `\n\n\n${text}` });
  const [before, after] = [run(much), run(much, moved)];
  t.notDeepEqual(
    before.results.map(({ locations }) => locations),
    after.results.map(({ locations }) => locations),
  );
  t.deepEqual(
    before.results.map(({ partialFingerprints }) => partialFingerprints),
    after.results.map(({ partialFingerprints }) => partialFingerprints),
  );
});

test("when many facts would stand at one line then each is an alert of its own", (t) => {
  const { results } = run({ ...same, verdict: "more", growth: [...calls, rawSocket] });
  const hashes = results.map(({ partialFingerprints }) => partialFingerprints["primaryLocationLineHash"]);
  t.is(new Set(hashes).size, 3);
});

test("when the baseline is not a file then results have no place", (t) => {
  t.is(run(much, locateIn(null)).results[0]?.locations, undefined);
});

test("when the baseline lies elsewhere or has an odd name then its address is a valid one", (t) => {
  const uri = (path: string) =>
    JSON.stringify(run(much, locateIn({ path, text })).results[0]?.locations?.[0]).replace(
      /.*"uri":"(.*?)".*/,
      "$1",
    );
  t.is(uri("/srv/a b.json"), "file:///srv/a%20b.json");
  t.is(uri("profiles/a b#?%.json"), "profiles/a%20b%23%3F%25.json");
});

test("when a path looks like a link then the message has none", (t) => {
  const one = growth({ kind: "file", access: "read", path: "/[a](https://evil.example)" }, "low");
  const [result] = run({ ...same, verdict: "more", growth: [one] }).results;
  t.true(result?.message.text.startsWith("demo.service reads /[a] (https://evil.example).\n"));
});

for (const [name, one] of Object.entries({ same, much, lessExercised })) {
  test(`when the schema of SARIF 2.1.0 is applied then the report is valid: ${name}`, (t) => {
    t.true(validate(JSON.parse(renderSarif(one, file, options))), JSON.stringify(validate.errors));
  });
}

testProp(
  "every report is valid, and safe in a log",
  [comparison],
  (t, one) => {
    const report = renderSarif(one, file, options);
    t.true(validate(JSON.parse(report)), JSON.stringify(validate.errors));
    t.notRegex(report, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|##(?:vso)?\[/);
    const { results, tool } = run(one);
    t.true(results.every(({ ruleId, ruleIndex }) => tool.driver.rules[ruleIndex]?.id === ruleId));
    t.true(results.every(({ message }) => !message.text.includes("](")));
  },
  someRuns,
);
