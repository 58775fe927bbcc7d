import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import type { Fact } from "../../src/facts/types.js";
import { decided, type Row } from "./context.js";

const creates = (bits: string): Fact => ({ kind: "creation", path: "/var/lib/x/file", bits });
const ships = (mask: string) => ({ unit: { properties: { UMask: mask } } });

const rows: readonly Row[] = [
  ["leaves nothing to others", {}, ["UMask=0077"]],
  ["lets its group read", { facts: [creates("040")] }, ["UMask=0027"]],
  ["lets its group read and enter", { facts: [creates("050")] }, ["UMask=0027"]],
  ["lets everybody read", { facts: [creates("044")] }, ["unsafe"]],
  ["lets everybody read under a looser mask", { facts: [creates("044")], ...ships("0002") }, ["UMask=0022"]],
  ["lets its group write, as the unit wants", { facts: [creates("060")], ...ships("0007") }, ["unsafe"]],
  ["ships the tightest mask", ships("0077"), ["meaningless"]],
  ["ships a tighter mask than was needed", { facts: [creates("044")], ...ships("0027") }, ["unsafe"]],
  ["ships 0", ships("0000"), ["UMask=0077"]],
  ["is hardened with care", { posture: "compatible" }, ["operator"]],
];

for (const [does, given, expected] of rows) {
  test(`UMask=: ${does}`, (t) => {
    t.deepEqual(decided("UMask", given), expected);
  });
}

const octal = fc.integer({ min: 0, max: 0o77 }).map((bits) => bits.toString(8).padStart(3, "0"));

testProp(
  "a mask never takes a bit that was seen, and is never looser than the unit's",
  [fc.array(octal, { maxLength: 4 }), octal],
  (t, bits, shipped) => {
    const given = { facts: bits.map(creates), ...ships(`0${shipped}`) };
    const line = decided("UMask", given).find((text) => text.startsWith("UMask="));
    const own = Number.parseInt(shipped, 8);
    const mask = line === undefined ? own : Number.parseInt(line.slice("UMask=".length), 8);
    t.is(mask & own, own);
    // What the unit's own mask takes cannot have been seen.
    t.true(bits.every((text) => (Number.parseInt(text, 8) & ~own & mask) === 0));
  },
);
