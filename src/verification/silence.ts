/**
 * Clients that are not heard any more. A packet that IPAddressDeny= drops and a socket that a private /tmp hides leave no
 * failed call in the service, and a soak that does not look at answers notices nothing either. Pure.
 */
import type { FactSet } from "../facts/set.js";
import type { AcceptFact } from "../facts/types.js";

/**
 * What had clients without the sandbox and has none under it, one line each.
 *
 * @param expected facts of a walk without the sandbox, with the same soak
 * @param seen facts of the walk under it
 */
export function silencesIn(expected: FactSet, seen: FactSet): readonly string[] {
  const heard = new Set(seen.ofKind("accept").map(endpointOf));
  const missing = expected
    .ofKind("accept")
    .map(endpointOf)
    .filter((endpoint) => !heard.has(endpoint));
  return [...new Set(missing)].map((endpoint) => `no client is heard on ${endpoint}, where there was one`);
}

const protocols: Readonly<Record<string, string>> = { SOCK_STREAM: "TCP", SOCK_DGRAM: "UDP" };

/** Who the clients are may differ from run to run. */
function endpointOf({ family, type, port }: AcceptFact): string {
  if (family === "AF_UNIX") return "an AF_UNIX socket";
  const protocol = protocols[type] ?? type;
  return port === 0 ? `an ephemeral ${protocol} port (${family})` : `${protocol} port ${port} (${family})`;
}
