import { fc } from "@fast-check/ava";
import { type Comparison, severities } from "../../../src/comparison/types.js";
import { describeFact } from "../../../src/directives/describe.js";
import type { Fact } from "../../../src/facts/types.js";

/** What somebody would try in order to be more than text to one of the readers. */
const attempts = [
  "::error::forged",
  "  ::stop-commands::x",
  "##[error]forged",
  "##vso[task.complete]",
  "]]>",
  "--> <!--",
  "</failure>",
  "&lt;&#0;",
  "\u0000\u001b[2J\u009b1m",
  "\ufffe\uffff",
  "\ud800",
  "a\r\nb\u2028c",
  "|cell|",
  "`` ` ```",
  "\\`*_",
  "</details><img src=x onerror=alert(1)>",
  "@everyone #1 GH-1 deadbeefdeadbeef",
  "[link](https://evil.example)",
  "![image](//evil.example/x.png)",
  "www.evil.example me@evil.example",
  "%0A%25::",
  "title,line=3:x",
  "# heading",
  "- item",
  "1. item",
  "> quote",
  "\u202egnp.exe",
  "",
];

/** Words of all kinds in any order. */
export const hostile: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...attempts),
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.constantFrom("word", "/etc/passwd", "CAP_SYS_ADMIN"),
    ),
    { maxLength: 4 },
  )
  .map((words) => words.join(" "));

/** Absolute and normal, as the paths of a profile are; otherwise anything. */
const path = hostile.map((text) => `/${text.replaceAll("\u0000", "")}x`.replace(/\/(?=[/.])/g, "/x"));

const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({
    kind: fc.constant("file" as const),
    access: fc.constantFrom("read" as const, "create" as const, "execute" as const, "connect" as const),
    path,
  }),
  fc.record({
    kind: fc.constant("syscall" as const),
    architecture: fc.constant("x86-64" as const),
    name: fc.constantFrom("ptrace", "bpf", "getppid"),
    result: fc.constantFrom("used" as const, "EPERM" as const),
  }),
  fc.record({
    kind: fc.constant("capability" as const),
    capability: fc.constantFrom("CAP_NET_RAW" as const, "CAP_CHOWN" as const),
    source: fc.constant("inferred" as const),
    operation: hostile.map((text) => `open ${text}`),
  }),
);

const evidence = fc.record(
  {
    count: fc.nat(),
    first: fc.nat(),
    phase: hostile,
    process: hostile,
    example: hostile,
    executable: hostile,
    seen: fc.nat(3),
    runs: fc.nat(3),
  },
  { requiredKeys: ["count", "first", "phase", "process", "example", "seen", "runs"] },
);

const severity = fc.constantFrom(...severities);
const witness = fc
  .record({ fact, evidence: fc.option(evidence) })
  .map((one) => ({ ...one, text: describeFact(one.fact) }));
const values = fc.option(fc.array(hostile, { maxLength: 3 }));
const strings = fc.array(hostile, { maxLength: 3 });

const settingChange = fc.record({
  directive: fc.constantFrom("ReadWritePaths", "SystemCallFilter"),
  from: values,
  to: values,
  gains: strings,
  drops: strings,
});
const settingChanges = fc.array(settingChange, { maxLength: 2 });

const growth = fc
  .record({ witness, severity, gain: hostile, settings: settingChanges, before: fc.option(fact) })
  .map(({ witness: one, ...rest }) => ({ ...one, ...rest }));
const acceptance = fc.record({ growth, reason: hostile, expires: hostile });
const side = fc.record({ name: hostile, unit: hostile, facts: fc.nat(), runs: fc.nat(), phases: strings });
const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 });

/** Comparisons are large, and a busy machine must not make that a failure. */
export const someRuns = { numRuns: 40 };

/** Any comparison, consistent or not, of profiles and rules that were written to do harm. */
export const comparison: fc.Arbitrary<Comparison> = fc.record({
  verdict: fc.constantFrom("more" as const, "inconclusive" as const, "less" as const, "same" as const),
  unit: hostile,
  baseline: side,
  candidate: side,
  target: fc.constant(252),
  manager: fc.constantFrom("system" as const, "user" as const),
  posture: fc.constantFrom("compatible" as const, "strict" as const),
  breadth: fc.constant("portable" as const),
  failOn: severity,
  growth: fc.array(growth, { maxLength: 6 }),
  tolerated: few(growth),
  accepted: few(acceptance),
  lapsed: few(acceptance),
  violations: few(
    fc
      .record({ witness, severity, gain: hostile, reason: hostile })
      .map(({ witness: one, ...rest }) => ({ ...one, ...rest })),
  ),
  unitChanges: few(
    fc.record(
      {
        setting: fc.constantFrom("User", "PrivateTmp"),
        from: hostile,
        to: hostile,
        direction: fc.constantFrom("more" as const, "less" as const, "other" as const),
        severity,
        gain: hostile,
        rule: fc.record({
          state: fc.constantFrom("accepted" as const, "lapsed" as const),
          reason: hostile,
          expires: hostile,
        }),
      },
      { requiredKeys: ["setting", "from", "to", "direction", "severity", "gain"] },
    ),
  ),
  settings: settingChanges,
  takeBack: settingChanges,
  gone: few(
    fc
      .record({ witness, severity })
      .map(({ witness: one, severity: grade }) => ({ ...one, severity: grade })),
  ),
  covered: few(fc.record({ witness, by: hostile }).map(({ witness: one, by }) => ({ ...one, by }))),
  inconclusive: strings,
  unused: strings,
});
