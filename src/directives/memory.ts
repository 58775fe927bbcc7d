import { yesUnless } from "./decision.js";
import { byFilter } from "./guards.js";
import type { Context, Directive } from "./types.js";

/**
 * Refuses memory that is or becomes executable after it was writable. Since systemd 254 on kernel 6.3 by
 * PR_SET_MDWE (prctl(2)), before by a filter that refuses every mprotect with PROT_EXEC
 * (seccomp_memory_deny_write_execute()).
 */
export const memoryDenyWriteExecute: Directive = byFilter(
  yesUnless({
    name: "MemoryDenyWriteExecute",
    why: "No memory is both writable and executable, nor becomes executable later.",
    needed: (context) =>
      context.facts
        .ofKind("memory")
        .filter(({ protection }) => protection !== "protect-execute" || !hasKernelMdwe(context)),
  }),
);

function hasKernelMdwe({ host, target }: Context): boolean {
  const [major = 0, minor = 0] = host.kernel.split(/[.-]/).map(Number);
  return target >= 254 && (major > 6 || (major === 6 && minor >= 3));
}
