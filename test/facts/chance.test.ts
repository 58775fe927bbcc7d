import test from "ava";
import { systemCallsOf } from "../../src/directives/system-calls.js";
import { isByChance } from "../../src/facts/chance.js";
import { learn } from "./support.js";

const names = (text: string): string[] =>
  learn(text).flatMap((fact) => (fact.kind === "syscall" ? [`${fact.name} ${fact.result}`] : []));

const work = 'openat(AT_FDCWD, "/etc/hosts", O_RDONLY) = 3';
const timing: Readonly<Record<string, string>> = {
  "a sleep that strace interrupts as it attaches":
    "clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=1, tv_nsec=0}, 0x7ffd) = ? ERESTART_RESTARTBLOCK (Interrupted by signal)\n" +
    "restart_syscall(<... resuming interrupted clock_nanosleep ...>) = 0",
  "a signal that arrives": "rt_sigreturn({mask=[]}) = 0",
  "a lock that is taken": "sched_yield() = 0",
};

for (const [what, lines] of Object.entries(timing))
  test(`${what} is no privilege: it may not happen next time`, (t) => {
    const learned = names(`${work}\n${lines}`).filter((name) => !name.startsWith("clock_nanosleep"));
    t.deepEqual(learned, ["openat used"]);
  });

test("what is left to chance is allowed by every filter", (t) => {
  for (const target of [252, 257]) {
    const { groups, usable } = systemCallsOf(target);
    const chance = [...usable].filter(isByChance).sort();
    t.deepEqual(chance, ["restart_syscall", "rt_sigreturn", "sched_yield", "sigreturn"]);
    for (const name of chance) t.true(groups.get("@default")?.has(name));
  }
});
