/**
 * The errors a user can do something about. `message` is one line that says what happened, to what, and what to do;
 * the command line prints it without a stack trace and exits with `exitCode`.
 */
export class ProfileError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number, options?: ErrorOptions) {
    super(message, options);
    this.name = "ProfileError";
    this.exitCode = exitCode;
  }
}

/** Exit codes of every verb (README, "Exit codes"); 128+n means ended by signal n. */
export const exitCodes = {
  done: 0,
  /** More privileges than the baseline, or a denial that could not be repaired. */
  no: 1,
  badInput: 2,
  hostCannot: 3,
  serviceFailed: 4,
  incompleteEvidence: 5,
} as const;

/** Bad usage or bad input: unknown unit, malformed profile, unreadable trace. Nothing was changed. */
export function badInput(message: string, options?: ErrorOptions): ProfileError {
  return new ProfileError(message, exitCodes.badInput, options);
}

/** This host cannot: not root, no systemd, strace missing. Nothing was changed. */
export function hostCannot(message: string, options?: ErrorOptions): ProfileError {
  return new ProfileError(message, exitCodes.hostCannot, options);
}

/** The service or the soak failed. */
export function serviceFailed(message: string, options?: ErrorOptions): ProfileError {
  return new ProfileError(message, exitCodes.serviceFailed, options);
}
