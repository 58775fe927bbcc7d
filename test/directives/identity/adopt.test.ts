import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { adopt, adoptedLines } from "../../../src/directives/identity/adopt.js";
import { decide } from "../../../src/directives/index.js";
import type { Fact } from "../../../src/facts/types.js";
import { file, outcome } from "../context.js";
import { becomes, capability, onMachine } from "./machine.js";

const serves: readonly Fact[] = [
  capability("CAP_NET_BIND_SERVICE", "bind 0.0.0.0:80"),
  file("create", "/var/lib/thing/a"),
  file("read", "/etc/group-only"),
];

test("what is adopted decides the rest: one capability, no writable path, no privileges", (t) => {
  const decisions = decide(onMachine({ facts: serves, adoptAdvice: true }));
  const lines = (name: string) => outcome(decisions, name);
  t.deepEqual(lines("DynamicUser"), ["DynamicUser=yes"]);
  t.deepEqual(lines("SupplementaryGroups"), ["SupplementaryGroups=adm"]);
  t.deepEqual(lines("AmbientCapabilities"), [
    "AmbientCapabilities=",
    "AmbientCapabilities=CAP_NET_BIND_SERVICE",
  ]);
  t.deepEqual(lines("CapabilityBoundingSet"), [
    "CapabilityBoundingSet=",
    "CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
  ]);
  t.deepEqual(lines("ReadWritePaths"), ["meaningless"]);
  t.deepEqual(lines("User"), ["meaningless"]);
});

test("the conditions stand with the first line, the others name it", (t) => {
  const decisions = decide(onMachine({ facts: serves, adoptAdvice: true }));
  const why = (name: string) => decisions.find(({ directive }) => directive === name)?.why ?? "";
  t.regex(why("DynamicUser"), /Adopted on condition that no other unit uses \/var\/lib\/thing/);
  t.is(why("StateDirectory"), "Adopted together with DynamicUser=.");
});

test("advice that asks something of a person is not adopted, and says what", (t) => {
  const context = onMachine({ facts: [...serves, file("read", "/etc/secret.key")], adoptAdvice: true });
  const decisions = decide(context);
  t.deepEqual(outcome(decisions, "DynamicUser"), ["operator"]);
  t.deepEqual(outcome(decisions, "LoadCredential"), ["operator"]);
  const credential = decisions.find(({ directive }) => directive === "LoadCredential")?.advice?.[0];
  t.deepEqual(credential?.lines, ["LoadCredential=secret.key:/etc/secret.key"]);
  t.regex(credential?.text ?? "", /\$CREDENTIALS_DIRECTORY\/secret\.key/);
  t.regex(credential?.text ?? "", /Never adopted by itself/);
  // Its directory needs no other user.
  t.deepEqual(adoptedLines(adopt(context)), ["StateDirectory=thing", "StateDirectoryMode=0750"]);
});

test("a secret is not worth a credential when the service has to be root anyhow", (t) => {
  const decisions = decide(onMachine({ facts: [file("read", "/etc/secret.key"), ...becomes("www")] }));
  t.deepEqual(outcome(decisions, "LoadCredential"), ["meaningless"]);
});

test("a secret is worth one where it is all that a user's capability is for", (t) => {
  const facts = [file("read", "/etc/secret.key"), capability("CAP_DAC_READ_SEARCH", "open /etc/secret.key")];
  const unit = { user: "www", ambientCapabilities: ["CAP_DAC_READ_SEARCH"] };
  t.deepEqual(outcome(decide(onMachine({ facts, unit })), "LoadCredential"), ["operator"]);
  const more = [...facts, capability("CAP_DAC_READ_SEARCH", "open /srv/data/x")];
  t.deepEqual(outcome(decide(onMachine({ facts: more, unit })), "LoadCredential"), ["meaningless"]);
});

test("two secrets of one name get two names, and a percent sign is no specifier", (t) => {
  const file600 = { type: "file", mode: 0o600, uid: 0, gid: 0 } as const;
  const host = { files: { "/etc/a/k": file600, "/etc/b/k": file600, "/etc/%h": file600 } };
  const facts = ["/etc/a/k", "/etc/b/k", "/etc/%h"].map((path) => file("read", path));
  const decision = decide(onMachine({ facts, host })).find(({ directive }) => directive === "LoadCredential");
  t.deepEqual(decision?.advice?.[0]?.lines, [
    "LoadCredential=_h:/etc/%%h",
    "LoadCredential=k:/etc/a/k",
    "LoadCredential=k.2:/etc/b/k",
  ]);
});

