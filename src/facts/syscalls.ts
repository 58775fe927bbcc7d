import type { Personality } from "../strace-parser/types.js";
import type { Architecture } from "./types.js";

/** The secondary ABIs of each architecture (systemd.exec(5), SystemCallArchitectures=). */
const secondary: Partial<Readonly<Record<Architecture, Architecture>>> = { "x86-64": "x86", arm64: "arm" };

/**
 * The architecture that systemd would name for a call made through this ABI. Names of calls need no such translation:
 * strace prints all of x86-64 and i386 as systemd.exec(5) wants them in SystemCallFilter= (tried with strace 6.1 and
 * systemd 257), but for numbers it does not know (`syscall_0x1f5`), which keep that name.
 */
export function architectureOf(native: Architecture, personality: Personality): Architecture {
  if (personality === "x32") return "x32";
  return personality === "32" ? (secondary[native] ?? native) : native;
}
