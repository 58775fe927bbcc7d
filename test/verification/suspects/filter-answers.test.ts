import test from "ava";
import { filterAnswers } from "../../../src/verification/suspects/filter-answers.js";
import { situation } from "../../directives/context.js";

/** What a filter answers to a call; `allowed` where it lets it through. */
function answer(
  call: string,
  lines: readonly string[],
  { own = "~", errorNumber = "EPERM", target = 257 } = {},
): string {
  const { unit } = situation({ unit: { properties: { SystemCallFilter: own } } });
  return filterAnswers(unit, lines, errorNumber, target)(call) ?? "allowed";
}

test("an allow-list has @default, groups are expanded", (t) => {
  const lines = ["", "@mount read"];
  t.is(answer("mount", lines), "allowed");
  t.is(answer("getpid", lines), "allowed");
  t.is(answer("chroot", ["", "read"]), "EPERM");
});

test("what is taken away from an allow-list is denied, with the error that is written behind it", (t) => {
  const lines = ["", "@mount", "~chroot:ENOENT", "~mount"];
  t.is(answer("chroot", lines), "ENOENT");
  t.is(answer("mount", lines), "EPERM");
  t.is(answer("chroot", [...lines, "chroot"]), "allowed");
});

test("the first line decides: a deny-list stays one", (t) => {
  t.is(answer("mount", ["", "~@mount", "mount"]), "allowed");
  t.is(answer("chroot", ["", "~@mount", "mount"]), "EPERM");
  t.is(answer("read", ["", "~@mount", "mount"]), "allowed");
});

test("an allowed call with an error is ignored by systemd", (t) => {
  t.is(answer("mount", ["", "read", "mount:EPERM"]), "EPERM");
});

test("without an error number the process dies", (t) => {
  for (const errorNumber of ["", "kill", "2147483646"])
    t.is(answer("mount", ["", "read"], { errorNumber }), "SIGSYS");
  t.is(answer("mount", ["", "read"], { errorNumber: "13" }), "EACCES");
});

test("from 255 on calls that systemd does not know are answered with ENOSYS", (t) => {
  t.is(answer("brand_new_call", ["", "read"], { target: 257 }), "ENOSYS");
  t.is(answer("brand_new_call", ["", "read"], { target: 252 }), "EPERM");
});

test("lines without a reset change the list of the unit", (t) => {
  t.is(answer("mount", [], { own: "~mount chroot:ENOENT" }), "EPERM");
  t.is(answer("chroot", [], { own: "~mount chroot:ENOENT" }), "ENOENT");
  t.is(answer("mount", ["mount"], { own: "~mount chroot:ENOENT" }), "allowed");
  t.is(answer("umount2", ["umount2"], { own: "read write" }), "allowed");
  t.is(answer("read", ["~read"], { own: "read write" }), "EPERM");
  t.is(answer("mount", [""], { own: "~mount" }), "allowed");
});