test("a daemon that becomes a user by itself is shown how to start as that user", (t) => {
  const facts = [
    ...becomes("www"),
    capability("CAP_SETUID", "setuid 33"),
    capability("CAP_SETGID", "setgroups"),
    capability("CAP_NET_BIND_SERVICE", "bind 0.0.0.0:80"),
    file("create", "/run/thing.pid", "file"),
  ];
  const decision = decide(onMachine({ facts, adoptAdvice: true })).find(
    ({ directive }) => directive === "User",
  );
  t.deepEqual(
    outcome(
      [decision].flatMap((one) => one ?? []),
      "User",
    ),
    ["operator"],
  );
  const [advice] = decision?.advice ?? [];
  t.deepEqual(advice?.lines, [
    "User=www",
    "Group=www",
    "AmbientCapabilities=",
    "AmbientCapabilities=CAP_NET_BIND_SERVICE",
  ]);
  t.regex(advice?.text ?? "", /its own change of user is left out/);
  t.regex(advice?.text ?? "", /let www write \/run/);
});

test("a service that becomes several users, or needs root itself, is not advised another", (t) => {
  const several = [...becomes("www"), ...becomes("mail")];
  t.deepEqual(outcome(decide(onMachine({ facts: several })), "User"), ["unsafe"]);
  const mounts = [...becomes("www"), capability("CAP_SYS_ADMIN", "mount")];
  t.deepEqual(outcome(decide(onMachine({ facts: mounts })), "User"), ["unsafe"]);
});

test("a service that only owns files elsewhere is shown how to make it a user", (t) => {
  const decision = decide(onMachine({ facts: [file("create", "/srv/data/x")] })).find(
    ({ directive }) => directive === "User",
  );
  t.deepEqual(decision?.advice?.[0]?.lines, ["User=thing"]);
  t.regex(decision?.advice?.[0]?.text ?? "", /useradd --system .* thing; let thing write \/srv\/data/);
});

const anyFact = fc.constantFrom<Fact>(
  ...serves,
  ...becomes("www"),
  file("create", "/run/thing.pid", "file"),
  file("create", "/srv/data/x"),
  file("create", "/var/lib/of-www/x"),
  file("create", "/run/thing/x", "file"),
  file("read", "/run/thing/x"),
  file("read", "/etc/secret.key"),
  capability("CAP_SYS_ADMIN", "mount"),
);

testProp("adopting twice is adopting once", [fc.array(anyFact), fc.boolean()], (t, facts, root) => {
  const context = onMachine({ facts, adoptAdvice: true, unit: { user: root ? "" : "www" } });
  const once = adopt(context);
  t.is(adopt(once), once);
  t.deepEqual(decide(once), decide(context));
});

testProp("nothing is adopted unless it is asked for", [fc.array(anyFact)], (t, facts) => {
  const context = onMachine({ facts });
  t.is(adopt(context), context);
  const set = decide(context).filter(({ decision }) => decision === "set");
  t.false(set.some(({ directive }) => /^DynamicUser$|^User$|Directory$/.test(directive)));
});

test("a service that becomes a user is not given the group of the password hashes for having looked", (t) => {
  const decisions = decide(onMachine({ facts: [file("read", "/etc/shadow"), ...becomes("www")] }));
  const advice = decisions.find(({ directive }) => directive === "User")?.advice?.[0];
  t.false(advice?.lines.some((line) => line.startsWith("SupplementaryGroups=")));
  t.regex(advice?.text ?? "", /see that it does without \/etc\/shadow, which www must not read/);
});

const before = [
  { directive: "DynamicUser", values: ["yes"] },
  { directive: "StateDirectory", values: ["old"] },
];

test("what an earlier drop-in adopted and the service was learned with is in the next one", (t) => {
  const unit = {
    dynamicUser: true,
    user: "thing",
    directories: ["/var/lib/old", "/var/lib/private/old"],
    adopted: before,
    properties: { DynamicUser: "yes", StateDirectory: "old" },
  };
  const facts = [file("create", "/var/lib/old/a")];
  const decisions = decide(onMachine({ facts, unit }));
  t.deepEqual(outcome(decisions, "DynamicUser"), ["DynamicUser=yes"]);
  t.deepEqual(outcome(decisions, "StateDirectory"), ["StateDirectory=old"]);
  t.is(
    decisions.find(({ directive }) => directive === "DynamicUser")?.why,
    "Kept from the drop-in before this one.",
  );
});

test("a directory that the new release needs besides joins the one that was adopted", (t) => {
  const unit = {
    directories: ["/var/lib/old"],
    adopted: [{ directive: "StateDirectory", values: ["old"] }],
  };
  const facts = [file("create", "/var/lib/old/a"), file("create", "/var/lib/thing/a"), ...becomes("www")];
  const lines = (adoptAdvice: boolean) =>
    outcome(decide(onMachine({ facts, unit, adoptAdvice })), "StateDirectory");
  t.deepEqual(lines(true), ["StateDirectory=old", "StateDirectory=thing"]);
  t.deepEqual(lines(false), ["StateDirectory=old"]);
});
