import test from "ava";
import { describeFailure, newFailures } from "../../src/verification/denial-candidates.js";
import type { Failure } from "../../src/facts/failures.js";
import { build } from "../facts/support.js";

function failures(text: string): readonly Failure[] {
  return build(text).failures;
}

const messages: Readonly<Record<string, string>> = {
  EPERM: "Operation not permitted",
  EACCES: "Permission denied",
  EROFS: "Read-only file system",
  ENOENT: "No such file or directory",
  ENOSYS: "Function not implemented",
  ECONNREFUSED: "Connection refused",
};

function failing(call: string, errno: string): string {
  return `${call} = -1 ${errno} (${messages[errno] ?? errno})`;
}

/** Calls that are denial candidates, as `call error`. `there`: what exists outside of the sandbox. */
function candidates(confined: string, reference: string, there: readonly string[] = []): string[] {
  return newFailures(failures(confined), failures(reference), (path) => there.includes(path)).map(
    ({ call, errno }) => `${call} ${errno}`,
  );
}

/** A run in which nothing failed. */
const nothing = "getpid() = 10";

const connect = 'connect(3, {sa_family=AF_INET, sin_port=htons(5432), sin_addr=inet_addr("192.0.2.7")}, 16)';

const changes: readonly {
  readonly title: string;
  readonly confined: string;
  readonly reference: string;
  readonly there?: readonly string[];
  readonly expected: readonly string[];
}[] = [
  {
    title: "a call that failed just so before is none",
    confined: failing('chown("x", 5, 5)', "EPERM"),
    reference: failing('chown("x", 5, 5)', "EPERM"),
    expected: [],
  },
  {
    title: "a call that did not fail before is one",
    confined: failing('chown("x", 5, 5)', "EPERM"),
    reference: 'chown("x", 5, 5) = 0',
    expected: ["chown EPERM"],
  },
  {
    title: "another path is another call",
    confined: failing('chown("y", 5, 5)', "EPERM"),
    reference: failing('chown("x", 5, 5)', "EPERM"),
    expected: ["chown EPERM"],
  },
  {
    title: "a refusal that has another error now is none",
    confined: `${failing("clone3({flags=CLONE_NEWUSER}, 88)", "ENOSYS")}\n${failing('unlink("x")', "EPERM")}`,
    reference: `${failing("clone3({flags=CLONE_NEWUSER}, 88)", "EPERM")}\n${failing('unlink("x")', "EACCES")}`,
    expected: [],
  },
  {
    title: "what was not there and is refused now is one",
    confined: `${failing('unlink("/var/lib/app/old")', "EROFS")}\n${failing('stat("/root/.apprc", 0x7ffd)', "EACCES")}`,
    reference: `${failing('unlink("/var/lib/app/old")', "ENOENT")}\n${failing('stat("/root/.apprc", 0x7ffd)', "ENOENT")}`,
    expected: ["stat EACCES", "unlink EROFS"],
  },
  {
    title: "what is refused now and had nobody to answer before is one",
    confined: failing(connect, "EPERM"),
    reference: failing(connect, "ECONNREFUSED"),
    expected: ["connect EPERM"],
  },
  {
    title: "a refused call for which the process is killed now is one",
    confined: 'mount("a", "/mnt", "x", 0, NULL) = 165\n+++ killed by SIGSYS +++',
    reference: failing('mount("a", "/mnt", "x", 0, NULL)', "EPERM"),
    expected: ["mount SIGSYS"],
  },
  {
    title: "a look for what exists nowhere is none",
    confined: failing('openat(AT_FDCWD, "/usr/lib/x.so", O_RDONLY)', "ENOENT"),
    reference: nothing,
    expected: [],
  },
  {
    title: "a look for what is hidden is one",
    confined: failing('openat(AT_FDCWD, "/usr/lib/x.so", O_RDONLY)', "ENOENT"),
    reference: nothing,
    there: ["/usr/lib/x.so"],
    expected: ["openat ENOENT"],
  },
  {
    title: "what is to be made in a directory that is hidden is one",
    confined: [
      failing('openat(AT_FDCWD, "/home/app/new", O_RDWR|O_CREAT, 0644)', "ENOENT"),
      failing('mkdir("/home/app/newdir", 0755)', "ENOENT"),
      failing('openat(AT_FDCWD, "/home/app/rc", O_RDONLY)', "ENOENT"),
    ].join("\n"),
    reference: nothing,
    there: ["/home/app"],
    expected: ["mkdir ENOENT", "openat ENOENT"],
  },
  {
    title: "a temporary name in a directory that is hidden is one",
    confined: failing('openat(AT_FDCWD, "/home/app/app.aB3xY9", O_RDWR|O_CREAT|O_EXCL, 0600)', "ENOENT"),
    reference: nothing,
    there: ["/home/app"],
    expected: ["openat ENOENT"],
  },
  {
    title: "giving a new name to what is not there is none, even if something has that name",
    confined: failing('rename("/srv/app/x.new", "/srv/app/x")', "ENOENT"),
    reference: nothing,
    there: ["/srv/app/x", "/srv/app"],
    expected: [],
  },
  {
    title: "processes that are hidden in /proc are one",
    confined: failing('openat(AT_FDCWD, "/proc/4711/stat", O_RDONLY)', "ENOENT"),
    reference: nothing,
    there: ["/proc/self/stat"],
    expected: ["openat ENOENT"],
  },
  {
    title: "a hidden object without a path is one",
    confined: failing("shmget(0x1234, 4096, 0600)", "ENOENT"),
    reference: nothing,
    expected: ["shmget ENOENT"],
  },
];

