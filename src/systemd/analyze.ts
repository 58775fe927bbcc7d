/** The overall exposure that `systemd-analyze security` computes for the unit as it is installed: 0.0 (best) to 10.0. */
export declare function exposure(unit: string): Promise<number>;

/**
 * The exposure the unit would have with `dropIn` added. The unit itself is not touched, it may be running: systemd loads
 * a run-time copy under another name, which is removed again.
 */
export declare function exposureWith(unit: string, dropIn: string): Promise<number>;

/** What `systemd-analyze verify` says about the unit with `dropIn` added, one line each; empty when it accepts it. */
export declare function verifyDropIn(unit: string, dropIn: string): Promise<readonly string[]>;
