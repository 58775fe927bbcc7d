/** The unit in which settings are decided that are to be compared with its own. */
import type { Unit } from "../host/types.js";
import { comparedDirectives } from "./difference.js";

/** What a service has unless it says otherwise, where deciding starts from what the unit ships: here from the loosest. */
const loosest = { KeyringMode: "inherit", NotifyAccess: "all", UMask: "0000" };

/** Confines, but is not compared. */
const others = ["RestrictFileSystems", "SystemCallErrorNumber", "SystemCallLog"];

/** By these a person has decided which paths are written; widening asks for no other decision. */
const kept = new Set(["ReadWritePaths"]);

/**
 * The unit without its sandbox: who it is, where it lives and what it runs stay. A unit's own settings would otherwise hide
 * what is learned, which is never decided to be weaker than they are.
 */
export function withoutSandbox(unit: Unit): Unit {
  const isSandbox = (property: string): boolean => {
    const directive = property.replace(/Ex$/, "");
    return (comparedDirectives.has(directive) && !kept.has(directive)) || others.includes(directive);
  };
  const rest = Object.entries(unit.properties).filter(([property]) => !isSandbox(property));
  return { ...unit, properties: { ...Object.fromEntries(rest), ...loosest } };
}
