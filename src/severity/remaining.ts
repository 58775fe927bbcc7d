/** What is worth little in itself, and what cannot be seen. */
import type { BlindSpotFact, CreationFact, NotificationFact, SignalFact } from "../facts/types.js";
import { type Assessment, low, medium } from "./types.js";

/** A handler is the service's own affair. */
export function assessSignal({ signal, disposition }: SignalFact): Assessment {
  return low(`An attacker would gain nothing: that ${signal} is ${disposition} concerns the service alone.`);
}

/** What a message may say is about the service alone: systemd takes it from processes of its control group only. */
export function assessNotification({ sender }: NotificationFact): Assessment {
  return sender === "main"
    ? low("An attacker could tell systemd that the service is ready or well, from its main process.")
    : low(
        "An attacker could tell systemd that the service is ready, well, or has another main process, from any process of it.",
      );
}

const writeByOthers = 0o002;

/** Who gains are other users of the host. */
export function assessCreation({ path, bits }: CreationFact): Assessment {
  return (Number.parseInt(bits, 8) & writeByOthers) === 0
    ? low(`An attacker with another user could read ${path}, which is made with mode bits ${bits}.`)
    : medium(`An attacker with another user could change ${path}, which is made with mode bits ${bits}.`);
}

const unseen: Readonly<Record<BlindSpotFact["cause"], string>> = {
  io_uring: "open files and sockets by requests that a trace does not show and no filter sees",
  "scm-rights": "use descriptors that another process has opened outside of the sandbox",
  "d-bus": "have other services act for them, with the rights of those",
  unparsed: "do what the trace shows in a form that is not understood",
  "untraced-child": "have work done by a process that is not traced",
  "unreadable-path": "use files whose names no unit file can hold, so that a whole directory is granted",
};

/** What may be there beyond what was seen: nobody can say that it is little. */
export function assessBlindSpot({ cause, detail }: BlindSpotFact): Assessment {
  return medium(`An attacker could ${unseen[cause]} (${detail}).`);
}
