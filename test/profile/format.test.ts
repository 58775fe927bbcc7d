import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { formatProfile } from "../../src/profile/format.js";
import { sampleProfile } from "./sample.js";

test("when one fact is added then the diff is one line", (t) => {
  const without = { ...sampleProfile, facts: sampleProfile.facts.slice(1) };
  const [less, more] = [formatProfile(without).split("\n"), formatProfile(sampleProfile).split("\n")];
  t.deepEqual(
    more.filter((line) => !less.includes(line)),
    ['    { "access": "create", "kind": "file", "path": "/var/lib/demo/{random}", "type": "file" },'],
  );
});

test("when members are in another order then the bytes are the same", (t) => {
  const reversed: unknown = JSON.parse(JSON.stringify(sampleProfile), (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse())
      : value,
  );
  t.is(formatProfile(reversed as typeof sampleProfile), formatProfile(sampleProfile));
});

test("when a profile is looked at then what varies from run to run comes last", (t) => {
  const sections = [...formatProfile(sampleProfile).matchAll(/^ {2}"(\w+)"/gm)].map(([, name]) => name);
  t.deepEqual(sections, ["schema", "unit", "facts", "hosts", "runs", "evidence"]);
  t.true(formatProfile(sampleProfile).endsWith("}\n"));
});

test("when a file or a piece of evidence is stored then it takes one line", (t) => {
  const text = formatProfile(sampleProfile);
  t.regex(
    text,
    /^ {8}"\/var\/run": \{ "gid": 0, "mode": 511, "target": "\/run", "type": "symlink", "uid": 0 \}$/m,
  );
  t.regex(text, /^ {4}"\{\\"kind\\":\\"memory\\".*": \{ "count": 3, .*\}$/m);
  t.regex(text, /^ {6}"Restart": "on-failure",$/m);
});

testProp(
  "when a path is hostile then it stays on its line and is read back as it was",
  [fc.string({ unit: "binary" })],
  (t, path) => {
    const profile = { ...sampleProfile, facts: [{ kind: "file", access: "read", path } as const] };
    const text = formatProfile(profile);
    t.deepEqual(JSON.parse(text), profile);
    t.is(
      text.split("\n").length,
      formatProfile({ ...profile, facts: sampleProfile.facts.slice(0, 1) }).split("\n").length,
    );
  },
);
