import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import {
  execLine,
  heldCommand,
  holdLine,
  holdShell,
  isHeld,
  isWritable,
  quoteWord,
} from "../../src/systemd/exec-line.js";

function command(argv: readonly string[], flags: readonly string[] = [], path = argv[0] ?? "") {
  return { path, argv, flags, pid: 0 };
}

test("a command is written back with its prefixes, quotes and specifiers", (t) => {
  t.is(
    execLine(
      command(["/bin/false", "x;y", 'q"u', "50%", "a\\b", "$HOME", "${HOME}", "$$"], ["ignore-failure"]),
    ),
    String.raw`"-/bin/false" "x;y" "q\"u" "50%%" "a\\b" "$HOME" "${"${HOME}"}" "$$"`,
  );
  t.is(execLine(command(["/bin/true", "a\nb\tc\x7f"])), String.raw`"/bin/true" "a\x0ab\x09c\x7f"`);
});

test("a program that sees another argv[0] keeps it", (t) => {
  const renamed = command(["mysleep", "1"], ["privileged"], "/bin/sleep");
  t.is(execLine(renamed), '"+@/bin/sleep" "mysleep" "1"');
  t.is(holdShell(renamed), "/bin/bash");
  t.is(
    holdLine(renamed),
    '"+/bin/bash" "-c" "unset PWD; kill -STOP $$$$; exec -a \\"$$@\\"" "sandbox-profiler-hold" "mysleep" "/bin/sleep" "1"',
  );
});

test("a held command stops itself and expands what systemd expands", (t) => {
  t.is(
    holdLine(command(["/bin/kill", "-HUP", "$MAINPID"], ["ignore-failure", "ambient"])),
    '"-!!/bin/sh" "-c" "unset PWD; kill -STOP $$$$; exec \\"$$@\\"" "sandbox-profiler-hold" "/bin/kill" "-HUP" "$MAINPID"',
  );
});

test("a command that is not expanded keeps its dollar signs single", (t) => {
  t.is(
    holdLine(command(["/bin/echo", "$HOME"], ["no-env-expand"])),
    '":/bin/sh" "-c" "unset PWD; kill -STOP $$; exec \\"$@\\"" "sandbox-profiler-hold" "/bin/echo" "$HOME"',
  );
});

test("a prefix that is not known makes a command unwritable", (t) => {
  t.true(isWritable(command(["/bin/true"], ["ignore-failure", "no-setuid"])));
  t.false(isWritable(command(["/bin/true"], ["via-shell"])));
});

test("a process that holds itself is told from every other", (t) => {
  const held = [
    "/bin/sh",
    "-c",
    'unset PWD; kill -STOP $$; exec "$@"',
    "sandbox-profiler-hold",
    "/bin/kill",
    "-HUP",
    "7",
  ];
  t.is(heldCommand(`${held.join("\0")}\0`), "/bin/kill -HUP 7");
  t.is(heldCommand("/bin/sh\0-c\0sleep 1\0"), undefined);
  t.is(heldCommand("grep\0sandbox-profiler-hold\0"), undefined);
  t.is(heldCommand(""), undefined);
  t.true(isHeld(command(["/bin/sh", "-c", "…", "sandbox-profiler-hold", "/bin/true"])));
  t.false(isHeld(command(["/bin/sh", "-c", "sleep 1"])));
});

testProp(
  "whatever a word holds, it stays one quoted word on one line",
  [fc.string({ unit: "binary" })],
  (t, word) => {
    const quoted = quoteWord(word);
    t.regex(quoted, /^"(?:[^"\\\x00-\x1f\x7f]|\\["\\]|\\x[0-9a-f]{2})*"$/u);
    const read = quoted
      .slice(1, -1)
      .replaceAll("%%", "%")
      .replace(/\\(?:x([0-9a-f]{2})|(.))/gu, (_, hex: string | undefined, character: string) =>
        hex === undefined ? character : String.fromCharCode(Number.parseInt(hex, 16)),
      );
    t.is(read, word);
  },
);
