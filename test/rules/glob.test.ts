import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { type Glob, matchesGlob, parseGlob } from "../../src/rules/glob.js";

function glob(text: string): Glob {
  const parsed = parseGlob(text);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed;
}

const problemOf = (text: string): string => {
  const parsed = parseGlob(text);
  return "problem" in parsed ? parsed.problem : "none";
};

const rows: readonly (readonly [pattern: string, yes: string, no: string])[] = [
  ["/etc/passwd", "/etc/passwd", "/etc/passwd- /etc /etc/passwd/x"],
  ["/etc/*", "/etc/a /etc/", "/etc /etc/a/b"],
  ["/etc/**", "/etc /etc/a /etc/a/b", "/etcetera /et /"],
  ["/**", "/ /a /a/b", "a"],
  ["/usr/**/bin", "/usr/bin /usr/local/bin /usr/a/b/bin", "/usr/sbin /usr/bin/x /usrbin"],
  ["/etc/**.conf", "/etc/a.conf /etc/a/b.conf /etc/.conf", "/etc/a.config"],
  ["**/.ssh/**", "/root/.ssh /home/a/.ssh/id", "/home/a/.sshd"],
  ["/run/*.pid", "/run/a.pid /run/.pid", "/run/a/b.pid /run/pid"],
  ["/a*b*c/**", "/abc /axbxc/d", "/ab/c"],
  ["/tmp/{pid}/\\*", "/tmp/{pid}/*", "/tmp/1/* /tmp/{pid}/a"],
  ["\\\\\\[\\{\\?", "\\[{?", "[{?"],
];

for (const [pattern, yes, no] of rows) {
  test(`when a pattern is ${pattern} then it stands for ${yes} and not for ${no}`, (t) => {
    for (const text of yes.split(" ")) t.true(matchesGlob(glob(pattern), text), text);
    for (const text of no.split(" ")) t.false(matchesGlob(glob(pattern), text), text);
  });
}

test("when a pattern has what other languages know then that is said", (t) => {
  t.regex(problemOf("/etc/[ab]"), /^\[ is no wildcard here \(a choice of characters elsewhere\)/);
  t.regex(problemOf("/etc/?"), /write \\\? for the character itself$/);
  t.regex(problemOf("/etc/{a,b}"), /^\{ is no wildcard/);
  t.is(problemOf("a\\d"), "a backslash stands before *, ?, [, { or another backslash only");
  t.is(problemOf("a\\"), "a backslash stands before *, ?, [, { or another backslash only");
  t.is(problemOf("/a/***"), "there are * and **, but no ***");
  t.is(problemOf("a*".repeat(33)), "it has more than 32 wildcards");
  t.is(problemOf("a".repeat(4097)), "it is longer than 4096 characters");
});

/** What a pattern means, written down as plainly as it can be. */
function means(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  const rest = (count: number) => pattern.slice(count);
  if (/^\/\*\*(?=\/|$)/.test(pattern)) {
    if (means(rest(3), text)) return true;
    if (!text.startsWith("/")) return false;
    const ends = [...text.slice(1).matchAll(/\//g)].map(({ index }) => index + 1);
    return [...ends, text.length].some((end) => means(rest(3), text.slice(end)));
  }
  if (pattern.startsWith("**")) return splits(text).some((tail) => means(rest(2), tail));
  if (pattern.startsWith("*")) {
    const end = text.indexOf("/");
    return splits(text)
      .filter((tail) => end < 0 || text.length - tail.length <= end)
      .some((tail) => means(rest(1), tail));
  }
  if (pattern.startsWith("\\")) return text[0] === pattern[1] && means(rest(2), text.slice(1));
  return text[0] === pattern[0] && means(rest(1), text.slice(1));
}

/** What is left of a text behind each place in it. */
const splits = (text: string): string[] =>
  Array.from({ length: text.length + 1 }, (_, index) => text.slice(index));

const pieces = fc.array(fc.constantFrom("/", "a", "b", "*", "**", "/**", "\\*", "ab/"), { maxLength: 7 });
const texts = fc.array(fc.constantFrom("/", "a", "b", "*", "ab", "/a"), { maxLength: 8 });

testProp(
  "whatever pattern and text are, matching is what patterns mean",
  [pieces, texts],
  (t, some, others) => {
    const [pattern, text] = [some.join(""), others.join("")];
    const parsed = parseGlob(pattern);
    if ("problem" in parsed) t.regex(pattern, /\*\*\*/);
    else t.is(matchesGlob(parsed, text), means(pattern, text), `${pattern} on ${text}`);
  },
);

testProp("whatever a pattern is, it is read or refused", [fc.string(), fc.string()], (t, pattern, text) => {
  const parsed = parseGlob(pattern);
  t.is(
    typeof ("problem" in parsed ? parsed.problem : matchesGlob(parsed, text)),
    "problem" in parsed ? "string" : "boolean",
  );
});

testProp(
  "whatever a text is, its escaped form stands for it alone",
  [fc.string(), fc.string()],
  (t, text, other) => {
    const escaped = glob(text.replace(/[*?[{\\]/g, "\\$&"));
    t.true(matchesGlob(escaped, text));
    t.is(matchesGlob(escaped, other), other === text);
  },
);

test("when pattern and text are made to be slow then matching is quick all the same", (t) => {
  const before = process.cpuUsage();
  for (const wildcard of ["*a", "**a", "/**/a"]) {
    t.false(matchesGlob(glob(wildcard.repeat(32)), `${"/a".repeat(2048)}b`));
    t.false(matchesGlob(glob(wildcard.repeat(32)), `${"a".repeat(4096)}b`));
  }
  t.true(process.cpuUsage(before).user < 1_000_000);
});
