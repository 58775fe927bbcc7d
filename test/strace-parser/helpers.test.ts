import test from "ava";
import {
  asNumber,
  asText,
  descriptorOf,
  finalValue,
  flagNames,
  hasFlag,
  macroArgs,
  member,
  named,
  parseStrace,
  type TraceRecord,
} from "../../src/strace-parser/index.js";
import { parseCall, show } from "./parse.js";

test("flags", (t) => {
  const { args } = parseCall("open(O_RDWR|O_CREAT, 5) = 0");
  t.true(hasFlag(args[0], "O_CREAT"));
  t.false(hasFlag(args[0], "O_TRUNC"));
  t.false(hasFlag(args[1], "O_CREAT"));
  t.false(hasFlag(undefined, "O_CREAT"));
  t.deepEqual(flagNames(args[0]), ["O_RDWR", "O_CREAT"]);
  t.deepEqual(flagNames(args[1]), []);
});

test("a truncated string is no text: half a path names another file", (t) => {
  const { args } = parseCall('f("/etc", "/et"..., 5) = 0');
  t.deepEqual(args.map(asText), ["/etc", undefined, undefined]);
});

test("numbers of everything that is one", (t) => {
  const { args } = parseCall('f(0x10, 3</a>, AT_FDCWD</b>, AT_FDCWD, NULL, O_RDONLY, "5", [5]) = 0');
  t.deepEqual(args.map(asNumber), [16, 3, -100, -100, 0, undefined, undefined, undefined]);
  t.is(descriptorOf(args[1])?.target, "/a");
  t.is(descriptorOf(args[0]), undefined);
});

test("members of structs, of pointers to them, and of those that change", (t) => {
  const { args } = parseCall("f({a=1}, [{a=2}], {a=3, b=4} => {a=5}, 6) = 0");
  t.deepEqual(
    args.map((arg) => asNumber(member(arg, "a"))),
    [1, 2, 5, undefined],
  );
  t.is(asNumber(member(args[2], "b")), 4);
  t.is(member(undefined, "a"), undefined);
});

test("arguments with names", (t) => {
  const { args } = parseCall("clone(child_stack=NULL, flags=CLONE_VM|SIGCHLD) = 5");
  t.true(hasFlag(named(args, "flags"), "CLONE_VM"));
  t.is(named(args, "tls"), undefined);
});

test("macros and changes", (t) => {
  const { args } = parseCall("f({sin_port=htons(80)}, 1 => 2) = 0");
  t.deepEqual(macroArgs(member(args[0], "sin_port"), "htons")?.map(show), ["80"]);
  t.is(macroArgs(args[0], "htons"), undefined);
  t.is(asNumber(finalValue(args[1])), 2);
});

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    yield await Promise.resolve(Buffer.from(text));
  }
}

test("parseStrace yields records that may be kept, and returns the summary", async (t) => {
  const iterator = parseStrace(chunks("1 close(3) = 0\n1 clo", "se(4) = 0\n1 pause( <unfinished ...>\n"));
  const records: TraceRecord[] = [];
  let next = await iterator.next();
  for (; next.done !== true; next = await iterator.next()) {
    records.push(next.value);
  }
  t.deepEqual(
    records.map((record) => record.kind === "call" && [record.text, record.outcome]),
    [
      ["close(3) = 0", "returned"],
      ["close(4) = 0", "returned"],
      ["pause(", "unfinished"],
    ],
  );
  t.is(next.value.lines, 3);
});
