import { set, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import type { Directive } from "./types.js";

const name = "KeyringMode";

/** Keyrings that other processes of the user have, too (user-keyring(7), session-keyring(7)). */
const shared = new Set(["user", "user-session", "persistent"]);

/**
 * `private`, which every system service has unless it says otherwise, is a session keyring that is linked to no other. A
 * service of the user manager has the one of its manager (systemd.exec(5)).
 */
export const keyringMode: Directive = {
  names: [name],
  from: "strict",
  decide: ({ facts, unit, manager }) => {
    const shipped = unit.properties[name] ?? (manager === "user" ? "inherit" : "private");
    if (shipped === "private") {
      return [withhold(name, "meaningless", "private is what a service has by itself.")];
    }
    const uses = facts
      .ofKind("keyring")
      .filter(({ keyring }) => shared.has(keyring) || keyring === "session");
    return uses.length > 0
      ? [withhold(name, "unsafe", `kept as it is, ${shipped}: the service ${describeFacts(uses)}.`, uses)]
      : [set(name, "private", "No keys are shared with others.")];
  },
};
