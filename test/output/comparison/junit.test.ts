import { testProp } from "@fast-check/ava";
import test from "ava";
import { XmlDocument, XmlElement } from "libxml2-wasm";
import { renderJunit } from "../../../src/output/comparison/junit.js";
import { locateIn } from "../../../src/output/comparison/location.js";
import { comparison, someRuns } from "./arbitrary.js";
import { calls, growth, lessExercised, much, rawSocket, same, setting } from "./sample.js";

const file = locateIn({ path: "profiles/demo.service.profile.json", text: '{\n"unit": {},\n"facts": [\n]}' });

/** What libxml2 reads: it is what GitLab uses, and no more lenient than the parser of Java in Jenkins. */
function parse<T>(xml: string, read: (root: XmlElement) => T): T {
  const document = XmlDocument.fromString(xml);
  try {
    return read(document.root);
  } finally {
    document.dispose();
  }
}

function attributes(xml: string, path: string): string[] {
  return parse(xml, (root) => root.find(path).map((node) => node.content));
}

test("when nothing is new then there are cases all the same, and they pass", (t) => {
  t.is(
    renderJunit(same, file),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="profile check demo.service" tests="2" failures="0" errors="0">
  <testsuite name="baseline" tests="2" failures="0" errors="0" skipped="0" time="0">
    <testcase name="is exercised as its baseline was" classname="demo_service.baseline" time="0"/>
    <testcase name="needs nothing beyond its baseline" classname="demo_service.baseline" time="0"/>
  </testsuite>
</testsuites>
`,
  );
});

test("when a privilege is new then a case of its class fails and says all about it", (t) => {
  const changed = { ...rawSocket, settings: [setting("PrivateNetwork", ["yes"], null)] };
  t.is(
    renderJunit({ ...same, verdict: "more", growth: [changed], accepted: much.accepted }, file),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="profile check demo.service" tests="3" failures="1" errors="0">
  <testsuite name="baseline" tests="1" failures="0" errors="0" skipped="0" time="0">
    <testcase name="is exercised as its baseline was" classname="demo_service.baseline" time="0"/>
  </testsuite>
  <testsuite name="socket" tests="1" failures="1" errors="0" skipped="0" time="0">
    <testcase name="opens AF_PACKET sockets" classname="demo_service.socket" time="0">
      <failure type="privilege" message="high: opens AF_PACKET sockets">gain: Reads and forges the traffic of all services of this host.
seen: /usr/lib/demo/helper, 3 times, first in soak
      socket(AF_PACKET, SOCK_RAW, htons(0x3 /* ETH_P_ALL */)) = 5
line: PrivateNetwork=yes → (not set)
at:   profiles/demo.service.profile.json:4</failure>
    </testcase>
  </testsuite>
  <testsuite name="capability" tests="1" failures="0" errors="0" skipped="1" time="0">
    <testcase name="needs CAP_CHOWN (chown) (accepted)" classname="demo_service.capability" time="0">
      <skipped type="accepted" message="accepted until 2027-03-31: the updater of 2.0 needs it">accepted until 2027-03-31: the updater of 2.0 needs it</skipped>
    </testcase>
  </testsuite>
</testsuites>
`,
  );
});

test("when there is something of everything then what fails the check fails, and nothing else", (t) => {
  const xml = renderJunit(much, file);
  t.deepEqual(attributes(xml, "//failure/../@name"), [
    "opens AF_PACKET sockets",
    "calls ptrace",
    "creates /etc/demo/cache.db",
    "creates /etc/demo/cache.db",
    "User=",
  ]);
  t.deepEqual(attributes(xml, "//testcase[skipped]/@name"), [
    "ProtectHome=",
    "needs CAP_CHOWN (chown) (accepted)",
  ]);
  t.deepEqual(attributes(xml, "//testcase[system-out]/@name"), [
    "calls getppid (tolerated)",
    "calls sysinfo (tolerated)",
    "PrivateTmp=",
  ]);
});

test("when the candidate was exercised less then the report is not green: an error says why", (t) => {
  const xml = renderJunit(lessExercised, file);
  t.deepEqual(attributes(xml, "/testsuites/@errors"), ["1"]);
  t.regex(
    attributes(xml, "//error").join(),
    /^the phase reload .*\nthe soak was 2 s .*\nExercise the candidate/,
  );
});

test("when two facts read alike then they are one case, as readers tell cases apart by their names", (t) => {
  const stream = growth({ kind: "socket", family: "AF_INET", type: "SOCK_STREAM", protocol: "" }, "low");
  const datagram = growth({ kind: "socket", family: "AF_INET", type: "SOCK_DGRAM", protocol: "" }, "low");
  const xml = renderJunit({ ...same, verdict: "more", growth: [stream, datagram, ...calls] }, file);
  t.deepEqual(attributes(xml, "//failure/../@name"), [
    "opens AF_INET sockets",
    "calls getppid",
    "calls sysinfo",
  ]);
});

test("when cases of one name pass and fail then the one that is shown fails", (t) => {
  const [change] = much.unitChanges;
  if (change === undefined) throw new Error("the sample has none");
  const both = [{ ...change, direction: "other" as const }, change];
  const xml = renderJunit({ ...same, verdict: "more", unitChanges: both }, file);
  t.deepEqual(attributes(xml, "//testcase[failure]/@name"), ["User="]);
});

testProp(
  "every report is well-formed, counts right, and no two cases have one name",
  [comparison],
  (t, one) => {
    const xml = renderJunit(one, file);
    parse(xml, (root) => {
      const count = (path: string) => String(root.find(path).length);
      t.is(root.get("@tests")?.content, count("//testcase"));
      t.is(root.get("@failures")?.content, count("//failure"));
      t.is(root.get("@errors")?.content, count("//error"));
      const elements = root.find("//*").filter((node) => node instanceof XmlElement);
      const keys = elements
        .filter(({ name }) => name === "testcase")
        .map((node) => ["name", "classname"].map((key) => node.get(`@${key}`)?.content).join("\n"));
      t.is(new Set(keys).size, keys.length);
      if (one.verdict === "more") t.not(root.get("@failures")?.content, "0");
      // Nothing but what we make: no element, comment or instruction of theirs.
      const ours = ["testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"];
      t.deepEqual(
        elements.map(({ name }) => name).filter((name) => !ours.includes(name)),
        [],
      );
      t.is(count("//comment()|//processing-instruction()"), "0");
    });
    for (const line of xml.split("\n")) {
      t.notRegex(line, /[\u0000-\u001f\u007f-\u009f]|^\s*::|##(?:vso)?\[/);
    }
  },
  someRuns,
);
