import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { decide } from "../../src/directives/index.js";
import type { Decision } from "../../src/directives/types.js";
import { type DropInMeta, isWritable, quoteValue, renderDropIn } from "../../src/systemd/dropin.js";
import { calls, file, situation } from "../directives/context.js";

const meta: DropInMeta = {
  unit: "thing.service",
  target: 257,
  manager: "system",
  posture: "strict",
  adoptAdvice: false,
  breadth: "exact",
  evidence: ["12 facts of 1 run"],
  assumed: [],
  incomplete: [],
};

/**
 * Splits a value as systemd does: extract_first_word() of src/basic/extract-word.c with EXTRACT_UNQUOTE, then
 * specifiers. White space is WHITESPACE of src/basic/string-util.h.
 */
function words(value: string): string[] {
  const result: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let i = 0; i < value.length; i++) {
    const character = value.charAt(i);
    if (character === "\\") {
      i++;
      word = (word ?? "") + value.charAt(i);
    } else if (quote === "" && (character === '"' || character === "'")) {
      quote = character;
      word ??= "";
    } else if (character === quote) {
      quote = "";
    } else if (quote === "" && " \t\n\r".includes(character)) {
      if (word !== undefined) {
        result.push(word);
      }
      word = undefined;
    } else {
      word = (word ?? "") + character;
    }
  }
  return [...result, ...(word === undefined ? [] : [word])].map((text) => text.replaceAll("%%", "%"));
}

/** Assignments as systemd reads them: comments skipped, lines that end in a backslash continued (systemd.syntax(7)). */
function assignments(text: string): string[] {
  return text
    .replace(/\\\n/g, " ")
    .split(/[\n\r\0]/)
    .filter((line) => !/^\s*([#;]|$)/.test(line));
}

/** Text of any kind, and text full of what systemd gives a meaning to. */
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom(...Array.from(" \t\n\r\0\"'\\%#;[]=-+a/{}$:")) }),
);

test("quoteValue writes what systemd would misread so that it does not", (t) => {
  t.is(quoteValue("/var/lib/thing"), "/var/lib/thing");
  t.is(quoteValue("/var/lib/a b"), '"/var/lib/a b"');
  t.is(quoteValue("/100%"), "/100%%");
  t.is(quoteValue('/q"uo\\te'), '"/q\\"uo\\\\te"');
  t.is(quoteValue("/it's"), '"/it\'s"');
  t.is(quoteValue(""), '""');
});

test("quoteValue refuses what a reader could not see", (t) => {
  for (const text of ["a\nb", "a\u0000", "a\u001b[31m", "a\u202eb", "a\u2028b", "a\ud800"]) {
    t.false(isWritable(text));
    t.throws(() => quoteValue(text), { instanceOf: RangeError });
  }
});

testProp("systemd reads back exactly what quoteValue was given", [hostile], (t, text) => {
  fc.pre(isWritable(text));
  t.deepEqual(words(quoteValue(text)), [text]);
  t.deepEqual(words(`${quoteValue(text)} /next`), [text, "/next"]);
  const line = `X=${quoteValue(text)}`;
  t.deepEqual(assignments(`${line}\nY=1\n`), [line, "Y=1"]);
});

testProp("nothing that a traced program chooses becomes a line of the drop-in", [hostile], (t, text) => {
  const decisions: Decision[] = [
    {
      decision: "set",
      directive: "ProtectHome",
      values: ["yes"],
      why: text,
      grants: [],
      advice: [{ text, lines: [text] }],
    },
    {
      decision: "withheld",
      directive: "PrivateTmp",
      reason: "unsafe",
      why: text,
      facts: [],
      advice: [{ text, lines: [text] }],
    },
    { decision: "withheld", directive: text, reason: "operator", why: text, facts: [] },
  ];
  const rendered = renderDropIn(decisions, {
    ...meta,
    unit: text,
    evidence: [text],
    incomplete: [text],
  });
  t.deepEqual(assignments(rendered), ["[Service]", "ProtectHome=yes"]);
  // Nothing hides either: printable characters and newlines only.
  t.true(isWritable(rendered.replaceAll("\n", "")));
});