for (const { title, confined, reference, there, expected } of changes)
  test(title, (t) => {
    t.deepEqual(candidates(confined, reference, there).sort(), [...expected].sort());
  });

test("a run that failed on more than can be kept is not taken for one that did not fail", (t) => {
  const stat = (count: number): string =>
    Array.from({ length: count }, (_, index) =>
      failing(`stat("/usr/share/${letters(index)}", 0x7ffd)`, "EACCES"),
    ).join("\n");
  const confined = failures(failing('stat("/usr/share/other", 0x7ffd)', "EACCES"));
  t.is(newFailures(confined, failures(stat(10_100)), () => true).length, 0);
  t.is(newFailures(confined, failures(stat(100)), () => true).length, 1);
});

/** Names without digits, which would be taken for counters. */
function letters(index: number): string {
  return `${index}`.replace(/\d/g, (digit) => "abcdefghij".charAt(Number(digit)));
}

test("candidates come in the order of time", (t) => {
  const confined = `1.0 ${failing('unlink("/b")', "EROFS")}\n2.0 ${failing('unlink("/a")', "EROFS")}`
    .split("\n")
    .map((line) => `10 ${line}`)
    .join("\n");
  t.deepEqual(
    newFailures(failures(confined), [], () => false).map(({ paths }) => paths[0]),
    ["/b", "/a"],
  );
});

function described(line: string): string | undefined {
  const [failure] = failures(line);
  return failure && describeFailure(failure);
}

const lines: readonly (readonly [string, string])[] = [
  [
    'openat(AT_FDCWD</srv/app>, "/var/lib/x", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = -1 EROFS (Read-only file system)',
    'openat("/var/lib/x", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = EROFS',
  ],
  [
    'openat(AT_FDCWD, "a) = -1 EPERM (x)", O_RDWR) = -1 EACCES (Permission denied)',
    'openat("a) = -1 EPERM (x)", O_RDWR) = EACCES',
  ],
  [
    "fchmod(3</srv/app/data>, 0600)        = -1 EROFS (Read-only file system)",
    "fchmod(3</srv/app/data>, 0600) = EROFS",
  ],
  [
    "setsockopt(3<TCP:[127.0.0.1:80->127.0.0.1:4711]>, SOL_SOCKET, SO_MARK, [1], 4) = -1 EPERM (Operation not permitted)",
    "setsockopt(3, SOL_SOCKET, SO_MARK, [1], 4) = EPERM",
  ],
  [
    `mkdir("/${"long".repeat(60)}", 0700) = -1 EROFS (Read-only file system)`,
    `mkdir("/${"long".repeat(60)}`.slice(0, 118) + "…) = EROFS",
  ],
  ['mkdir("/a\\33[2J\\nb", 0700) = -1 EROFS (Read-only file system)', 'mkdir("/a\\33[2J\\nb", 0700) = EROFS'],
  ['mkdir("/a", 0700) = 83\n+++ killed by SIGSYS +++', 'mkdir("/a", 0700) killed by SIGSYS'],
];

for (const [line, expected] of lines)
  test(`a failure is told in one line: ${JSON.stringify(expected).slice(0, 80)}`, (t) => {
    t.is(described(line), expected);
  });

test("what a program puts into a name stays in its line and moves no cursor", (t) => {
  const [failure] = failures('mkdir("/a", 0700) = -1 EROFS (Read-only file system)');
  if (failure === undefined) {
    t.fail();
    return;
  }
  const record = { ...failure.record, text: 'mkdir("/\u001b[2J\u202e\n", 0700) = -1 EROFS' };
  t.regex(describeFailure({ ...failure, record }), /^mkdir\("\/\\x1b\[2J\\u\{202e\}\\x0a", 0700\) = EROFS$/);
});
