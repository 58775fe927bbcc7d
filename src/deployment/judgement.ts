/** Whether a service that was restarted works: from what systemd, the journal and the kernel say without tracing. Pure. */
import type { Message } from "../systemd/journal.js";

/** What `systemctl show` says. */
type Properties = ReadonlyMap<string, string>;

/** Why a service does not run as it did right after it was restarted, in one line; undefined: it does. */
export function unsteadiness(first: Properties, now: Properties): string | undefined {
  const state = now.get("ActiveState") ?? "";
  const isOneshot = now.get("Type") === "oneshot";
  const result = now.get("Result") ?? "success";
  if ((now.get("SubState") ?? "").startsWith("auto-restart")) {
    return "it does not stay up";
  }
  if (state === "failed" || result !== "success") {
    return "it failed";
  }
  if (state === "inactive" || state === "deactivating") {
    // A oneshot that does not remain is over once it has succeeded.
    return isOneshot ? undefined : "it ended";
  }
  const restarts = number(now, "NRestarts") - number(first, "NRestarts");
  if (restarts > 0) {
    return `systemd had to restart it ${restarts === 1 ? "once" : `${restarts} times`}`;
  }
  return !isOneshot && first.get("MainPID") !== now.get("MainPID")
    ? "its main process was replaced"
    : undefined;
}

function number(properties: Properties, name: string): number {
  return Number(properties.get(name) ?? 0);
}

/** What the C library says of calls that a sandbox refused (strerror(3), sigdescr_np(3)). */
const refusal =
  /Operation not permitted|Permission denied|Read-only file system|Address family not supported|Bad system call/i;

/** syslog(3): warnings and what is less than that. */
const ordinary = 4;

/**
 * Errors and refusals that the unit never spoke of before, each once.
 *
 * @param before what it had written until it was restarted: what it said then is not news.
 */
export function complaintsIn(before: readonly Message[], since: readonly Message[]): readonly string[] {
  const known = new Set(before.map(({ text }) => shape(text)));
  const news = since.filter(
    ({ text, priority }) => !known.has(shape(text)) && (priority < ordinary || refusal.test(text)),
  );
  return [...new Map(news.map(({ text }) => [shape(text), text])).values()];
}

/** The same message about another process, time or address. */
function shape(text: string): string {
  return text.replace(/0x[0-9a-f]+|\d+/gi, "#");
}
