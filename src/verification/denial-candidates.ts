/** Which failures of a confined run may be denials: those that the same service did not have without its sandbox. */
import { crowdedKey, siteOfKey } from "../facts/call-site.js";
import { type Failure, killedFor, mostKinds } from "../facts/failures.js";
import { parent } from "../facts/paths.js";
import { isPlaceholder } from "../facts/placeholders.js";
import { hasName, memberOf } from "../facts/values.js";
import { safe } from "../output/escape.js";
import type { CallRecord } from "../strace-parser/types.js";

/**
 * Errors of a call that did not work before either. That it now fails with another one changes nothing for the service,
 * which had to do without. All others (ENOENT, ECONNREFUSED, EBUSY …) come and go with what is there at the moment.
 */
const lasting: ReadonlySet<string> = new Set([
  ...["EPERM", "EACCES", "EROFS", "ENOSYS", "EAFNOSUPPORT", "EPROTONOSUPPORT"],
  ...["ENXIO", "ENODEV", "EXDEV", "EINVAL", "EOVERFLOW", "ENOKEY"],
]);

/**
 * What fails in a confined run and did not fail so in the reference, earliest first. The order of calls, pids and counts
 * play no part.
 *
 * - A call of which only the error changed is none (EPERM → ENOSYS), unless there was nothing before (ENOENT → EROFS of
 *   unlink(2), ENOENT → EACCES) or the process is killed for it now.
 * - ENOENT is one only where an object that it names exists, or the directory in which it was to be made.
 *
 * @param exists whether there is an object of that path outside of the sandbox; asked without placeholders
 */
export function newFailures(
  confined: readonly Failure[],
  reference: readonly Failure[],
  exists: (path: string) => boolean,
): Failure[] {
  const known = new Set(reference.map(({ key }) => key));
  const isCrowded = reference.length > mostKinds;
  const refused = new Set(
    reference.filter(({ errno }) => lasting.has(errno)).map(({ key }) => siteOfKey(key)),
  );
  return confined
    .filter((failure) => {
      const { key, errno } = failure;
      if (known.has(key) || (isCrowded && known.has(crowdedKey(key)))) return false;
      if (errno === killedFor) return true;
      if (refused.has(siteOfKey(key))) return false;
      return errno !== "ENOENT" || isHidden(failure, exists);
    })
    .sort((a, b) => a.evidence.first - b.evidence.first);
}

const renames = /^(?:rename|link)/;
const makesName = /^(?:mkdir|mknod|symlink|bind$)/;

/** Was there something to be found, had the sandbox not hidden it? Objects without a path (IPC) are taken to be there. */
function isHidden({ call, paths, record }: Failure, exists: (path: string) => boolean): boolean {
  if (paths.length === 0) return true;
  // The new name of what is not there says nothing.
  const asked = renames.test(call) ? paths.slice(0, 1) : paths;
  if (asked.some((path) => isThere(path, exists))) return true;
  return (makesName.test(call) || mayCreate(record)) && asked.some((path) => isThere(parent(path), exists));
}

/** Every process has what this one has in /proc. Any other placeholder is a name that nobody else had. */
function isThere(path: string, exists: (path: string) => boolean): boolean {
  const asked = path.replace(/^\/proc\/\{(?:other-)?pid\}/, "/proc/self");
  return !asked.split("/").some(isPlaceholder) && exists(asked);
}

function mayCreate({ args }: CallRecord): boolean {
  return args.some((arg) => hasName(arg, "O_CREAT") || hasName(memberOf(arg, "flags"), "O_CREAT"));
}

const longestCall = 120;

/**
 * A failure in one line for people: `openat("/var/lib/x", O_RDWR|O_CREAT) = EROFS`. What strace says of descriptors is
 * left out where it is no name, long calls are cut; fit for a terminal.
 */
export function describeFailure({ call, errno, record }: Failure): string {
  const made = withoutResult(record.text)
    .replace(/\bAT_FDCWD(?:<(?:[^<>\\]|\\.)*>)?, /g, "")
    .replace(/\b(\d+)<(?!\/)[^"<]*?\]>(?=[,)]|$)/g, "$1");
  const whole = made.startsWith(`${call}(`) ? made : `${call}()`;
  const shown = whole.length > longestCall ? `${whole.slice(0, longestCall - 2)}…)` : whole;
  return safe(errno === killedFor ? `${shown} killed by ${errno}` : `${shown} = ${errno}`);
}

/** The last ` = ` behind a parenthesis: arguments may hold such text as well. */
function withoutResult(text: string): string {
  const [result] = [...text.matchAll(/\)\s+= (?=-?\d|\?)/g)].slice(-1);
  return result === undefined ? text : text.slice(0, result.index + 1);
}
