/** How a traced process ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface CommandOptions {
  readonly label?: string;
  readonly cwd?: string;
  /** Run it in a pseudo-terminal connected to ours. */
  readonly pty?: boolean;
}

/** A command that runs under strace. */
export interface Command {
  /** The traced program itself, not strace. */
  readonly pid: number;
  readonly ended: Promise<CommandEnd>;
  /** Sends a signal to the program; false when it has ended. */
  kill(signal: NodeJS.Signals): boolean;
}
