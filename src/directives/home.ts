import type { Fact } from "../facts/types.js";
import { set, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import { filesBelow, isBelowAny, isReach, isWrite } from "./evidence.js";
import { byMountNamespace } from "./guards.js";
import type { Directive } from "./types.js";

/** What ProtectHome= governs; ProtectSystem=strict leaves them alone (protect_home_*_table in src/core/namespace.c). */
export const homes: readonly string[] = ["/home", "/root", "/run/user"];

/** The tightest value: nothing there is touched; looked for and missing must stay ENOENT; reads; writes. */
export const protectHome: Directive = byMountNamespace({
  names: ["ProtectHome"],
  decide: (context) => {
    const name = "ProtectHome";
    const files = filesBelow(context, homes);
    const writes: Fact[] = files.filter(isWrite);
    const moves = context.facts
      .ofKind("rename")
      .filter(({ from, to }) => isBelowAny(from, homes) || isBelowAny(to, homes));
    if (writes.length + moves.length > 0) {
      const facts = [...writes, ...moves];
      return [withhold(name, "unsafe", `the service ${describeFacts(facts)}.`, facts)];
    }
    const reads = files.filter(isReach);
    if (reads.length > 0) {
      return [
        set(
          name,
          "read-only",
          `Nothing is written in home directories; the service ${describeFacts(reads)}.`,
          reads,
        ),
      ];
    }
    // systemd itself enters it after the mounts are made.
    const directory = (context.unit.properties["WorkingDirectory"] ?? "").replace(/^!/, "");
    if (isBelowAny(directory, homes) || directory === "~") {
      return [set(name, "read-only", "The working directory is in a home directory, which is not written.")];
    }
    if (context.posture === "compatible") {
      return [set(name, "read-only", "Nothing is written in home directories.")];
    }
    return files.length > 0
      ? [
          set(
            name,
            "tmpfs",
            `Home directories may look empty: there the service only ${describeFacts(files)}.`,
            files,
          ),
        ]
      : [set(name, "yes", "Home directories are not touched.")];
  },
});
