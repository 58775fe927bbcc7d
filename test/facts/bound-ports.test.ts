import test from "ava";
import { FactBuilder } from "../../src/facts/index.js";
import { feed, hostWith } from "./support.js";

/** Line by line what process `pid` does to serve a port. */
const serve = (pid: number, port: number): string =>
  [
    "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3",
    `bind(3, {sa_family=AF_INET, sin_port=htons(${port}), sin_addr=inet_addr("0.0.0.0")}, 16) = 0`,
    "listen(3, 5) = 0",
    'accept(3, {sa_family=AF_INET, sin_port=htons(4711), sin_addr=inet_addr("10.0.0.7")}, [16]) = 4',
    "close(3) = 0",
    "close(4) = 0",
  ]
    .map((line) => `${pid} ${line}`)
    .join("\n");

/** The ports of bind and accept facts, of a service that bound these in the phases. */
function ports(phases: Readonly<Record<string, readonly number[]>>): string[] {
  const builder = new FactBuilder({ architecture: "x86-64" });
  Object.entries(phases).forEach(([phase, bound], index) => {
    builder.phase(phase);
    const pid = 10 + index;
    builder.attach(pid, { begins: "at-once", cwd: "/", executable: "/usr/bin/daemon" });
    for (const port of bound) feed(builder, serve(pid, port));
  });
  const { facts } = builder.finish(hostWith());
  return [...facts]
    .flatMap((fact) => (fact.kind === "bind" || fact.kind === "accept" ? [`${fact.kind} ${fact.port}`] : []))
    .sort();
}

test("a port that was not bound again after a restart is any port", (t) => {
  t.deepEqual(ports({ start: [21], soak: [13931, 35084], restart: [21] }), [
    "accept 0",
    "accept 21",
    "bind 0",
    "bind 21",
  ]);
});

test("so is one that is new after it", (t) => {
  t.deepEqual(ports({ start: [53, 20001], restart: [53, 20002] }), [
    "accept 0",
    "accept 53",
    "bind 0",
    "bind 53",
  ]);
});

test("a port that is bound again keeps its number, whenever it was bound", (t) => {
  t.deepEqual(ports({ start: [], soak: [8080, 8081], restart: [8080], stop: [8081] }), [
    "accept 8080",
    "accept 8081",
    "bind 8080",
    "bind 8081",
  ]);
});

test("privileged ports are chosen by nobody at chance", (t) => {
  t.deepEqual(ports({ start: [80], soak: [443], restart: [80] }), [
    "accept 443",
    "accept 80",
    "bind 443",
    "bind 80",
  ]);
});

test("an instance that bound nothing, or that was not seen twice, tells nothing", (t) => {
  t.deepEqual(ports({ start: [8080], restart: [] }), ["accept 8080", "bind 8080"]);
  t.deepEqual(ports({ start: [8080], soak: [9090] }), [
    "accept 8080",
    "accept 9090",
    "bind 8080",
    "bind 9090",
  ]);
});

test("of many ports that are drawn, one is drawn again after a restart", (t) => {
  const drawn = [33001, 35002, 37003, 41004, 45005];
  const again = [33101, 36102, 41004, 47105, 52106];
  t.deepEqual(ports({ start: [53, 5353, 8953], soak: drawn, restart: [53, 5353, 8953], stop: again }), [
    "accept 0",
    "accept 53",
    "accept 5353",
    "accept 8953",
    "bind 0",
    "bind 53",
    "bind 5353",
    "bind 8953",
  ]);
});

test("of few ports, one that is bound again after a restart is fixed", (t) => {
  t.deepEqual(ports({ start: [33001, 41004], restart: [41004, 52106] }), [
    "accept 0",
    "accept 41004",
    "bind 0",
    "bind 41004",
  ]);
});
