import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { DrawnNames } from "../../src/facts/drawn-names.js";
import { capabilities, directory, files, hostWith } from "./support.js";

const letters = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
/** Digits alone are a counter: one name in 50,000. */
const draw = (alphabet: string, length: number) =>
  fc
    .array(fc.constantFrom(...alphabet.split("")), { minLength: length, maxLength: length })
    .map((drawn) => drawn.join(""))
    .filter((drawn) => /\D/.test(drawn));
const mkstemp = draw(letters + letters.toUpperCase() + digits, 6);
const python = draw(`${letters}${digits}_`, 8);

/** A temporary file that takes the place of another one. */
const replacing = (name: string): string => `
  openat(AT_FDCWD, "/srv/app/${name}", O_RDWR|O_CREAT|O_EXCL, 0600) = 3
  rename("/srv/app/${name}", "/srv/app/state") = 0`;

const replaced = (name: string): string[] => [
  "create /srv/app/state (file)",
  `create /srv/app/${name} (file)`,
  `delete /srv/app/${name}`,
];

testProp("whatever mkstemp draws is random", [mkstemp], (t, drawn) => {
  t.deepEqual(files(replacing(`.state.${drawn}`)).sort(), replaced(".state.{random}").sort());
});

for (const drawn of ["sector", "Sector", "SECTOR", "1sects"])
  test(`.state.${drawn} is temporary when it takes the place of another file`, (t) => {
    t.deepEqual(files(replacing(`.state.${drawn}`)).sort(), replaced(".state.{random}").sort());
  });

/** How tempfile.gettempdir() tries a directory. */
const trying = (name: string): string => `
  openat(AT_FDCWD, "/tmp/${name}", O_RDWR|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC, 0600) = 5
  unlink("/tmp/${name}") = 0`;

testProp("whatever Python draws to try a directory is random", [python], (t, drawn) => {
  t.deepEqual(files(trying(drawn)), ["create /tmp/{random} (file)", "delete /tmp/{random}"]);
});

testProp("whatever Python draws for a temporary file is random", [python], (t, drawn) => {
  t.deepEqual(files(replacing(`tmp${drawn}.json`)).sort(), replaced("tmp{random}.json").sort());
});

testProp("whatever Python draws behind a prefix is random", [python], (t, drawn) => {
  t.deepEqual(files(replacing(`put-${drawn}`)).sort(), replaced("put-{random}").sort());
});

for (const drawn of ["rqvhwasp", "_tmuwxim", "abc_defg", "abcdef_g"])
  test(`put-${drawn}.part is temporary when it takes the place of another file`, (t) => {
    t.deepEqual(files(replacing(`put-${drawn}.part`)).sort(), replaced("put-{random}.part").sort());
  });

test("a private file that stays has the name that it was given", (t) => {
  t.deepEqual(files('openat(AT_FDCWD, "/srv/app/cookie.secret", O_RDWR|O_CREAT|O_EXCL, 0600) = 3'), [
    "create /srv/app/cookie.secret (file)",
  ]);
});

test("a file for all that goes away has the name that it was given", (t) => {
  const text = `
    openat(AT_FDCWD, "/srv/app/state.locked", O_RDWR|O_CREAT|O_EXCL, 0644) = 3
    unlink("/srv/app/state.locked") = 0`;
  t.deepEqual(files(text), ["create /srv/app/state.locked (file)", "delete /srv/app/state.locked"]);
});

for (const drawn of ["aB3xYz", "sector"])
  test(`what is in the temporary directory work.${drawn}, and was looked for before and after, is the same`, (t) => {
    const at = `/tmp/work.${drawn}`;
    const text = `
      stat("${at}", 0x7ffd) = -1 ENOENT (No such file or directory)
      mkdir("${at}", 0700) = 0
      openat(AT_FDCWD, "${at}/out", O_WRONLY|O_CREAT|O_EXCL, 0644) = 3
      unlink("${at}/out") = 0
      rmdir("${at}") = 0
      rmdir("${at}") = -1 ENOENT (No such file or directory)
      stat("${at}", 0x7ffd) = -1 ENOENT (No such file or directory)`;
    t.deepEqual(files(text, { host: hostWith({ "/tmp": directory(0, 0o1777) }) }), [
      "create /tmp/work.{random} (directory)",
      "create /tmp/work.{random}/out (file)",
      "delete /tmp/work.{random}",
      "delete /tmp/work.{random}/out",
      "missing /tmp/work.{random}",
    ]);
  });

