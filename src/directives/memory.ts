import { insist, withhold, yesUnless } from "./decision.js";
import { byFilter } from "./guards.js";
import type { Context, Directive } from "./types.js";

/**
 * Refuses memory that is or becomes executable after it was writable. Since systemd 254 on kernel 6.3 by
 * PR_SET_MDWE (prctl(2)), before by a filter that refuses every mprotect with PROT_EXEC
 * (seccomp_memory_deny_write_execute()).
 */
export const memoryDenyWriteExecute: Directive = byFilter({
  from: "strict",
  ...yesUnless({
    name: "MemoryDenyWriteExecute",
    why: "No memory is both writable and executable, nor becomes executable later.",
    needed: (context) =>
      context.facts
        .ofKind("memory")
        .filter(({ protection }) => protection !== "protect-execute" || !hasKernelMdwe(context)),
  }),
});

function hasKernelMdwe({ host, target }: Context): boolean {
  const [major = 0, minor = 0] = host.kernel.split(/[.-]/).map(Number);
  return target >= 254 && (major > 6 || (major === 6 && minor >= 3));
}

/** PR_SET_MEMORY_MERGE, which tells others by time what memory they share with the service; off unless the unit asks for it. */
export const memoryKsm: Directive = {
  names: ["MemoryKSM"],
  decide: ({ unit }) => {
    const name = "MemoryKSM";
    return unit.properties[name] === "yes"
      ? [
          withhold(
            name,
            "operator",
            "the unit saves memory at the price of a side channel.",
            [],
            [insist(name, ["no"])],
          ),
        ]
      : [withhold(name, "meaningless", "no is what a service has by itself.")];
  },
};
