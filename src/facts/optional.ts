/**
 * Operations whose refusal programs are written to put up with: buffers beyond net.core.rmem_max fall back to
 * SO_RCVBUF, a congestion control or a lower OOM score is a wish, links that cannot be followed from
 * other processes (their program, their files) are left out, and sd_notify(3) sends its message again without credentials.
 */
const puttingUp =
  /^(?:setsockopt (?:SO_RCVBUFFORCE|SO_SNDBUFFORCE|TCP_CONGESTION)$|inspect \/proc\/|write \/proc\/\S+\/oom_score_adj$|send SCM_CREDENTIALS of another process$)/;

/** Is the `operation` of a capability fact one that programs do without? Nothing in a trace tells whether this one does. */
export function isOptional(operation: string): boolean {
  return puttingUp.test(operation);
}

/** The operation of capabilities that capset(2) left in the permitted set. */
export const keptByCapset = "capset keeps it";