testProp("a path with any name is written so that systemd reads it, or not at all", [hostile], (t, name) => {
  const path = `/srv/${name}`;
  fc.pre(isWritable(path));
  const decision: Decision = {
    decision: "set",
    directive: "ReadWritePaths",
    values: ["", quoteValue(`-${path}`)],
    why: path,
    grants: [],
  };
  const [, reset, line] = assignments(renderDropIn([decision], meta));
  t.is(reset, "ReadWritePaths=");
  t.deepEqual(words(line?.slice("ReadWritePaths=".length) ?? ""), [`-${path}`]);
});

test("a value that would span lines is never written", (t) => {
  const decision: Decision = {
    decision: "set",
    directive: "ProtectHome",
    values: ["yes\nExecStartPre=/evil"],
    why: "",
    grants: [],
  };
  t.throws(() => renderDropIn([decision], meta), { instanceOf: RangeError });
});

test("the drop-in says what it sets, why, what it does not set, and what the operator may do", (t) => {
  const context = situation({ facts: [...calls("read write brk"), file("read", "/tmp/x")] });
  const shown = new Set(["ProtectHome", "PrivateTmp", "SystemCallFilter", "SystemCallErrorNumber"]);
  const decisions = decide(context).filter(({ directive }) => shown.has(directive));
  const advised = decisions.map((decision) =>
    decision.directive === "PrivateTmp"
      ? { ...decision, advice: [{ text: "To set it all the same:", lines: ["PrivateTmp=yes"] }] }
      : decision,
  );
  t.is(
    renderDropIn(advised, { ...meta, incomplete: ["3 lines were not understood"] }),
    `# Sandbox of thing.service, learned by profile (sandbox-profiler) from what the service did.
# Written for systemd 257, posture strict, breadth exact.
# Evidence: 12 facts of 1 run.
# Not proved yet by a run under these settings; what was not exercised is denied.
# EVIDENCE INCOMPLETE: 3 lines were not understood.

[Service]

# --- File system ---
# Home directories are not touched.
ProtectHome=yes

# --- System calls ---
# Only the calls that were seen; what systemd always allows (@default) is not repeated.
SystemCallFilter=
SystemCallFilter=read write
# A refused call fails with EPERM; the service is not killed.
SystemCallErrorNumber=EPERM

# not set:
#   PrivateTmp=: the service reads /tmp/x.

# advice:
#   To set it all the same:
#     PrivateTmp=yes
`,
  );
});

test("what is said of several directives alike is said once", (t) => {
  const withheld = (directive: string, why: string): Decision => ({
    decision: "withheld",
    directive,
    reason: "meaningless",
    why,
    facts: [],
  });
  const text = renderDropIn([withheld("A", "one."), withheld("B", "two."), withheld("C", "one.")], meta);
  t.deepEqual(text.split("# not set:\n")[1], "#   A=, C=: not needed: one.\n#   B=: not needed: two.\n");
});

test("advice on the same condition is given once, with the lines of all", (t) => {
  const advised = (directive: string): Decision => ({
    decision: "withheld",
    directive,
    reason: "operator",
    why: "could be.",
    facts: [],
    advice: [{ text: "On condition that it rains.", lines: [`${directive}=yes`] }],
  });
  const text = renderDropIn([advised("A"), advised("B")], meta);
  t.is(text.split("# advice:\n")[1], "#   On condition that it rains.\n#     A=yes\n#     B=yes\n");
});

test("the same decisions give the same bytes", (t) => {
  const render = () => renderDropIn(decide(situation({ facts: calls("write read") })), meta);
  t.is(render(), render());
});

test("directives that are withheld for the same reason are told in one line, others in their own", (t) => {
  const withheld = (directive: string, why: string): Decision => ({
    decision: "withheld",
    directive,
    reason: "meaningless",
    why,
    facts: [],
  });
  const text = renderDropIn(
    [withheld("A", "none of it."), withheld("B", "something else."), withheld("C", "none of it.")],
    meta,
  );
  t.deepEqual(text.split("# not set:\n")[1]?.split("\n"), [
    "#   A=, C=: not needed: none of it.",
    "#   B=: not needed: something else.",
    "",
  ]);
});
