import test from "ava";
import type { Fact } from "../../src/facts/types.js";
import { StraceParser } from "../../src/strace-parser/index.js";
import type { CallRecord } from "../../src/strace-parser/types.js";
import { learn } from "./support.js";

/** Facts of peers as `kind address port`. */
function peers(text: string): string[] {
  const told = (fact: Fact): string[] =>
    fact.kind === "accept" || fact.kind === "connect" ? [`${fact.kind} ${fact.address} ${fact.port}`] : [];
  return learn(text).flatMap(told).sort();
}

const inet = (address: string, port: number): string =>
  `{sa_family=AF_INET, sin_port=htons(${port}), sin_addr=inet_addr("${address}")}`;

const listening = `
  socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3
  bind(3, ${inet("0.0.0.0", 80)}, 16) = 0
  listen(3, 511) = 0`;

const bound = `
  socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3
  bind(3, ${inet("0.0.0.0", 53)}, 16) = 0`;

test("who connects to a port of the service is told by address", (t) => {
  t.deepEqual(peers(`${listening}\naccept4(3, ${inet("10.0.0.7", 4711)}, [112 => 16], SOCK_CLOEXEC) = 4`), [
    "accept 10.0.0.7 80",
  ]);
});

test("the peer is read from the new descriptor when the program does not ask for it", (t) => {
  t.deepEqual(
    peers("accept(3<TCP:[10.0.0.1:80]>, NULL, NULL) = 4<TCP:[10.0.0.1:80->10.0.0.7:4711]>"),
    ["accept 10.0.0.7 80"],
    "a socket that systemd has bound",
  );
  t.deepEqual(
    peers("accept(3<TCPv6:[[::]:80]>, NULL, NULL) = 4<TCPv6:[[2001:db8::1]:80->[2001:db8::7]:4711]>"),
    ["accept 2001:db8::7 80"],
  );
});

test("a port that the kernel has chosen is 0", (t) => {
  const text = `
    socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3<TCP:[17]>
    bind(3<TCP:[17]>, ${inet("0.0.0.0", 0)}, 16) = 0
    listen(3<TCP:[0.0.0.0:40001]>, 5) = 0
    accept(3<TCP:[0.0.0.0:40001]>, ${inet("10.0.0.7", 4711)}, [16]) = 4<TCP:[10.0.0.1:40001->10.0.0.7:4711]>`;
  t.deepEqual(peers(text), ["accept 10.0.0.7 0"]);
});

const own = `connect(5<TCP:[18]>, ${inet("127.0.0.1", 80)}, 16) = 0`;
const came = `accept4(3, ${inet("127.0.0.1", 40000)}, [16], SOCK_CLOEXEC) = 6`;

test("connections of the service to its own port are its own, whichever end the trace shows first", (t) => {
  for (const [one, two] of [
    [own, came],
    [came, own],
  ])
    t.deepEqual(peers(`${listening}\n${one}\n${two}`), ["accept self 80", "connect 127.0.0.1 80"]);
  t.deepEqual(
    peers(
      `${listening}
      connect(5<TCP:[18]>, ${inet("127.0.0.1", 80)}, 16 <unfinished ...>
      <... connect resumed>) = -1 EINPROGRESS (Operation now in progress)
      ${came}`,
    ),
    ["accept self 80", "connect 127.0.0.1 80"],
  );
});

test("who comes more often than the service sets out is somebody else", (t) => {
  t.deepEqual(peers(`${listening}\n${own}\n${came}\n${came}`), [
    "accept 127.0.0.1 80",
    "accept self 80",
    "connect 127.0.0.1 80",
  ]);
  t.deepEqual(peers(`${listening}\n${came}`), ["accept 127.0.0.1 80"]);
  t.deepEqual(
    peers(`${own}\n${listening}\n${came}`),
    ["accept 127.0.0.1 80", "connect 127.0.0.1 80"],
    "before it had the port somebody else may have had it",
  );
});

test("many peers of one port become one", (t) => {
  const accepted = (count: number): string =>
    Array.from({ length: count }, (_, i) => `accept(3, ${inet(`10.0.0.${i}`, 4711)}, [16]) = 4`).join("\n");
  t.is(peers(`${listening}\n${accepted(16)}`).length, 16);
  t.deepEqual(peers(`${listening}\n${accepted(17)}`), ["accept {other} 80"]);
  t.deepEqual(peers(`${listening}\n${accepted(200)}`), ["accept {other} 80"]);
});

