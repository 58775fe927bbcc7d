import test from "ava";
import type { Failure } from "../../src/facts/failures.js";
import { harmIn } from "../../src/minimize/harm.js";
import { build } from "../facts/support.js";

const failuresOf = (text: string): readonly Failure[] => build(text).failures;

const rows: readonly (readonly [line: string, why: RegExp | undefined])[] = [
  ["setuid(33) = -1 EPERM (Operation not permitted)", /^setuid fails with EPERM, and it goes on with rights/],
  ["capset({}, {}) = -1 EPERM (Operation not permitted)", /rights/],
  ["prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) = -1 EPERM (Operation not permitted)", /rights/],
  ['prctl(PR_SET_NAME, "x") = -1 EPERM (Operation not permitted)', undefined],
  ["fsync(3) = -1 EPERM (Operation not permitted)", /may not last/],
  ["umask(077) = -1 EPERM (Operation not permitted)", /others may have access/],
  ["fchmod(3, 0600) = -1 EPERM (Operation not permitted)", /others may have access/],
  ["sched_setaffinity(0, 8, [0]) = -1 EPERM (Operation not permitted)", undefined],
  ['rename("/srv/a", "/srv/b") = -1 EROFS (Read-only file system)', /^rename of \/srv\/a fails with EROFS/],
  ['mkdir("/run/x", 0700) = -1 EACCES (Permission denied)', undefined],
  [
    'openat(AT_FDCWD, "/var/log/x", O_WRONLY|O_CREAT|O_APPEND, 0640) = -1 EACCES (Permission denied)',
    /goes on without/,
  ],
  ['openat(AT_FDCWD, "/etc/x", O_RDONLY) = -1 EACCES (Permission denied)', undefined],
];

for (const [line, why] of rows) {
  test(`a service that is refused this and goes on ${why === undefined ? "may" : "must not"}: ${line}`, (t) => {
    const found = harmIn(failuresOf(line));
    if (why === undefined) t.is(found, undefined);
    else t.regex(found ?? "", why);
  });
}

test("the first harm is told", (t) => {
  const failures = failuresOf(`
    sched_setaffinity(0, 8, [0]) = -1 EPERM (Operation not permitted)
    setgid(33) = -1 EPERM (Operation not permitted)
    setuid(33) = -1 EPERM (Operation not permitted)
  `);
  t.is(failures.length, 3);
  t.regex(harmIn(failures) ?? "", /^set[gu]id/);
  t.is(harmIn([]), undefined);
});
