/**
 * How much a privilege gives to whoever takes over the service, for those that a release has and the one before had not.
 *
 * `high`: a way to root, to what other services and users keep to themselves, or out of the sandbox. `medium`: notably more
 * reach: the network, the whole host's resources, code of the kernel that is seldom in reach. `low`: little. What severity
 * rests on stands with each table: the rows of `systemd-analyze security`, and whose the thing is that comes in reach.
 * It is judged as if nothing but the sandbox, the user and the modes of files stood in the way.
 */
import type { Context } from "../directives/types.js";
import type { Fact, FileFact } from "../facts/types.js";
import { assessCapability } from "./capabilities.js";
import { assessConnection } from "./connections.js";
import { assessAccept, assessBind, assessConnect } from "./endpoints.js";
import {
  assessIdentity,
  assessIpc,
  assessKeyring,
  assessMemory,
  assessNamespace,
  assessOutside,
  assessPersonality,
  assessScheduling,
} from "./processes.js";
import { assessElevation, assessExecute, assessMap, assessMode } from "./programs.js";
import { assessRead } from "./reads.js";
import { assessBlindSpot, assessCreation, assessNotification, assessSignal } from "./remaining.js";
import { assessInherited, assessNetlink, assessSocket } from "./sockets.js";
import { assessSyscall } from "./system-calls.js";
import { type Assessment, low } from "./types.js";
import { assessRename, assessWrite } from "./writes.js";

export type { Assessment } from "./types.js";
export { order, orderChanges } from "./order.js";
export { assessUnitChange } from "./unit-change.js";

/**
 * @param context of the profile that has the fact: its host knows owners and modes, its facts the capabilities that make
 *   calls work, its unit the user and the directories of its own
 */
export function assess(fact: Fact, context: Context): Assessment {
  switch (fact.kind) {
    case "syscall":
      return assessSyscall(fact, context);
    case "file":
      return assessFile(fact, context);
    case "rename":
      return assessRename(fact, context);
    case "socket":
      return assessSocket(fact);
    case "bind":
      return assessBind(fact, context);
    case "connect":
      return assessConnect(fact);
    case "accept":
      return assessAccept(fact);
    case "netlink":
      return assessNetlink(fact);
    case "inherited":
      return assessInherited(fact);
    case "identity":
      return assessIdentity(fact, context);
    case "elevation":
      return assessElevation(fact, context);
    case "memory":
      return assessMemory(fact);
    case "namespace":
      return assessNamespace(fact);
    case "personality":
      return assessPersonality(fact);
    case "scheduling":
      return assessScheduling(fact);
    case "mode":
      return assessMode(fact, context);
    case "ipc":
      return assessIpc(fact);
    case "keyring":
      return assessKeyring(fact);
    case "outside":
      return assessOutside(fact);
    case "signal":
      return assessSignal(fact);
    case "notification":
      return assessNotification(fact);
    case "creation":
      return assessCreation(fact);
    case "capability":
      return assessCapability(fact.capability);
    case "blind-spot":
      return assessBlindSpot(fact);
  }
}

function assessFile(fact: FileFact, context: Context): Assessment {
  switch (fact.access) {
    case "read":
      return assessRead(fact.path, context);
    case "missing":
      return low(`An attacker could see whether there is ${fact.path}.`);
    case "write":
    case "create":
    case "delete":
    case "replace":
      return assessWrite(fact, context);
    case "execute":
      return assessExecute(fact, context);
    case "map":
      return assessMap(fact, context);
    case "connect":
      return assessConnection(fact, context);
  }
}
