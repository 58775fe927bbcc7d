import test from "ava";
import { learn } from "./support.js";

function objects(text: string): string[] {
  return learn(text)
    .flatMap((fact) => (fact.kind === "ipc" ? [`${fact.origin} ${fact.mechanism} ${fact.key}`] : []))
    .sort();
}

const single: Readonly<Record<string, readonly string[]>> = {
  "shmget(IPC_PRIVATE, 4096, IPC_CREAT|0600) = 5": ["own shm private"],
  "shmget(0x1234, 4096, IPC_CREAT|IPC_EXCL|0600) = 5": ["own shm 0x1234"],
  "shmget(0x1234, 4096, 0600) = 5": ["foreign shm 0x1234"],
  "shmget(0x1234, 4096, 0600) = -1 ENOENT (No such file or directory)": [],
  "semget(0x1234, 1, IPC_CREAT|0600) = 5": ["own sem 0x1234"],
  "msgget(0x1234, 0) = 5": ["foreign msg 0x1234"],
  "shmat(5, NULL, 0) = 0x7f0000000000": ["foreign shm {other}"],
  "shmat(5, NULL, 0) = -1 EINVAL (Invalid argument)": [],
  "semop(5, [{sem_num=0, sem_op=-1, sem_flg=SEM_UNDO}], 1) = 0": ["foreign sem {other}"],
  'msgsnd(5, {mtype=1, mtext="x"}, 1, 0) = 0': ["foreign msg {other}"],
  "shmctl(0, SHM_INFO, {used_ids=1, shm_tot=1}) = 3": [],
  "shmctl(0, SHM_STAT, {shm_perm={uid=0, gid=0, mode=0600, key=0, cuid=0, cgid=0}}) = 5": [
    "foreign shm {other}",
  ],
  'mq_open("q", O_RDWR|O_CREAT, 0644, NULL) = 3</q>': ["own mq /q"],
  'mq_open("q", O_RDONLY) = 3</q>': ["foreign mq /q"],
  'mq_unlink("q") = 0': ["foreign mq /q"],
  'mq_unlink("q") = -1 ENOENT (No such file or directory)': [],
};

for (const [call, expected] of Object.entries(single))
  test(`whose is what ${call} gets`, (t) => {
    t.deepEqual(objects(call), expected);
  });

test("what the service has made is its own when it comes back to it, by key, by id and in another process", (t) => {
  const made = `
    shmget(0x1234, 4096, IPC_CREAT|0600) = 5
    clone(child_stack=NULL, flags=SIGCHLD) = 11`;
  t.deepEqual(objects(`${made}\n11 shmget(0x1234, 4096, 0600) = 5\n11 shmat(5, NULL, 0) = 0x7f0000000000`), [
    "own shm 0x1234",
  ]);
  t.deepEqual(
    objects(`${made}\nshmctl(5, IPC_RMID, NULL) = 0\n11 shmat(5, NULL, 0) = 0x7f0000000000`),
    ["own shm 0x1234"],
    "removed ones last until nobody has them any more",
  );
  t.deepEqual(
    objects(`${made}\n11 shmget(0x1234, 4096, 0600) = 6`),
    ["foreign shm 0x1234", "own shm 0x1234"],
    "somebody else has made one of that key since",
  );
  t.deepEqual(objects('mq_open("q", O_RDWR|O_CREAT, 0600, NULL) = 3\nmq_open("q", O_RDONLY) = 4'), [
    "own mq /q",
  ]);
  t.deepEqual(
    objects('mq_open("q", O_RDWR|O_CREAT, 0600, NULL) = 3\nmq_unlink("q") = 0\nmq_open("q", O_RDONLY) = 4'),
    ["foreign mq /q", "own mq /q"],
  );
});

test("shared memory that another service has made shows by its maker", (t) => {
  const got = "shmget(0x1234, 4096, IPC_CREAT|0600) = 5";
  const asks = (pid: number): string =>
    `shmctl(5, IPC_STAT, {shm_perm={uid=0, gid=0, mode=0600, key=4660, cuid=0, cgid=0}, shm_segsz=4096, shm_cpid=${pid}, shm_lpid=0, shm_nattch=0, shm_atime=0, shm_dtime=0, shm_ctime=0}) = 0`;
  t.deepEqual(objects(`${got}\n${asks(10)}`), ["own shm 0x1234"]);
  t.deepEqual(objects(`${got}\n${asks(99)}`), ["foreign shm {other}", "own shm 0x1234"]);
});
