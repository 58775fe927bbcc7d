import { testProp } from "@fast-check/ava";
import test from "ava";
import { renderGithub } from "../../../src/output/comparison/github.js";
import { locateIn } from "../../../src/output/comparison/location.js";
import { comparison, hostile, someRuns } from "./arbitrary.js";
import { growth, lessExercised, much, rawSocket, same } from "./sample.js";

const nowhere = locateIn(null);
const file = locateIn({
  path: "profiles/a,b.profile.json",
  text: '{\n"unit": {},\n"facts": [\n{ "kind": "zz" }]}',
});

test("when there is nothing new then one notice says so", (t) => {
  t.is(
    renderGithub(same, nowhere),
    "::notice title=profile check demo.service::demo.service needs nothing beyond its baseline\n",
  );
});

test("when privileges are new then each is an annotation of the line of the baseline where it would stand", (t) => {
  t.is(
    renderGithub({ ...same, verdict: "more", growth: [rawSocket] }, file),
    `::error title=profile check demo.service::demo.service needs 1 privilege beyond its baseline (1 high)%0AIf this is intended, commit the candidate as the new baseline, or let it through with a reason and a last day in an allow file (--allow).
::error file=profiles/a%2Cb.profile.json,line=4,title=high%3A opens AF_PACKET sockets::Reads and forges the traffic of all services of this host.%0Aseen: /usr/lib/demo/helper, 3 times, first in soak: socket(AF_PACKET, SOCK_RAW, htons(0x3 /* ETH_P_ALL */)) = 5%0ARestrictAddressFamilies=AF_INET AF_UNIX → AF_INET AF_PACKET AF_UNIX
`,
  );
});

test("when there is something of everything then the verdict comes first and what was accepted is left out", (t) => {
  const starts = renderGithub(much, file)
    .split("\n")
    .map((line) => line.replace(/^::(\w+) .*?title=(.*?)::.*$/, "$1 $2"));
  t.deepEqual(starts, [
    "error profile check demo.service",
    "error medium%3A creates /etc/demo/cache.db",
    "error high%3A opens AF_PACKET sockets",
    "error high%3A calls ptrace",
    "warning medium%3A creates /etc/demo/cache.db",
    "error high%3A User=root",
    "warning accepted no longer%3A creates /etc/demo/cache.db",
    "notice low%3A 2 system calls%3A calls getppid%2C sysinfo",
    "",
  ]);
});

test("when the candidate was exercised less then that is an error", (t) => {
  t.regex(
    renderGithub(lessExercised, file),
    /^::error title=.*::inconclusive: demo\.service .*%0Athe phase reload/,
  );
});

/** As the runner reads it (actions/runner, ActionCommand.cs). */
function read(line: string): { command: string; title: string; data: string } {
  const [, command = "", properties = "", data = ""] = /^::(\w+) ([^]*?)::([^]*)$/.exec(line) ?? [];
  const title = properties
    .split(",")
    .filter((one) => one.startsWith("title="))
    .map((one) => one.slice("title=".length));
  const unescape = (text: string) =>
    text
      .replaceAll("%0D", "\r")
      .replaceAll("%0A", "\n")
      .replaceAll("%3A", ":")
      .replaceAll("%2C", ",")
      .replaceAll("%25", "%");
  return { command, title: unescape(title.join()), data: unescape(data) };
}

testProp("a runner reads back what was said, whatever a path looks like", [hostile], (t, path) => {
  t.plan(5);
  const plain = path.replace(/[^ -~]|##\[/g, "_");
  const one = growth({ kind: "file", access: "read", path: plain }, "high", { gain: plain });
  const [, line = ""] = renderGithub({ ...same, verdict: "more", growth: [one] }, file).split("\n");
  const { command, title, data } = read(line);
  t.is(command, "error");
  t.is(title, `high: reads ${plain}`);
  t.is(data.split("\n")[0], plain);
  t.is(data.split("\n").length, 3 - 1);
  t.notRegex(data, /\r/);
});

testProp(
  "every line is a command of ours, and none of a service",
  [comparison],
  (t, one) => {
    for (const line of renderGithub(one, file).trimEnd().split("\n")) {
      t.regex(line, /^::(?:error|warning|notice) (?:file=[^,:]+,line=\d+,)?title=[^,:]*::/);
      t.notRegex(line, /[\u0000-\u001f\u007f-\u009f\u2028]|##\[/);
    }
  },
  someRuns,
);
