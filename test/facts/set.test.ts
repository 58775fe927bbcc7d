import { fc, testProp } from "@fast-check/ava";
import { FactSet } from "../../src/facts/set.js";
import type { Fact } from "../../src/facts/types.js";

const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({
    kind: fc.constant("syscall" as const),
    architecture: fc.constantFrom("x86-64" as const, "x86" as const),
    name: fc.constantFrom("read", "write", "openat"),
    result: fc.constantFrom("used" as const, "EPERM" as const),
  }),
  fc.record({
    kind: fc.constant("file" as const),
    access: fc.constantFrom("read" as const, "create" as const),
    path: fc.constantFrom("/a", "/b", "/a/b"),
  }),
);
const set = fc.array(fact, { maxLength: 8 }).map((facts) => FactSet.of(facts));
const list = (facts: FactSet): Fact[] => [...facts];

testProp("union is commutative, associative and idempotent", [set, set, set], (t, a, b, c) => {
  t.deepEqual(list(a.union(b)), list(b.union(a)));
  t.deepEqual(list(a.union(b).union(c)), list(a.union(b.union(c))));
  t.deepEqual(list(a.union(a)), list(a));
  t.deepEqual(list(a.union(FactSet.empty)), list(a));
});

testProp(
  "difference leaves what is not in the other, and nothing of itself",
  [set, set, set],
  (t, a, b, c) => {
    t.deepEqual(list(a.difference(a)), []);
    t.deepEqual(list(a.difference(FactSet.empty)), list(a));
    t.true(list(a.difference(b)).every((one) => a.has(one) && !b.has(one)));
    t.deepEqual(list(a.difference(b).union(b)), list(a.union(b)));
    t.deepEqual(list(a.difference(b.union(c))), list(a.difference(b).difference(c)));
    t.deepEqual(list(a.union(b).difference(c)), list(a.difference(c).union(b.difference(c))));
  },
);

testProp(
  "the order in which facts were found does not matter",
  [fc.array(fact, { maxLength: 8 })],
  (t, facts) => {
    t.deepEqual(list(FactSet.of(facts)), list(FactSet.of([...facts].reverse())));
  },
);
