import test from "ava";
import { decide } from "../../src/directives/index.js";
import { editDistance, nearest } from "../../src/explain/nearest.js";
import { parseQuery, type Query, suggest, vocabularyOf } from "../../src/explain/query.js";
import { situation } from "../directives/context.js";

const context = situation();
const vocabulary = vocabularyOf({ context, decisions: decide(context) });

const queries: readonly (readonly [string, Query])[] = [
  ["ProtectHome", { kind: "directive", directive: "ProtectHome", value: undefined }],
  ["protecthome=", { kind: "directive", directive: "ProtectHome", value: undefined }],
  ["ProtectHome=yes", { kind: "directive", directive: "ProtectHome", value: "yes" }],
  ["/var/lib/x y", { kind: "path", path: "/var/lib/x y" }],
  ["/etc/a=b", { kind: "path", path: "/etc/a=b" }],
  ["cap_chown", { kind: "capability", capability: "CAP_CHOWN" }],
  ["af_decnet", { kind: "family", name: "AF_DECnet" }],
  ["@Debug", { kind: "group", name: "@debug" }],
  ["ptrace", { kind: "call", name: "ptrace" }],
  ["time", { kind: "call", name: "time" }],
  ["CLONE_NEWTIME", { kind: "namespace", type: "time" }],
  ["CLONE_NEWNS", { kind: "namespace", type: "mnt" }],
  ["net", { kind: "namespace", type: "net" }],
  ["443", { kind: "address", address: undefined, port: 443 }],
  [":443", { kind: "address", address: undefined, port: 443 }],
  ["10.0.0.1", { kind: "address", address: "10.0.0.1", port: undefined }],
  ["10.0.0.1:80", { kind: "address", address: "10.0.0.1", port: 80 }],
  ["::1", { kind: "address", address: "::1", port: undefined }],
  ["[::1]:53", { kind: "address", address: "::1", port: 53 }],
];

for (const [text, query] of queries) {
  test(`when ${text} is asked about then it is told by its form to be a ${query.kind}`, (t) => {
    t.deepEqual(parseQuery(text, vocabulary), [query]);
  });
}

test("when a directive and a call differ by their case alone then the case tells, or both are meant", (t) => {
  const both = { ...vocabulary, directives: ["Personality"] };
  const kinds = (text: string) => parseQuery(text, both).map(({ kind }) => kind);
  t.deepEqual(kinds("Personality"), ["directive"]);
  t.deepEqual(kinds("personality="), ["directive"]);
  t.deepEqual(kinds("personality"), ["call", "directive"]);
});

test("when nothing is called so then nothing is guessed", (t) => {
  for (const text of ["", "nginx", "65536", "10.0.0.1:65536", "Nonsense=yes", "ptrace=1", "\u001b[2J"]) {
    t.deepEqual(parseQuery(text, vocabulary), [], text);
  }
});

const mistakes: readonly (readonly [string, string | undefined])[] = [
  ["ptrase", "ptrace"],
  ["Protecthom", "ProtectHome"],
  ["ProtectHom=yes", "ProtectHome"],
  ["CAP_CHWN", "CAP_CHOWN"],
  ["net_admin", "CAP_NET_ADMIN"],
  ["home", undefined],
  ["something entirely else", undefined],
  ["x", undefined],
];

for (const [text, word] of mistakes) {
  test(`when ${text} is typed then ${word ?? "nothing"} is suggested`, (t) => {
    t.is(suggest(text, vocabulary), word);
  });
}

test("when two words are compared then insertions, deletions and replacements count", (t) => {
  t.deepEqual(
    [
      editDistance("", "abc"),
      editDistance("abc", ""),
      editDistance("kitten", "sitting"),
      editDistance("a", "a"),
    ],
    [3, 3, 3, 0],
  );
  t.is(nearest("abcd", ["abcx", "abxx"]), "abcx");
});
