/**
 * Operations whose refusal programs are written to put up with: buffers beyond net.core.rmem_max fall back to
 * SO_RCVBUF, a congestion control or a lower OOM score is a wish, links that cannot be followed from
 * other processes (their program, their files) are left out, and sd_notify(3) sends its message again without credentials.
 * Not so the program of a process of the unit itself: by it start-stop-daemon(8) knows whom to stop, and without a word
 * stops nobody else.
 */
const puttingUp =
  /^(?:setsockopt (?:SO_RCVBUFFORCE|SO_SNDBUFFORCE|TCP_CONGESTION)$|inspect \/proc\/(?!\{pid\}\/exe$)|write \/proc\/\S+\/oom_score_adj$|send SCM_CREDENTIALS of another process$)/;

/** Is the `operation` of a capability fact one that programs do without? Nothing in a trace tells whether this one does. */
export function isOptional(operation: string): boolean {
  return puttingUp.test(operation);
}

/** The operation of capabilities that capset(2) left in the permitted set. */
export const keptByCapset = "capset keeps it";
