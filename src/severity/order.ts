/** In which order growth is shown: the most severe first. */
import { compareText, factId } from "../facts/set.js";
import { isBelow } from "../facts/paths.js";
import type { Fact, FileFact } from "../facts/types.js";
import type { Growth, UnitChange } from "../comparison/types.js";
import { weightOfSyscall } from "./system-calls.js";
import type { TreeTable } from "./tree.js";
import { compareSeverity } from "./types.js";
import {
  weightOfCapability,
  weightOfFamily,
  weightOfNamespace,
  type Row,
  rowWeights,
  weightOfRow,
  weightOfSetting,
} from "./weights.js";
import { writtenTrees } from "./written-trees.js";
import { shownTrees } from "./read-trees.js";

/** By severity, then by the weight that `systemd-analyze security` gives what is taken away, then by identity. */
export function order<T extends Pick<Growth, "fact" | "severity">>(growth: readonly T[]): readonly T[] {
  return growth
    .map((one) => ({ one, weight: weightOf(one.fact), id: factId(one.fact) }))
    .sort(
      (a, b) =>
        compareSeverity(b.one.severity, a.one.severity) || b.weight - a.weight || compareText(a.id, b.id),
    )
    .map(({ one }) => one);
}

const directions: Readonly<Record<UnitChange["direction"], number>> = { more: 0, other: 1, less: 2 };

/** What gives more comes first, and of that the most severe; then by weight, then by name. */
export function orderChanges<T extends Pick<UnitChange, "setting" | "direction" | "severity">>(
  changes: readonly T[],
): readonly T[] {
  return [...changes].sort(
    (a, b) =>
      directions[a.direction] - directions[b.direction] ||
      compareSeverity(b.severity, a.severity) ||
      weightOfSetting(b.setting) - weightOfSetting(a.setting) ||
      compareText(a.setting, b.setting),
  );
}

/** Of the row of the directive that would have to be loosened, from the fact alone; 0 where there is none. */
function weightOf(fact: Fact): number {
  switch (fact.kind) {
    case "syscall":
      return weightOfSyscall(fact);
    case "capability":
      return weightOfCapability(fact.capability);
    case "socket":
      return weightOfFamily(fact.family);
    case "netlink":
      return rowWeights.RestrictAddressFamilies_AF_NETLINK;
    case "namespace":
      return weightOfNamespace(fact.type);
    case "bind":
    case "connect":
    case "accept":
      return fact.family === "AF_UNIX"
        ? rowWeights.RestrictAddressFamilies_AF_UNIX
        : rowWeights.IPAddressDeny;
    case "file":
      return weightOfFile(fact);
    case "rename":
      return Math.max(weightOfPath(fact.from, writtenTrees), weightOfPath(fact.to, writtenTrees));
    default:
      return weightOfRow(rows[fact.kind]);
  }
}

function weightOfFile({ access, path }: FileFact): number {
  if (isBelow(path, "/dev")) return rowWeights.PrivateDevices;
  if (access === "execute" || access === "map") return 0;
  return weightOfPath(path, ["read", "missing", "connect"].includes(access) ? shownTrees : writtenTrees);
}

function weightOfPath(path: string, trees: TreeTable): number {
  return weightOfRow(trees.at(path)?.mark.row);
}

/** Of the kinds that one row is about. */
const rows: Readonly<Partial<Record<Fact["kind"], Row>>> = {
  identity: "CapabilityBoundingSet_CAP_SET_UID_GID_PCAP",
  elevation: "NoNewPrivileges",
  memory: "MemoryDenyWriteExecute",
  personality: "LockPersonality",
  scheduling: "RestrictRealtime",
  mode: "RestrictSUIDSGID",
  keyring: "KeyringMode",
  outside: "CapabilityBoundingSet_CAP_KILL",
  notification: "NotifyAccess",
  creation: "UMask",
};
