import test from "ava";
import { decide } from "../../src/directives/index.js";
import type { Capability } from "../../src/facts/names.js";
import type { Fact } from "../../src/facts/types.js";
import type { FileStatus } from "../../src/host/types.js";
import { decided, file, type Row, setuidHelper, situation, whyOf } from "./context.js";

const name = "PrivateUsers";
const yes = [`${name}=yes`];
const identity = [`${name}=identity`];

const needs = (capability: Capability, operation = "something"): Fact => ({
  kind: "capability",
  capability,
  source: "inferred",
  operation,
});
const becomes = (operation: "setuid" | "setgroups", id: string): Fact => ({
  kind: "identity",
  operation,
  id,
});
const ownedBy = (uid: number, gid = uid): FileStatus => ({ type: "file", mode: 0o644, uid, gid });
const accepts = (address: string): Fact => ({
  kind: "accept",
  family: "AF_UNIX",
  type: "SOCK_STREAM",
  address,
  port: 0,
});
const binds = (port: number): Fact => ({
  kind: "bind",
  family: "AF_INET",
  type: "SOCK_STREAM",
  address: "0.0.0.0",
  port,
});
const host = {
  users: { "0": "root", "33": "www" },
  groups: { "0": "root", "33": "www" },
  memberships: { "33": [33] },
  files: {
    "/etc/passwd": ownedBy(0),
    "/srv/own": ownedBy(33),
    "/srv/theirs": ownedBy(5),
    "/srv/far": ownedBy(100_000),
  },
};
const www = { user: "www" };

const rows: readonly Row[] = [
  ["nothing", {}, yes],
  ["nothing, on 252", { target: 252 }, yes],
  [
    "reads root's files and its own",
    { facts: [file("read", "/etc/passwd"), file("read", "/srv/own")], host, unit: www },
    yes,
  ],
  ["reads what belongs to others", { facts: [file("read", "/srv/theirs")], host, unit: www }, identity],
  [
    "reads what belongs to others, on 252",
    { facts: [file("read", "/srv/theirs")], host, unit: www, target: 252 },
    ["operator"],
  ],
  [
    "reads what belongs to an id that no value maps",
    { facts: [file("read", "/srv/far")], host, unit: www },
    ["operator"],
  ],
  ["looks for what is not there", { facts: [file("missing", "/tmp/gone")], host }, yes],
  ["is asked by others on a local socket", { facts: [accepts("{other}")] }, identity],
  ["talks to itself on a local socket", { facts: [accepts("self")] }, yes],
  ["is in groups of others", { unit: { ...www, supplementaryGroups: ["adm"] }, host }, identity],
  ["gives files away, which works inside", { facts: [needs("CAP_CHOWN", "chown /srv/x")] }, yes],
  [
    "becomes another user, which works where the user is mapped",
    { facts: [needs("CAP_SETUID"), becomes("setuid", "www")], host },
    identity,
  ],
  [
    "becomes another user, on 252",
    { facts: [needs("CAP_SETUID"), becomes("setuid", "www")], host, target: 252 },
    ["operator"],
  ],
  ["becomes its own user", { facts: [becomes("setuid", "www")], unit: www, host }, yes],
  [
    "sets supplementary groups",
    { facts: [needs("CAP_SETGID", "setgroups"), becomes("setgroups", "www")] },
    ["unsafe"],
  ],
  [
    "sets supplementary groups, on 258",
    { facts: [needs("CAP_SETGID", "setgroups"), becomes("setgroups", "www")], target: 258 },
    ["operator"],
  ],
  ["needs a capability of the machine", { facts: [needs("CAP_SYS_TIME")] }, ["unsafe"]],
  [
    "needs one that the unit as shipped lacks",
    { facts: [needs("CAP_SYS_TIME")], unit: { properties: { CapabilityBoundingSet: "cap_kill" } } },
    yes,
  ],
  [
    "asks for larger buffers, which it does without",
    { facts: [needs("CAP_NET_ADMIN", "setsockopt SO_SNDBUFFORCE")] },
    yes,
  ],
  ["opens files by handle", { facts: [needs("CAP_DAC_READ_SEARCH", "open_by_handle_at")] }, ["unsafe"]],
  ["kills its own children of other users", { facts: [needs("CAP_KILL", "kill")] }, yes],
  [
    "kills processes of others",
    { facts: [needs("CAP_KILL", "kill"), { kind: "outside", operation: "kill" }] },
    ["unsafe"],
  ],
  ["runs a setuid program", { facts: [setuidHelper] }, ["unsafe"]],
  ["binds port 80", { facts: [binds(80)] }, ["unsafe"]],
  [
    "binds port 80 where that is free for all",
    { facts: [binds(80)], host: { unprivilegedPortStart: 0 } },
    ["unsafe"],
  ],
  ["binds port 8080", { facts: [binds(8080)] }, yes],
  ["binds any port", { facts: [binds(0)] }, yes],
  ["has ambient capabilities", { unit: { ...www, ambientCapabilities: ["cap_chown"] } }, ["operator"]],
  ["is a session of PAM", { unit: { ...www, properties: { PAMName: "login" } } }, ["operator"]],
  [
    "is a dynamic user",
    {
      facts: [file("write", "/var/lib/x")],
      unit: { user: "x", dynamicUser: true },
      host: { files: { "/var/lib/x": ownedBy(61_200) } },
    },
    yes,
  ],
  [
    "is another user than the dynamic ones",
    {
      facts: [file("write", "/var/lib/x")],
      unit: { user: "x" },
      host: { files: { "/var/lib/x": ownedBy(61_200) } },
    },
    identity,
  ],
  [
    "has its own group beside the user's",
    { facts: [file("read", "/srv/own")], unit: { user: "www", group: "adm" }, host },
    identity,
  ],
  [
    "ships identity, and sees no other ids",
    { unit: { properties: { PrivateUsers: "yes", PrivateUsersEx: "identity" } } },
    yes,
  ],
  [
    "ships self, but sees others",
    { facts: [accepts("{other}")], unit: { properties: { PrivateUsers: "yes", PrivateUsersEx: "self" } } },
    ["unsafe"],
  ],
  ["is hardened with care", { posture: "compatible" }, ["operator"]],
];

for (const [does, given, expected] of rows) {
  test(`${name}=: ${does}`, (t) => {
    t.deepEqual(decided(name, given), expected);
  });
}

test("what a shipped value is called is what systemd says of it, not of the boolean that it once was", (t) => {
  const properties = { PrivateUsers: "yes", PrivateUsersEx: "identity" };
  t.is(
    whyOf(name, { facts: [setuidHelper], unit: { properties } }),
    "kept as the unit ships it, PrivateUsers=identity, although the service gains rights by the setuid bit of /usr/bin/helper, which it may not in a user namespace.",
  );
});

test("what the unit ships already is not advised", (t) => {
  const unit = { ...www, ambientCapabilities: ["cap_chown"], properties: { PrivateUsers: "yes" } };
  const decision = decide(situation({ unit })).find(({ directive }) => directive === name);
  t.is(decision?.decision === "withheld" ? decision.reason : undefined, "meaningless");
  t.is(decision?.advice, undefined);
});