test("connections to AF_UNIX sockets are the service's own or somebody's", (t) => {
  for (const name of ['"/run/x"', '@"x"']) {
    const listens = `
      socket(AF_UNIX, SOCK_STREAM, 0) = 3
      bind(3, {sa_family=AF_UNIX, sun_path=${name}}, 9) = 0`;
    const accepts = "accept(3, {sa_family=AF_UNIX}, [110 => 2]) = 4";
    const connects = `connect(5, {sa_family=AF_UNIX, sun_path=${name}}, 9) = 0`;
    const addresses = (text: string): string[] => peers(text).filter((peer) => peer.startsWith("accept"));
    t.deepEqual(addresses(`${listens}\n${accepts}`), ["accept {other} 0"]);
    t.deepEqual(addresses(`${listens}\n${connects}\n${accepts}`), ["accept self 0"]);
    t.deepEqual(addresses(`${listens}\n${connects}\n${accepts}\n${accepts}`), [
      "accept self 0",
      "accept {other} 0",
    ]);
  }
  t.deepEqual(peers('accept(3<UNIX-STREAM:[5,"/run/x"]>, NULL, NULL) = 4<UNIX-STREAM:[6->7,"/run/x"]>'), [
    "accept {other} 0",
  ]);
});

test("senders of datagrams to a bound port are peers, and what they are answered is no connection", (t) => {
  const from = inet("10.0.0.7", 40000);
  const exchanges = [
    [`recvfrom(3, "q", 512, 0, ${from}, [128 => 16]) = 1`, `sendto(3, "a", 1, 0, ${from}, 16) = 1`],
    [
      `recvmsg(3, {msg_name=${from}, msg_namelen=128 => 16, msg_iov=[{iov_base="q", iov_len=512}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 1`,
      `sendmsg(3, {msg_name=${from}, msg_namelen=16, msg_iov=[{iov_base="a", iov_len=1}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 1`,
    ],
    [
      `recvmmsg(3, [{msg_hdr={msg_name=${from}, msg_namelen=128 => 16, msg_iov=[{iov_base="q", iov_len=512}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, msg_len=1}], 4, 0, NULL) = 1`,
      `sendmmsg(3, [{msg_hdr={msg_name=${from}, msg_namelen=16, msg_iov=[{iov_base="a", iov_len=1}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, msg_len=1}], 1, 0) = 1`,
    ],
  ];
  for (const exchange of exchanges)
    t.deepEqual(peers(`${bound}\n${exchange.join("\n")}`), ["accept 10.0.0.7 53"]);
});

test("an answer from a socket of its own is no connection", (t) => {
  const answered = (port: number): string => `${bound}
    recvfrom(3, "q", 512, 0, ${inet("10.0.0.7", 40000)}, [16]) = 1
    socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 4
    connect(4, ${inet("10.0.0.7", port)}, 16) = 0
    sendto(4, "a", 1, 0, NULL, 0) = 1`;
  t.deepEqual(peers(answered(40000)), ["accept 10.0.0.7 53"]);
  t.deepEqual(peers(answered(40001)), ["accept 10.0.0.7 53", "connect 10.0.0.7 40001"]);
});

test("very many targets of one port become one, but not those of this machine", (t) => {
  const connects = (count: number): string =>
    Array.from({ length: count }, (_, i) => `connect(3<TCP:[5]>, ${inet(`10.0.0.${i}`, 80)}, 16) = 0`).join(
      "\n",
    );
  t.is(peers(connects(16)).length, 16);
  t.deepEqual(peers(`${connects(17)}\nconnect(3<TCP:[5]>, ${inet("127.0.0.1", 80)}, 16) = 0`), [
    "connect 127.0.0.1 80",
    "connect {other} 80",
  ]);
});

