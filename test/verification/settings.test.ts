import { testProp, fc } from "@fast-check/ava";
import test from "ava";
import { parseSettings, withinLines, withSetting } from "../../src/verification/settings.js";

const text = `# A drop-in.
[Unit]
Description=ReadWritePaths=/no

[Service]
# What it writes.
ReadWritePaths=/old
ReadWritePaths=
ReadWritePaths=/run  "/var/lib/a b"
ReadWritePaths=/var/log
ProtectSystem=full
ProtectSystem=strict
ProtectSystem=
SystemCallFilter=read \\
  # not this
  write \\
  close
 ; ProtectHome=yes
UMask = 0077
`;

const of = (directive: string, from = text) =>
  parseSettings(from).find((one) => one.directive === directive)?.values;

test("of a list the values since its last reset count, of a scalar the last one", (t) => {
  t.deepEqual(of("ReadWritePaths"), ["", '/run  "/var/lib/a b"', "/var/log"]);
  t.deepEqual(of("ProtectSystem"), ["strict"], "the empty assignment of an enumeration is an error");
  t.deepEqual(
    of("SystemCallErrorNumber", "[Service]\nSystemCallErrorNumber=EPERM\nSystemCallErrorNumber=\n"),
    [""],
  );
});

test("a list without a reset adds to what the unit has", (t) => {
  t.deepEqual(of("ReadWritePaths", "[Service]\nReadWritePaths=/a\nReadWritePaths=/b\n"), ["/a", "/b"]);
});

test("lines that go on are one value, comments between them are none", (t) => {
  t.deepEqual(of("SystemCallFilter")?.join("").split(/\s+/), ["read", "write", "close"]);
  t.deepEqual(of("UMask"), ["0077"]);
});

test("comments and other sections set nothing", (t) => {
  t.is(of("ProtectHome"), undefined);
  t.is(of("Description"), undefined);
});

test("two backslashes at the end of a line do not make it go on", (t) => {
  const settings = parseSettings("[Service]\nReadWritePaths=/a\\\\\nUMask=0022\n");
  t.deepEqual(
    settings.map(({ directive }) => directive),
    ["ReadWritePaths", "UMask"],
  );
});

test("names from before systemd 231 are read as the present ones", (t) => {
  t.deepEqual(of("ReadWritePaths", "[Service]\nReadWriteDirectories=/a\n"), ["/a"]);
});

test("a directive is replaced in its place, with the comment above it", (t) => {
  const changed = withSetting(text, "ReadWritePaths", ["", "/srv"]);
  t.deepEqual(of("ReadWritePaths", changed), ["", "/srv"]);
  t.regex(changed, /# What it writes\.\nReadWritePaths=\nReadWritePaths=\/srv\nProtectSystem=full\n/);
  t.is(withSetting(changed, "ReadWritePaths", ["", "/srv"]), changed);
});

test("a line that goes on is taken away as a whole, the comment in it stays", (t) => {
  const changed = withSetting(text, "SystemCallFilter", null);
  t.is(of("SystemCallFilter", changed), undefined);
  t.deepEqual(of("UMask", changed), ["0077"]);
  t.true(changed.includes("# not this"));
  t.notRegex(changed, /^ +(?:write|close)/m);
});

test("a new directive comes at the end of the section, or in a section of its own", (t) => {
  const [before, behind] = ["[Service]\nUMask=0077\n\n# end\n", "[Unit]\nDescription=x\n"];
  t.is(withSetting(before, "RemoveIPC", ["yes"]), "[Service]\nUMask=0077\nRemoveIPC=yes\n\n# end\n");
  t.deepEqual(of("RemoveIPC", withSetting(behind, "RemoveIPC", ["yes"])), ["yes"]);
  t.deepEqual(of("RemoveIPC", withSetting("", "RemoveIPC", ["yes"])), ["yes"]);
  t.deepEqual(of("RemoveIPC", withSetting(before + behind, "RemoveIPC", ["yes"])), ["yes"]);
});

test("what is not there need not be taken away", (t) => {
  t.is(withSetting(text, "PrivateTmp", null), text);
});

const word = fc.stringMatching(/^[a-z0-9/@~:-]{1,12}$/);

testProp(
  "what is written is read back, and nothing else changes",
  [
    fc.constantFrom("ReadWritePaths", "IPAddressDeny", "SystemCallFilter", "Environment"),
    fc.array(word, { minLength: 1 }),
  ],
  (t, directive, values) => {
    const changed = withSetting(text, directive, values);
    t.deepEqual(of(directive, changed), values);
    const others = (from: string) => parseSettings(from).filter((one) => one.directive !== directive);
    t.deepEqual(others(changed), others(text));
    t.deepEqual(others(withSetting(changed, directive, null)), others(text));
  },
);

test("a setting as the lines of a file", (t) => {
  t.deepEqual(withinLines({ directive: "UMask", values: ["", "a"] }), ["UMask=", "UMask=a"]);
});
