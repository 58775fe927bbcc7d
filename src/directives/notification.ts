import { set, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import type { Directive } from "./types.js";

/** From the fewest senders to the most (systemd.service(5)): `exec` adds the unit's other commands. */
const audiences = ["none", "main", "exec", "all"];

const notifying = ["notify", "notify-reload"];

/** Who may send sd_notify(3) messages. It is only ever tightened; a trace does not tell commands from children. */
export const notifyAccess: Directive = {
  names: ["NotifyAccess"],
  from: "strict",
  decide: ({ facts, unit }) => {
    const name = "NotifyAccess";
    const messages = facts.ofKind("notification");
    const least = notifying.includes(unit.type) ? "main" : "none";
    const fromMain = messages.length > 0 ? "main" : least;
    const needed = messages.some(({ sender }) => sender === "other") ? "all" : fromMain;
    const shipped = unit.properties[name] ?? least;
    if (audiences.indexOf(needed) < audiences.indexOf(shipped)) {
      return [
        set(
          name,
          needed,
          needed === "main" ? "Only the main process may notify systemd." : "Nothing notifies systemd.",
        ),
      ];
    }
    return needed === "all" && shipped === "all"
      ? [withhold(name, "unsafe", `the service ${describeFacts(messages)}.`, messages)]
      : [withhold(name, "meaningless", `already ${shipped}.`, messages)];
  },
};
