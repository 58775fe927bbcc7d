import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { capabilities } from "../../src/facts/names.js";
import { capabilitySet, exists, readProcess, sendSignal, tracerOf } from "../../src/tracers/process.js";

/** Larger than the largest pid (PID_MAX_LIMIT, include/linux/threads.h). */
const nobody = 4194305;

test("our own state is what Node says it is", (t) => {
  const own = readProcess("self");
  t.like(own, {
    uid: process.geteuid?.(),
    gid: process.getegid?.(),
    cwd: process.cwd(),
    umask: process.umask(),
  });
  t.is(own?.executable, process.execPath);
});

test("a process that is gone has no state, no tracer and takes no signal", (t) => {
  t.is(readProcess(nobody), undefined);
  t.is(tracerOf(nobody), 0);
  t.false(exists(nobody));
  t.false(sendSignal(nobody, "SIGTERM"));
});

test("no signal goes to our own process group by mistake", (t) => {
  t.false(sendSignal(0, "SIGTERM"));
});

testProp(
  "each bit of a capability mask is one name",
  [fc.uniqueArray(fc.nat(capabilities.length - 1)), fc.boolean()],
  (t, bits, future) => {
    const named = bits.reduce((sum, bit) => sum | (1n << BigInt(bit)), future ? 1n << 63n : 0n);
    const expected = capabilities.filter((_, bit) => bits.includes(bit));
    t.deepEqual(capabilitySet(named.toString(16).padStart(16, "0")), expected);
  },
);
