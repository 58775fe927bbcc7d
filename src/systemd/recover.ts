/** What was put back. */
export interface Recovery {
  readonly unit: string;
  /** One line for the user. */
  readonly outcome: string;
}

/**
 * Undoes what interrupted runs left, for one unit or for all. Units that a living profiler holds are left alone
 * (named in an error when `unit` asks for one). Throws hostCannot without root.
 */
export declare function recover(unit?: string): Promise<readonly Recovery[]>;
