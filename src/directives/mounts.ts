import { set } from "./decision.js";
import { byMountNamespace } from "./guards.js";
import type { Directive } from "./types.js";

/** Implied by every directive that gives a mount namespace; explicit because `systemd-analyze --offline` does not see that. */
export const privateMounts: Directive = byMountNamespace({
  names: ["PrivateMounts"],
  decide: () => [set("PrivateMounts", "yes", "Nothing is mounted for the host.")],
});
