import { testProp } from "@fast-check/ava";
import test from "ava";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import type { Comparison } from "../../../src/comparison/types.js";
import { renderMarkdown } from "../../../src/output/comparison/markdown.js";
import { code, prose } from "../../../src/output/comparison/markup.js";
import { safe } from "../../../src/output/escape.js";
import { comparison, hostile, someRuns } from "./arbitrary.js";
import { call, calls, growth, helper, lessExercised, much, rawSocket, same } from "./sample.js";

const render = (one: Comparison, verbose = false) => renderMarkdown(one, { verbose });

/** As GitHub reads it, with the HTML that we write ourselves. */
function toHtml(markdown: string): string {
  return micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
}

test("when nothing is new then that is all", (t) => {
  t.is(
    render(same),
    `### \`demo.service\` needs nothing beyond its baseline

\`profiles/demo.service.profile.json (40 facts of 3 runs)\` → \`new.profile.json (46 facts of 1 run)\`, systemd 252, posture strict, breadth portable
`,
  );
});

test("when privileges are new then the grave ones are told in full and the others folded", (t) => {
  t.is(
    render({ ...same, verdict: "more", growth: [rawSocket, ...calls] }),
    `### \`demo.service\` needs 3 privileges beyond its baseline (1 high, 2 low)

\`profiles/demo.service.profile.json (40 facts of 3 runs)\` → \`new.profile.json (46 facts of 1 run)\`, systemd 252, posture strict, breadth portable

- **high** \`opens AF_PACKET sockets\`
  - Reads and forges the traffic of all services of this host.
  - seen: \`/usr/lib/demo/helper\`, 3 times, first in \`soak\`: \`socket(AF_PACKET, SOCK_RAW, htons(0x3 /* ETH_P_ALL */)) = 5\`
  - drop-in: \`RestrictAddressFamilies=AF_INET AF_UNIX → AF_INET AF_PACKET AF_UNIX\`

<details>
<summary>2 privileges of low severity</summary>

- **low** \`2 system calls: calls getppid, sysinfo\`
  - Little.
  - seen: \`/usr/lib/demo/helper\`, 3 times, first in \`soak\`: \`socket(AF_PACKET, SOCK_RAW, htons(0x3 /* ETH_P_ALL */)) = 5\`
  - drop-in: \`SystemCallFilter= gains getppid sysinfo\`

</details>

If this is intended, commit the candidate as the new baseline, or let it through with a reason and a last day in an allow file (\`--allow\`).
`,
  );
});

test("when only little is new then it is not folded away", (t) => {
  t.false(render({ ...same, verdict: "more", growth: calls }).includes("<details>"));
});

test("when there is something of everything then each part has its title", (t) => {
  const titles = render(much)
    .split("\n")
    .filter((line) => /^(?:\*\*|<summary>)/.test(line));
  t.deepEqual(titles, [
    "**The ceiling forbids**",
    "**The unit file says otherwise**",
    "**Accepted no longer**",
    "<summary>2 lines of the drop-in would change</summary>",
    "<summary>1 accepted privilege</summary>",
    "<summary>2 tolerated privileges below medium (2 low)</summary>",
    "<summary>Rules that nothing needed</summary>",
    "<summary>What could be taken back</summary>",
    "<summary>1 new fact that the baseline covers</summary>",
  ]);
});

test("when the candidate was exercised less then reasons and advice are told", (t) => {
  t.true(
    render(lessExercised).endsWith(`**Exercised less than the baseline**

- the phase reload of the baseline was not exercised
- the soak was 2 s long, that of the baseline 60 s

Exercise the candidate as the baseline was (the same \`--soak\` and \`--lifecycle\`) and check it again.
`),
  );
});

test("when there is more than a comment may have then whole parts are left out and that is said", (t) => {
  const many = Array.from({ length: 400 }, (_, i) =>
    growth({ kind: "file", access: "write", path: `/${"x".repeat(250)}${i}` }, "high", {
      gain: `${i}`,
      evidence: { ...helper, example: "y".repeat(1000) },
    }),
  );
  const accepted = many.map((one) => ({ growth: one, reason: "z", expires: "2027-01-01" }));
  const all = render({ ...much, growth: many, tolerated: many, accepted, lapsed: accepted }, true);
  t.true(all.length > 40_000 && all.length < 65_536);
  t.regex(all, /\n\n\*There is more than a comment has room for; the JSON document has all of it\.\*\n$/);
  const some = render({ ...much, growth: many });
  t.regex(some, /\n- and 380 more\n/);
  t.true(some.includes("<summary>1 accepted privilege</summary>"));
});

test("when lists are long then they say how many more there are", (t) => {
  const covered = Array.from({ length: 40 }, (_, i) => ({
    fact: call(`c${i}`),
    text: `calls c${i}`,
    evidence: null,
    by: "alias of openat",
  }));
  t.true(render({ ...same, covered }).includes("\n- and 30 more\n"));
  t.false(render({ ...same, covered }, true).includes(" more\n"));
});

test("when a sentence has names in it then they are code, and the words stay words", (t) => {
  t.is(
    prose("Writes /etc/cron.d (as root), which cron runs; see CAP_SYS_ADMIN."),
    "Writes `/etc/cron.d` (as root), which cron runs; see `CAP_SYS_ADMIN`.",
  );
  t.is(prose("- 1. first, 2. second"), "`-` 1. first, 2. second");
  t.is(prose("1. first"), "`1`. first");
  t.is(prose("until 2026-10-31: it’s the user's re-exec"), "until 2026-10-31: it’s the user's re-exec");
  t.is(prose("fixed in deadbeef GH-12 #3 @who :tada:"), "fixed in `deadbeef` `GH-12` `#3` `@who` `:tada`:");
});

testProp(
  "a code span shows exactly what it is of",
  [hostile],
  (t, text) => {
    t.true(text.length <= 300);
    const shown = safe(text)
      .replace(/##(?=\[|vso\[)/g, "#\\x23")
      .replace(/^( *)::/, "$1\\x3a:");
    const html = toHtml(`x ${code(text)} y`);
    const escaped = shown
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;");
    t.is(html, `<p>x <code>${escaped === "" ? " " : escaped}</code> y</p>`);
  },
  someRuns,
);

testProp(
  "nothing that a service chose is markup, a link or a mention",
  [comparison],
  (t, one) => {
    const markdown = render(one);
    const html = toHtml(markdown);
    const ours = ["h3", "p", "ul", "li", "strong", "code", "details", "summary", "em"];
    const tags = [...html.matchAll(/<\/?([a-z0-9]+)([^>]*)>/gi)];
    t.deepEqual(
      tags.filter(([, name = "", rest]) => !ours.includes(name) || rest !== "").map(([tag]) => tag),
      [],
      markdown,
    );
    const text = html.replace(/<code>[^<]*<\/code>/g, "").replace(/<[^>]*>/g, "");
    t.notRegex(text, /[@#:](?=\w)|www\.|&lt;|`/, markdown);
    for (const line of markdown.split("\n")) {
      t.notRegex(line, /[\u0000-\u001f\u007f-\u009f\u2028]|^\s*::|##(?:vso)?\[/);
    }
  },
  someRuns,
);
