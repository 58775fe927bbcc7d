import test from "ava";
import { parseCall, showArguments } from "./parse.js";

const ARGUMENTS: readonly [name: string, line: string, shown: string][] = [
  [
    "numbers in all bases",
    "f(12, -1, 0x1f, 0644, 0, 18446744073709551615) = 0",
    "12, -1, 0x1f, 0644, 0, 18446744073709551615",
  ],
  [
    "products and shifts",
    "f({rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY}, 1<<20) = 0",
    "{rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY}, 1<<20",
  ],
  ["flags with unknown bits", "f(O_RDONLY|O_CLOEXEC|0x10) = 0", "O_RDONLY|O_CLOEXEC|0x10"],
  ["a mode with file type", "f(S_IFREG|0644) = 0", "S_IFREG|0x1a4"],
  ["NULL", "f(NULL) = 0", "NULL"],
  [
    "a pointer with a comment",
    'execve("/a", ["/a", "b c"], 0x7ffd /* 23 vars */) = 0',
    '"/a", ["/a", "b c"], 0x7ffd',
  ],
  ["an unknown constant with its comment", "f(0x33 /* CLONE_??? */, 1) = 0", "0x33, 1"],
  [
    "the constants of -X verbose",
    "f(0x80002 /* O_RDWR|O_CLOEXEC */, 010600 /* S_IFIFO|0600 */) = 0",
    "O_RDWR|O_CLOEXEC, S_IFIFO|0x180",
  ],
  [
    "a time with its date",
    "f([{tv_sec=1700000000 /* 2023-11-14T22:13:20+0000 */, tv_nsec=5}]) = 0",
    "[{tv_sec=1700000000, tv_nsec=5}]",
  ],
  [
    "escapes in strings",
    String.raw`f("a\"b\\c\n\t\r\v\f\0\1\177\x3c") = 0`,
    String.raw`"a\"b\\c\n\t\r\u000b\f\u0000\u0001${"\x7f"}<"`,
  ],
  ["UTF-8 strings", String.raw`f("\303\251", "\xe2\x82\xac") = 0`, '"é", "€"'],
  ["strings that are not UTF-8", String.raw`f("\303x") = 0`, 'bytes"Ãx"'],
  ["truncated strings", 'f("abc"..., 5) = 5', '"abc"..., 5'],
  [
    "brackets, commas and quotes in strings",
    String.raw`f("a, b) = -1 {[(\"<", 1) = 0`,
    String.raw`"a, b) = -1 {[(\"<", 1`,
  ],
  [
    "nested structs with elision",
    "f({st_mode=S_IFREG|0644, st_size=3, ...}) = 0",
    "{st_mode=S_IFREG|0x1a4, st_size=3, ...}",
  ],
  ["arrays with elision", "f([{a=1}, {a=2}, ...]) = 0", "[{a=1}, {a=2}, ...]"],
  ["empty arrays and structs", "f([], {}) = 0", "[], {}"],
  [
    "signal sets",
    "f([HUP CHLD RTMIN RT_1], ~[RTMIN RT_1], ~[], 8) = 0",
    "[HUP, CHLD, RTMIN, RT_1], ~[RTMIN, RT_1], ~[], 8",
  ],
  ["descriptor sets", "f(5, [3 4], NULL) = 0", "5, [3, 4], NULL"],
  [
    "values that change",
    "f({a=1}, [128 => 16], {b=2} => {b=3}, 5 => 6) = 0",
    "{a=1}, [128 => 16], {b=2} => {b=3}, 5 => 6",
  ],
  [
    "a value that appears in the call",
    "clone3({flags=CLONE_VM} => {parent_tid=[5]}, 88) = 5",
    "{flags=CLONE_VM} => {parent_tid=[5]}, 88",
  ],
  [
    "arguments with names",
    "clone(child_stack=NULL, flags=CLONE_VM|SIGCHLD) = 5",
    "{child_stack=NULL}, {flags=CLONE_VM|SIGCHLD}",
  ],
  ["index notation", "f([[0]=1, [IORING_OP_NOP]={a=2}]) = 0", "[{[0]=1}, {[IORING_OP_NOP]={a=2}}]"],
  ["items with names", "f([FOO=1, BAR=[2]]) = 0", "[{FOO=1}, {BAR=[2]}]"],
  [
    "an internet address",
    'f({sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
    '{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16',
  ],
  [
    "an IPv6 address",
    'f({sa_family=AF_INET6, inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}) = 0',
    '{sa_family=AF_INET6, inet_pton(AF_INET6, "::1", «&sin6_addr»), sin6_scope_id=0}',
  ],
  [
    "an abstract socket",
    'f({sa_family=AF_UNIX, sun_path=@"x"}, 4) = 0',
    String.raw`{sa_family=AF_UNIX, sun_path="\u0000x"}, 4`,
  ],
  [
    "macros",
    "f(makedev(0x1, 0x3), _IOC(_IOC_READ, 0x12, 0x34, 0x8), QCMD(Q_GETFMT, USRQUOTA)) = 0",
    "makedev(0x1, 0x3), _IOC(_IOC_READ, 0x12, 0x34, 0x8), QCMD(Q_GETFMT, USRQUOTA)",
  ],
  [
    "a wait status",
    "wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 5",
    "-1, [{«WIFEXITED(s) && WEXITSTATUS(s) == 0»}], 0, NULL",
  ],
  [
    "a restarted call",
    "restart_syscall(<... resuming interrupted read ...>) = 0",
    "«<... resuming interrupted read ...>»",
  ],
  [
    "words without separators",
    "ioctl(0, TCGETS, {B38400 opost isig icanon echo ...}) = 0",
    "0, TCGETS, {B38400, opost, isig, icanon, echo, ...}",
  ],
  ["a descriptor", "f(3</etc/passwd>) = 0", '3<"/etc/passwd">'],
  ["the working directory", 'f(AT_FDCWD</a b>, "x") = 0', '-100<"/a b">, "x"'],
  ["the working directory under -X verbose", "f(-100 /* AT_FDCWD */</a(b>, 1) = 0", '-100<"/a(b">, 1'],
  ["the working directory without -y", "f(AT_FDCWD) = 0", "AT_FDCWD"],
  ["escapes in a path", String.raw`f(3</a\74b\76\"\\\303\251\n>) = 0`, String.raw`3<"/a<b>\"\\é\n">`],
  [
    "brackets and quotes in a path",
    String.raw`f(3</a) = 5, [{(\">, 1) = 0`,
    String.raw`3<"/a) = 5, [{(\"">, 1`,
  ],
  ["a path that ends like an arrow", "f(3</a->, 1) = 0", '3<"/a->">, 1'.replace("->", "-")],
  ["a deleted file", "f(3</a>(deleted), 1) = 0", '3<"/a">(deleted), 1'],
  ["a deleted file as strace 5 prints it", "f(3</a (deleted)>, 1) = 0", '3<"/a">(deleted), 1'],
  [
    "a device",
    "f(3</dev/null<char 1:3>>, 4</dev/sda<block 8:0>>, 5</dev/pts/ptmx<char 5:2 @/dev/pts/1>>) = 0",
    '3<"/dev/null" char 1:3>, 4<"/dev/sda" block 8:0>, 5<"/dev/pts/ptmx" char 5:2>',
  ],
  [
    "connections",
    "f(3<TCP:[127.0.0.1:80->127.0.0.1:9]>, 4<TCPv6:[[::1]:80->[::1]:9]>, 5<socket:[17]>) = 0",
    '3<"TCP:[127.0.0.1:80->127.0.0.1:9]">, 4<"TCPv6:[[::1]:80->[::1]:9]">, 5<"socket:[17]">',
  ],
  [
    "a UNIX connection",
    String.raw`f(3<UNIX-STREAM:[12->34,"/run/a>\"]"]>, 4<UNIX:[5,@"x<"]>) = 0`,
    String.raw`3<"UNIX-STREAM:[12->34,\"/run/a>\"]\"]">, 4<"UNIX:[5,@\"x<\"]">`,
  ],
  [
    "anonymous inodes",
    "f(3<anon_inode:[eventpoll]>, 4<pipe:[5]>, 6<pid:7>) = 0",
    '3<"anon_inode:[eventpoll]">, 4<"pipe:[5]">, 6<"pid:7">',
  ],
  ["arguments that could not be read", "f(0x7ffd, , ...) = 0", "0x7ffd, «», «...»"],
  ["the tail of a list", "f(1, 2, ...) = 0", "1, 2, «...»"],
];

for (const [name, line, shown] of ARGUMENTS) {
  test(`${name}: ${line}`, (t) => {
    t.is(showArguments(line), shown);
  });
}

test("products and shifts are worked out", (t) => {
  const values = parseCall("f(8192*1024, 1<<20) = 0").args.map(
    (value) => value.type === "number" && value.value,
  );
  t.deepEqual(values, [8192 * 1024, 1 << 20]);
});

test("a number beyond 2^53 keeps its digits as text", (t) => {
  const [value] = parseCall("f(0xffffffffffffffff) = 0").args;
  t.deepEqual(value, { type: "number", value: 2 ** 64, text: "0xffffffffffffffff" });
});

test("a line of ten thousand brackets is decoded without exhausting the stack", (t) => {
  const { args } = parseCall(`f(${"[".repeat(10_000)}${"]".repeat(10_000)}) = 0`);
  t.is(args.length, 1);
});
