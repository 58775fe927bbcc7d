/** Which settings of a unit say what its service may do. */
import { families } from "../directives/families.js";
import { execSettings } from "../host/types.js";

/**
 * Not about what the service may: modes and sizes of directories, where credentials come from, and errors. Default limits are
 * made from the memory of the machine (systemd-system.conf(5)).
 */
const unrelated =
  /Mode$|Accounting$|Quota$|Preserve$|Credential(?:Encrypted)?$|^Limit|^TimeoutCleanSec$|^SystemCallErrorNumber$/;

/** Directives that confine a service by being there, and have no family in a drop-in. */
const further = [
  "AppArmorProfile",
  "BPFProgram",
  "JoinsNamespaceOf",
  "NetworkNamespacePath",
  "RootDirectory",
  "RootImage",
  "SELinuxContext",
  "SecureBits",
  "SmackProcessLabel",
  "Type",
];

/** The settings of a unit that are compared, in the order of a drop-in; commands as far as they run outside of the sandbox. */
export const comparedSettings: readonly string[] = [
  ...families.flatMap(({ directives }) => directives).filter((name) => !unrelated.test(name)),
  ...further,
  ...execSettings,
];
