import type { Fact } from "../facts/types.js";
import type { FactClass } from "./types.js";

/** Each fact is of one class. */
export function classOf(fact: Fact): FactClass {
  switch (fact.kind) {
    case "syscall":
      return "system-calls";
    case "file":
      return fileClasses[fact.access];
    case "rename":
    case "creation":
      return "writes";
    case "socket":
    case "bind":
    case "connect":
    case "accept":
    case "netlink":
      return "network";
    case "capability":
      return "capabilities";
    case "elevation":
      return "programs";
    default:
      return "others";
  }
}

const fileClasses = {
  read: "reads",
  missing: "reads",
  write: "writes",
  create: "writes",
  delete: "writes",
  replace: "writes",
  execute: "programs",
  map: "programs",
  connect: "network",
} as const;