test("capabilities speak of temporary files by the same name", (t) => {
  const text = (drawn: string): string => `
    openat(AT_FDCWD, "/srv/app/.state.${drawn}", O_RDWR|O_CREAT|O_EXCL, 0600) = 3
    chown("/srv/app/.state.${drawn}", 33, 33) = 0
    rename("/srv/app/.state.${drawn}", "/srv/app/state") = 0`;
  const host = hostWith({ "/srv": directory(), "/srv/app": directory() });
  t.deepEqual(capabilities(text("sector"), { host }), [
    "CAP_CHOWN: change owner of /srv/app/.state.{random}",
  ]);
  t.deepEqual(capabilities(text("sector"), { host }), capabilities(text("aB3xYz"), { host }));
});

test("names are replaced in whatever lies below", (t) => {
  const drawn = new DrawnNames();
  drawn.note("/tmp/sector", "{random}");
  drawn.guess("/tmp/sector/vector", "/tmp/sector/vector", "{random}");
  const plain = (path: string): string => path;
  t.is(drawn.fold("/tmp/sector/vector/x", plain), "/tmp/{random}/vector/x");
  drawn.gone("/tmp/sector/vector");
  t.is(drawn.fold("/tmp/sector/vector/x", plain), "/tmp/{random}/{random}/x");
  t.is(drawn.fold("/tmp/sectors", plain), "/tmp/sectors");
});

/** How systemd writes a file (fopen_temporary(), src/basic/tmpfile-util.c). */
const writing = (drawn: string): string => `
  openat(AT_FDCWD, "/etc/.#machine-info${drawn}", O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC, 0600) = 5
  fchmod(5</etc/.#machine-info${drawn}>, 0644) = 0
  rename("/etc/.#machine-info${drawn}", "/etc/machine-info") = 0`;

testProp("names are drawn in /etc and directly behind words as well", [mkstemp], (t, drawn) => {
  t.deepEqual(files(writing(drawn)), [
    "create /etc/.#machine-{random} (file)",
    "create /etc/machine-info (file)",
    "delete /etc/.#machine-{random}",
    "write /etc/.#machine-{random}",
  ]);
});

test("control groups keep the names that they are given", (t) => {
  t.deepEqual(files('mkdir("/sys/fs/cgroup/app.slice/run-aB3xYz", 0700) = 0'), [
    "create /sys/fs/cgroup/app.slice/run-aB3xYz (directory)",
  ]);
});

/** How exim receives a message (queue_list(), src/queue.c) and locks a mailbox (src/transports/appendfile.c). */
const deliver = (id: string, lock: string): string => `
  openat(AT_FDCWD, "/var/spool/exim4/input/${id}-D", O_RDWR|O_CREAT|O_EXCL, 0640) = 3
  openat(AT_FDCWD, "/var/spool/exim4/input/hdr.${id}", O_WRONLY|O_CREAT|O_EXCL, 0600) = 4
  rename("/var/spool/exim4/input/hdr.${id}", "/var/spool/exim4/input/${id}-H") = 0
  openat(AT_FDCWD, "/var/spool/exim4/msglog/${id}", O_WRONLY|O_CREAT|O_APPEND, 0640) = 5
  openat(AT_FDCWD, "/var/mail/u1.lock.${lock}", O_WRONLY|O_CREAT|O_EXCL, 0600) = 6
  unlink("/var/mail/u1.lock.${lock}") = 0`;

test("a message has the same placeholder wherever its name turns up", (t) => {
  const expected = files(deliver("1xVJQF-000Qes-0q", "6b039f82.00019ad7"));
  t.deepEqual(expected, [
    "create /var/mail/u1.lock.{random}.{random} (file)",
    "create /var/spool/exim4/input/hdr.{random}-{random}-{random} (file)",
    "create /var/spool/exim4/input/{random}-{random}-{random}-D (file)",
    "create /var/spool/exim4/input/{random}-{random}-{random}-H (file)",
    "create /var/spool/exim4/msglog/{random}-{random}-{random} (file)",
    "delete /var/mail/u1.lock.{random}.{random}",
    "delete /var/spool/exim4/input/hdr.{random}-{random}-{random}",
  ]);
  t.deepEqual(files(deliver("1xVJUE-000TBM-0N", "6b039f3f.00019058")), expected);
  t.deepEqual(files(deliver("1xVJRJ-000RMC-12", "6b03a018.0001b08a")), expected);
});

test("a mail in a maildir keeps its placeholder when it is moved", (t) => {
  const store = (name: string): string => `
    openat(AT_FDCWD, "/home/u/Maildir/tmp/${name}", O_WRONLY|O_CREAT|O_EXCL, 0600) = 3
    rename("/home/u/Maildir/tmp/${name}", "/home/u/Maildir/new/${name}") = 0`;
  t.deepEqual(files(store("1763837864.M123456P4711.mx1")), files(store("1763837999.M98P815.mx1")));
});
