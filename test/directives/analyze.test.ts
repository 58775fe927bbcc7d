/** What systemd itself says of rendered drop-ins, where systemd-analyze is installed (any version from 252). */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { decide } from "../../src/directives/index.js";
import { groupChanges } from "../../src/directives/syscall-groups.js";
import { systemCallsOf } from "../../src/directives/system-calls.js";
import type { Decision } from "../../src/directives/types.js";
import { breadths } from "../../src/directives/types.js";
import { quoteValue, renderDropIn } from "../../src/systemd/dropin.js";
import { call, calls, file, type Situation, setuidHelper, situation } from "./context.js";

const version = Number(
  /^systemd (\d+)/.exec(
    spawnSync("systemd-analyze", ["--version"], { encoding: "utf8" }).stdout || "",
  )?.[1] ?? "0",
);

const busy = [
  ...calls("openat newfstatat clone3 epoll_wait accept4 sendto read writev chown setuid mmap"),
  call("cachestat", "ENOSYS"),
];

const situations: Readonly<Record<string, Situation>> = {
  nothing: {},
  "a busy server": { facts: busy },
  "a server that may do much": {
    facts: [
      ...busy,
      setuidHelper,
      file("missing", "/root/.config"),
      { kind: "namespace", operation: "unshare", type: "time" },
      { kind: "namespace", operation: "unshare", type: "net" },
      { kind: "socket", family: "AF_VSOCK", type: "SOCK_STREAM", protocol: "" },
      { kind: "capability", capability: "CAP_CHECKPOINT_RESTORE", source: "inferred", operation: "x" },
    ],
  },
  "a setuid helper of another user": { facts: [...busy, setuidHelper], unit: { user: "nobody" } },
};

const names = [...systemCallsOf(version).usable].filter((name) => !name.startsWith("@"));

/** What `systemd-analyze ARGS` says of a unit that has `dropIn` and nothing else. */
function analyze(
  t: ExecutionContext,
  dropIn: string,
  args: readonly string[],
): { stdout: string; stderr: string } {
  const directory = mkdtempSync(join(tmpdir(), "sandbox-profiler-test-"));
  t.teardown(() => {
    rmSync(directory, { recursive: true });
  });
  const unit = join(directory, "thing.service");
  mkdirSync(`${unit}.d`);
  writeFileSync(unit, "[Service]\nExecStart=/bin/true\n");
  writeFileSync(join(`${unit}.d`, "profile.conf"), dropIn);
  return spawnSync("systemd-analyze", [...args, unit], { encoding: "utf8" });
}

function rendered(decisions: readonly Decision[]): string {
  return renderDropIn(decisions, {
    unit: "thing.service",
    target: version,
    manager: "system",
    posture: "strict",
    adoptAdvice: false,
    breadth: "portable",
    evidence: [],
    assumed: [],
    incomplete: [],
  });
}

if (version < 252) {
  test.skip("drop-ins are accepted by systemd-analyze (not tried: install systemd 252 or newer)", () =>
    undefined);
} else {
  for (const [title, given] of Object.entries(situations)) {
    for (const breadth of breadths) {
      test(`systemd-analyze verify ${version} has nothing to say about ${title}, breadth ${breadth}`, (t) => {
        const dropIn = rendered(decide(situation({ ...given, breadth, target: version })));
        const { stdout, stderr } = analyze(t, dropIn, ["verify"]);
        t.is(stderr, "");
        t.is(stdout, "");
      });
    }
  }

  test(`the table of groups is what systemd-analyze syscall-filter ${version} prints`, (t) => {
    if (groupChanges[version] === undefined) {
      t.log(`the table has no systemd ${version}; add it with scripts/generate-syscall-groups.js`);
    }
    const { stdout } = spawnSync("systemd-analyze", ["syscall-filter"], { encoding: "utf8" });
    const printed = new Map<string, string[]>();
    for (const block of stdout.split(/^(?=@)/m).filter((text) => text.startsWith("@"))) {
      const [group = "", ...members] = block.split(/\n(?=#)/)[0]?.split("\n") ?? [];
      printed.set(
        group,
        members.map((member) => member.trim()).filter((member) => /^[@\w]/.test(member)),
      );
    }
    const flat = (group: string): string[] =>
      (printed.get(group) ?? []).flatMap((member) => (member.startsWith("@") ? flat(member) : [member]));
    t.true(printed.size > 20);
    for (const group of groupChanges[version] === undefined ? [] : printed.keys()) {
      t.deepEqual(
        [...(systemCallsOf(version).groups.get(group) ?? [])].toSorted(),
        [...new Set(flat(group))].toSorted(),
        group,
      );
    }
  });

  test(`systemd-analyze verify ${version} knows every name that may be written`, (t) => {
    const dropIn = rendered(decide(situation({ facts: calls(names.join(" ")), target: version })));
    t.is(analyze(t, dropIn, ["verify"]).stderr, "");
  });

  test(`systemd-analyze verify ${version} accepts any path that can be quoted`, (t) => {
    const paths = ["/a b", '/q"\\', "/it's", "/100%", "/#;", "/$HOME", "/ä", "/{a}", "/-+", "/ "];
    const values = paths.map((path) => quoteValue(`-/srv${path}`));
    const dropIn = rendered([
      { decision: "set", directive: "ReadWritePaths", values: ["", ...values], why: "", grants: [] },
    ]);
    t.is(analyze(t, dropIn, ["verify"]).stderr, "");
  });

  test(`systemd-analyze security ${version} rates a server that needs nothing but calls below 2.0`, (t) => {
    const dropIn = rendered(
      decide(
        situation({
          facts: calls("openat read write"),
          posture: "strict",
          breadth: "portable",
          target: version,
        }),
      ),
    );
    const { stdout, stderr } = analyze(t, dropIn, ["security", "--no-pager", "--offline=yes"]);
    t.is(stderr, "");
    const exposure = Number(/Overall exposure level for .*: ([\d.]+)/.exec(stdout)?.[1] ?? "10");
    t.log(`exposure ${exposure}`);
    t.true(exposure < 2);
  });
}
