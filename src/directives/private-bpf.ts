import { insist, withhold, yesUnless } from "./decision.js";
import { callsTo, filesBelow } from "./evidence.js";
import { byMountNamespace } from "./guards.js";
import type { Context, Directive } from "./types.js";

const name = "PrivateBPF";

/** Where systemd mounts the bpffs of the host at boot (src/shared/mount-setup.c), and the one of the service over it. */
const bpffs = "/sys/fs/bpf";

/** BPF_OBJ_GET and BPF_OBJ_PIN name their object behind a pointer, so that any use counts. */
const bpfCall = new Set(["bpf"]);

const unlessUsed = yesUnless({
  name,
  why: "No pinned BPF object is used.",
  needed: (context) => [...callsTo(context, bpfCall), ...filesBelow(context, [bpffs])],
});

/**
 * A bpffs of its own, in which no map or program of others is found (systemd.exec(5)). Tried on systemd 262: where the
 * directory is missing, as in containers and on kernels without bpf(2), the service does not start (226/NAMESPACE).
 */
export const privateBpf: Directive = byMountNamespace({
  ...unlessUsed,
  from: "strict",
  decide: (context) =>
    unlessUsed
      .decide(context)
      .map((decision) =>
        decision.decision === "set" && !hasBpffs(context)
          ? withhold(
              name,
              "operator",
              `${bpffs} is not mounted on this host; without that directory the service would not start.`,
              [],
              [insist(name, ["yes"])],
            )
          : decision,
      ),
});

function hasBpffs({ host }: Context): boolean {
  return host.mounts.some(({ path }) => path === bpffs);
}
