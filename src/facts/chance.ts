/** Calls that come and go with the moment: learning the same service twice finds them once. */

/**
 * - `rt_sigreturn`, `sigreturn`: the kernel has them called when a signal handler returns (sigreturn(2)).
 * - `restart_syscall`: the kernel has a call resumed that a stop interrupted, also the stop by which strace attaches
 *   (restart_syscall(2)).
 * - `sched_yield`: spinning until a lock is free.
 *
 * Every allow-list of systemd has them (@default, systemd.exec(5)), so that no setting depends on whether they were seen.
 */
const byChance: ReadonlySet<string> = new Set([
  "rt_sigreturn",
  "sigreturn",
  "restart_syscall",
  "sched_yield",
]);

/** Is it left to chance whether a program makes this system call? That it worked is no fact then. */
export function isByChance(name: string): boolean {
  return byChance.has(name);
}
