/** Proving a drop-in, and minimizing it where that is asked for. */
import type { Minimized } from "../minimize/types.js";
import { synthesize } from "../profile/synthesize.js";
import { type Subject, type Verified, verify } from "../verification/index.js";
import type { Laboratory } from "../verification/laboratory.js";
import type { MinimizeFlags } from "./minimize-options.js";

export interface Proved extends Verified {
  /** Missing where nobody asked for it, or there was no proof to start from. */
  readonly minimized?: Minimized;
}

/**
 * Proves a drop-in and, where that is asked for, takes privileges away as long as neither lifecycle nor soak notices.
 */
export async function prove(subject: Subject, laboratory: Laboratory, flags: MinimizeFlags): Promise<Proved> {
  const verified = await verify(subject, laboratory);
  if (flags.minimize !== true || verified.verification.verdict !== "verified") return verified;
  const { minimizeConfined } = await import("../minimize/confined.js");
  const { options, version } = subject;
  const minimized = await minimizeConfined(
    {
      profile: verified.profile,
      walk: verified.walk,
      options,
      limit: flags.minimizeLimit,
      version,
      unenforced: [...new Set([...subject.unenforced, ...verified.verification.unenforced])],
    },
    laboratory,
  );
  const { profile } = minimized;
  return { ...verified, profile, dropIn: synthesize(profile, options).dropIn, minimized };
}
