import { testProp, fc } from "@fast-check/ava";
import test, { type ExecutionContext } from "ava";
import { type Assessment, assess } from "../../src/severity/index.js";
import { severities } from "../../src/comparison/types.js";
import { systemCallsOf } from "../../src/directives/system-calls.js";
import { capabilities, namespaceTypes } from "../../src/facts/names.js";
import type { Fact } from "../../src/facts/types.js";
import { call, file, situation } from "../directives/context.js";
import { samples } from "./samples.js";

const plain = situation();

/** One sentence in the form that reports rely on, about the attacker. */
function isSentence(t: ExecutionContext, { severity, gain }: Assessment, about: string): void {
  t.true(severities.includes(severity), about);
  t.regex(gain, /^[A-Z].*\battacker\b.*[^.]\.$/s, about);
  t.notRegex(gain, /undefined|NaN|\. [A-Z]|\s{2}/, about);
}

for (const [kind, facts] of Object.entries<readonly Fact[]>(samples))
  test(`what an attacker gains is said of every ${kind} fact`, (t) => {
    for (const fact of facts) isSentence(t, assess(fact, plain), JSON.stringify(fact));
  });

test("what an attacker gains is said of every capability by its name", (t) => {
  const gains = capabilities.map((capability) => {
    const assessed = assess({ kind: "capability", capability, source: "inferred", operation: "x" }, plain);
    isSentence(t, assessed, capability);
    t.true(assessed.gain.startsWith(`With ${capability} an attacker could `));
    return assessed.gain.slice(`With ${capability}`.length);
  });
  t.is(new Set(gains).size, capabilities.length, "each gives something of its own");
});

const everything = capabilities.map(
  (capability): Fact => ({ kind: "capability", capability, source: "inferred", operation: "x" }),
);

test("what an attacker gains is said of every system call by its name, with and without capabilities", (t) => {
  for (const context of [plain, situation({ facts: everything })])
    for (const name of systemCallsOf(262).usable) {
      const assessed = assess(call(name), context);
      isSentence(t, assessed, name);
      t.true(assessed.gain.startsWith(`By ${name} an attacker could `), name);
    }
});

test("every group of system calls but those that only collect others has words of its own", (t) => {
  const general = /do what usual services do|services do not usually use/;
  for (const [group, members] of systemCallsOf(262).groups) {
    if (["@known", "@system-service"].includes(group)) continue;
    for (const name of members) t.notRegex(assess(call(name), plain).gain, general, `${name} of ${group}`);
  }
});

test("every type of namespace is told whether it is made or entered", (t) => {
  for (const type of [...namespaceTypes, "any" as const]) {
    const [made, entered] = (["unshare", "setns"] as const).map((operation) =>
      assess({ kind: "namespace", operation, type }, plain),
    );
    if (made === undefined || entered === undefined) return t.fail();
    isSentence(t, made, type);
    isSentence(t, entered, type);
    t.not(made.gain, entered.gain);
  }
});

test("a sentence names the path, program, port, or id that it is about", (t) => {
  const named: readonly (readonly [Fact, string])[] = [
    [file("read", "/srv/secret"), "/srv/secret"],
    [file("execute", "/opt/thing/bin/run"), "/opt/thing/bin/run"],
    [file("create", "/srv/made/new"), "/srv/made"],
    [samples.connect[0] as Fact, "192.0.2.1"],
    [samples.bind[0] as Fact, "8080"],
    [{ kind: "identity", operation: "setuid", id: "postgres" }, "postgres"],
    [{ kind: "elevation", path: "/usr/bin/helper", by: "setuid" }, "/usr/bin/helper"],
    [{ kind: "netlink", request: "RTM_NEWROUTE" }, "RTM_NEWROUTE"],
  ];
  for (const [fact, word] of named) t.true(assess(fact, plain).gain.includes(word), word);
});

const word = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "",
    "{other}",
    "..",
    "[",
    "CAP_X",
  ),
);
const path = fc.array(word).map((parts) => `/${parts.join("/")}`);

testProp(
  "hostile names change neither the form of the sentence nor make it fail",
  [word, path, fc.nat()],
  (t, text, at, port) => {
    const socket = { family: text, type: text, address: text, port };
    const facts: readonly Fact[] = [
      call(text),
      ...samples.file.map((fact) => ({ ...fact, path: at })),
      { kind: "rename", from: at, to: at },
      { kind: "socket", family: text, type: text, protocol: text },
      { kind: "socket", family: "AF_NETLINK", type: text, protocol: text },
      { kind: "bind", ...socket },
      { kind: "connect", ...socket, family: "AF_INET6" },
      { kind: "accept", ...socket },
      { kind: "netlink", request: text },
      { kind: "inherited", source: "activation", object: text },
      { kind: "identity", operation: "setgid", id: text },
      { kind: "elevation", path: at, by: "setuid" },
      { kind: "personality", persona: text },
      { kind: "outside", operation: text },
      { kind: "creation", path: at, bits: text },
      { kind: "blind-spot", cause: "unparsed", detail: text },
    ];
    for (const fact of facts) {
      const { severity, gain } = assess(fact, plain);
      t.true(severities.includes(severity));
      t.true(gain.includes("attacker") && gain.endsWith("."));
    }
  },
);
