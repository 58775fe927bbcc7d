import test from "ava";
import { directives } from "../../src/directives/index.js";
import { explain } from "../../src/explain/index.js";
import { call, calls, file } from "../directives/context.js";
import { answer, learned } from "./sample.js";

test("when a directive is set for want of anything against it then that is told", (t) => {
  t.deepEqual(answer({ facts: calls("openat read") }, "protectclock"), [
    "ProtectClock=yes",
    "  The clock is not set, and its adjustment is not asked for.",
    "  refuses: Setting the clock, and asking for its adjustment, fails with EPERM; the hardware clock is",
    "    read-only.",
    "  seen: none of 2 facts speaks against it",
    "  postures: the same in all of them",
  ]);
});

test("when a directive is not set then what it would refuse is told with who did it", (t) => {
  t.deepEqual(answer({ facts: [call("settimeofday")] }, "ProtectClock=").slice(0, 2), [
    "ProtectClock=  not set: the service needs what it refuses",
    "  the service calls settimeofday.",
  ]);
  t.deepEqual(answer({ facts: [call("settimeofday")] }, "ProtectClock=").slice(-4, -1), [
    "  set all the same, it would refuse these:",
    "    calls settimeofday",
    "      thing, 2 times since soak: call() = 0",
  ]);
});

test("when a fact forces a weaker value then it is told, and that another value was asked about", (t) => {
  const lines = answer({ facts: [file("read", "/root/x")] }, "ProtectHome=yes");
  t.deepEqual(lines.slice(0, 2), ["ProtectHome=read-only", "  ProtectHome=yes is not what was decided."]);
  t.true(lines.includes("  read-only: seen"));
  t.true(lines.includes("    reads /root/x"));
});

test("when calls are listed then they are told by origin, with the price of what is wider", (t) => {
  const lines = answer({ facts: calls("openat read") }, "SystemCallFilter", { breadth: "portable" }).join(
    "\n",
  );
  t.regex(lines, /^ {2}2 seen: openat read$/m);
  t.regex(lines, /^ {2}\d+ not seen, but comes with what was: /m);
  t.regex(lines, /^ {2}price breadth portable over exact adds \d+ calls: /m);
  t.regex(lines, /^ {2}price breadth group would add \d+ calls: /m);
  t.regex(lines, /^ {2}price @system-service would add \d+ calls: /m);
});

test("when the price of a breadth is told then it is what the two lists differ by", (t) => {
  const facts = calls("openat read");
  const grantsAt = (breadth: "exact" | "portable") => {
    const [answered] = explain(
      learned({ facts }),
      { breadth, posture: "strict", target: 257 },
      "SystemCallFilter",
    ).answers;
    return answered?.kind === "directive" ? answered : undefined;
  };
  const [exact, portable] = [grantsAt("exact"), grantsAt("portable")];
  const price = portable?.prices.find(({ of }) => of === "breadth portable over exact");
  t.is(price?.count, (portable?.grants.length ?? 0) - (exact?.grants.length ?? 0));
});

test("when a directory is granted then what it covers beyond what is written is told", (t) => {
  const host = {
    files: {
      "/srv": { type: "directory", mode: 0o755, uid: 0, gid: 0 },
      "/srv/others": { type: "directory", mode: 0o755, uid: 0, gid: 0 },
    },
    mounts: [{ path: "/srv/mnt", fstype: "ext4" }],
  } as const;
  const lines = answer({ facts: [file("create", "/srv/x")], host }, "ReadWritePaths");
  t.true(
    lines.includes("  price ReadWritePaths=/srv covers all below it, so also /srv/mnt /srv/others"),
    lines.join("\n"),
  );
});

test("when nothing is asked about then every directive is told, set or not", (t) => {
  const lines = answer({ facts: [...calls("openat settimeofday"), file("create", "/srv/x")] });
  for (const name of directives.flatMap((directive) => directive.names)) {
    t.true(
      lines.some((line) => line.split(" ").some((word) => word.startsWith(`${name}=`))),
      name,
    );
  }
  t.true(lines.includes("ProtectClock=  not set: the service needs what it refuses"));
});

test("when a service chose what is told then nothing of it reaches the terminal as it is", (t) => {
  const facts = [file("create", "/srv/\u001b[2J\u202e\n/x", "file"), file("write", "/root/\u009b1m")];
  for (const query of [undefined, "ReadWritePaths", "ProtectHome", "/srv", "/root/\u009b1m"]) {
    const text = answer({ facts }, query).join("\n");
    t.notRegex(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/, query);
  }
});
