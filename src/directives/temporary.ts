import type { Fact } from "../facts/types.js";
import { isAvailable } from "./availability.js";
import { set, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import { belowOneOf, filesBelow, isBelow, isReach } from "./evidence.js";
import { byMountNamespace } from "./guards.js";
import type { Context, Directive } from "./types.js";
import { shippedValue } from "./vendor.js";

/** What PrivateTmp= replaces by empty directories of the unit's own. */
export const temporaryDirectories: readonly string[] = ["/tmp", "/var/tmp"];

const name = "PrivateTmp";

/**
 * Unsafe when something is used there that the unit did not make itself, when something is made for others (a socket,
 * a FIFO), and when a file is moved into or out of it (EXDEV between mounts, rename(2)).
 */
export const privateTmp: Directive = byMountNamespace({
  names: [name],
  from: "strict",
  decide: (context) => {
    const facts = shared(context);
    if (facts.length > 0) {
      return [withhold(name, "unsafe", `the service ${describeFacts(facts)}.`, facts)];
    }
    const text = "/tmp and /var/tmp hold only what the service itself makes there";
    const left = leftBehind(context);
    // A trace does not show who comes to fetch it.
    const warning = left.length === 0 ? "" : `; others no longer find what it leaves, ${left.join(", ")}`;
    return [set(name, valueOf(context), `${text}${warning}.`)];
  },
});

/** Files and directories with a name of their own that were still there in the end. */
function leftBehind(context: Context): string[] {
  const files = filesBelow(context, temporaryDirectories);
  const paths = (...accesses: readonly string[]) =>
    files.filter(({ access }) => accesses.includes(access)).map(({ path }) => path);
  const removed = new Set(paths("delete"));
  return [...new Set(paths("create", "replace"))].filter((path) => !removed.has(path) && !path.includes("{"));
}

/**
 * `disconnected` is a tmpfs for both, of the size of a tenth of memory: for who makes no files there, and keeps none. With
 * `yes` they are below those of the host, and as large.
 */
function valueOf(context: Context): string {
  const makes = filesBelow(context, temporaryDirectories).some(
    ({ access }) => access === "create" || access === "replace",
  );
  const isEmpty = context.posture === "isolated" && !makes && isAvailable(context, name, "disconnected");
  return isEmpty || shippedValue(context.unit, name) === "disconnected" ? "disconnected" : "yes";
}

function shared(context: Context): Fact[] {
  const files = filesBelow(context, temporaryDirectories).filter(
    ({ path }) => !temporaryDirectories.includes(path),
  );
  const made = files.filter(({ access }) => access === "create" || access === "replace");
  const isMade = belowOneOf(made.map(({ path }) => path));
  const foreign = files.filter(
    (fact) => fact.access === "read" || ((isReach(fact) || fact.access === "write") && !isMade(fact.path)),
  );
  const offered = made.filter(({ type }) => type === "socket" || type === "fifo");
  const directoryOf = (path: string) => temporaryDirectories.find((root) => isBelow(path, root));
  const moved = context.facts
    .ofKind("rename")
    .filter(({ from, to }) => directoryOf(from) !== directoryOf(to));
  return [...foreign, ...offered, ...moved];
}
