import type { Personality } from "../strace-parser/types.js";
import type { Architecture } from "./types.js";

/** The secondary ABIs of each architecture (systemd.exec(5), SystemCallArchitectures=). */
const secondary: Partial<Readonly<Record<Architecture, Architecture>>> = { "x86-64": "x86", arm64: "arm" };

/** The architecture that systemd would name for a call made through this ABI. */
export function architectureOf(native: Architecture, personality: Personality): Architecture {
  if (personality === "x32") return "x32";
  return personality === "32" ? (secondary[native] ?? native) : native;
}

/**
 * Names under which strace prints a call that the kernel's table, and with it libseccomp, calls otherwise
 * (strace: src/linux/ARCH/syscallent.h; libseccomp: src/syscalls.csv).
 */
const renamed: Readonly<Record<string, string>> = { sysctl: "_sysctl" };

/** The name for SystemCallFilter=. A call that strace has no name for keeps the printed one (`syscall_0x1f5`). */
export function filterName(printed: string): string {
  return renamed[printed] ?? printed;
}