test("answers to datagrams of a socket that nobody bound are no peers of their own, but strangers are", (t) => {
  const asked = `
    socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3
    sendto(3, "q", 1, 0, ${inet("239.255.255.250", 1900)}, 16) = 1
    sendto(3, "q", 1, 0, ${inet("10.0.0.7", 53)}, 16) = 1`;
  t.deepEqual(peers(`${asked}\nrecvfrom(3, "a", 512, 0, ${inet("10.0.0.7", 53)}, [16]) = 1`), [
    "connect 10.0.0.7 53",
    "connect 239.255.255.250 1900",
  ]);
  t.deepEqual(peers(`${asked}\nrecvfrom(3, "a", 512, 0, ${inet("10.0.0.9", 1900)}, [16]) = 1`), [
    "accept 10.0.0.9 0",
    "connect 10.0.0.7 53",
    "connect 239.255.255.250 1900",
  ]);
});

const asksRoute = `
  socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_IP) = 3
  connect(3, ${inet("192.0.2.1", 80)}, 16) = 0
  getsockname(3, ${inet("10.0.0.1", 40000)}, [28 => 16]) = 0`;

test("a datagram socket that is only asked for its address has connected to nobody", (t) => {
  t.deepEqual(peers(`${asksRoute}\nclose(3) = 0`), []);
  t.deepEqual(
    peers(`${asksRoute}
      connect(3, {sa_family=AF_UNSPEC, sa_data="\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0"}, 16) = 0
      connect(3, ${inet("192.0.2.2", 80)}, 16) = 0
      getsockname(3, ${inet("10.0.0.1", 40001)}, [28 => 16]) = 0
      close(3) = 0`),
    [],
  );
  t.deepEqual(peers(asksRoute), ["connect 192.0.2.1 80"], "the trace ends before it is closed");
});

test("a datagram socket that something may have been sent on has connected, also when that call is only counted", (t) => {
  const sends = 'sendto(3, "x", 1, 0, NULL, 0) = 1';
  t.deepEqual(peers(`${asksRoute}\n${sends}\nclose(3) = 0`), ["connect 192.0.2.1 80"]);
  const records: string[] = [];
  const parser = new StraceParser(
    (record) => {
      records.push(`${(record as CallRecord).name} ${(record as CallRecord).ordinal}`);
    },
    { every: new Set(["connect", "close"]) },
  );
  parser.write(
    Buffer.from("1 write(1) = 1\n1 write(1) = 1\n1 connect(3) = 0\n1 write(3) = 1\n1 close(3) = 0\n"),
  );
  parser.end();
  t.deepEqual(records, ["write 1", "connect 3", "close 5"]);
});

test("what getaddrinfo asks the kernel for is told apart from what lists of interfaces need", (t) => {
  const asks = (request: string) => `
    socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE) = 3<NETLINK:[ROUTE:10]>
    sendto(3<NETLINK:[ROUTE:10]>, [{nlmsg_len=20, nlmsg_type=${request}, nlmsg_flags=NLM_F_REQUEST|NLM_F_DUMP, nlmsg_seq=1, nlmsg_pid=0}, {ifa_family=AF_UNSPEC}], 20, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 20
    close(3<NETLINK:[ROUTE:10]>) = 0`;
  const requests = (text: string) =>
    learn(text).flatMap((fact) => (fact.kind === "netlink" ? [fact.request] : []));
  t.deepEqual(requests(asks("RTM_GETADDR")), ["RTM_GETADDR"]);
  // The second call of the same process is looked at as well.
  t.deepEqual(requests(asks("RTM_GETADDR") + asks("RTM_GETLINK")), ["RTM_GETADDR", "RTM_GETLINK"]);
});

test("the name that sd-bus draws for its end of a connection is random", (t) => {
  const bind = (drawn: string): string =>
    `bind(7<UNIX-STREAM:[1]>, {sa_family=AF_UNIX, sun_path=@"${drawn}/bus/systemd-hostnam/system"}, 45) = 0`;
  for (const drawn of ["4aa20c88f0d5efb1", "a326db1bd0e627a8", "326db1bd0e627"])
    t.deepEqual(
      learn(bind(drawn)).filter((fact) => fact.kind === "bind"),
      [
        {
          kind: "bind",
          family: "AF_UNIX",
          type: "SOCK_STREAM",
          address: "@{random}/bus/systemd-hostnam/system",
          port: 0,
        },
      ],
    );
});
