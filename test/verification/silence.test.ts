import test from "ava";
import { FactSet } from "../../src/facts/set.js";
import type { AcceptFact } from "../../src/facts/types.js";
import { silencesIn } from "../../src/verification/silence.js";

function heard(family: string, type: string, address: string, port: number): AcceptFact {
  return { kind: "accept", family, type, address, port };
}

test("when other clients come to the same port then nobody is missing", (t) => {
  const before = FactSet.of([heard("AF_INET", "SOCK_STREAM", "192.0.2.1", 80)]);
  const now = FactSet.of([heard("AF_INET", "SOCK_STREAM", "192.0.2.2", 80)]);
  t.deepEqual(silencesIn(before, now), []);
  t.deepEqual(silencesIn(FactSet.empty, now), []);
});

test("when nobody comes any more then it is told where, each place once", (t) => {
  const before = FactSet.of([
    heard("AF_INET", "SOCK_STREAM", "192.0.2.1", 80),
    heard("AF_INET", "SOCK_STREAM", "self", 80),
    heard("AF_INET6", "SOCK_DGRAM", "{other}", 0),
    heard("AF_UNIX", "SOCK_STREAM", "{other}", 0),
  ]);
  t.deepEqual([...silencesIn(before, FactSet.empty)].sort(), [
    "no client is heard on TCP port 80 (AF_INET), where there was one",
    "no client is heard on an AF_UNIX socket, where there was one",
    "no client is heard on an ephemeral UDP port (AF_INET6), where there was one",
  ]);
});
