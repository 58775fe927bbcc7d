import { yesUnless } from "./decision.js";
import { callsTo, filesBelow } from "./evidence.js";
import { byMountNamespace } from "./guards.js";
import type { Directive } from "./types.js";

const pinned = ["/sys/fs/bpf"];

/** BPF_OBJ_GET and BPF_OBJ_PIN name their object behind a pointer, so that any use counts. */
const bpfCall = new Set(["bpf"]);

/** A bpffs of its own, in which no map or program of others is found (systemd.exec(5)). */
export const privateBpf: Directive = byMountNamespace({
  ...yesUnless({
    name: "PrivateBPF",
    why: "No pinned BPF object is used.",
    needed: (context) => [...callsTo(context, bpfCall), ...filesBelow(context, pinned)],
  }),
  from: "strict",
});
