/** Which file system a service lives in: kept as the unit has it, for only a person can lay out another. */
import { withhold } from "./decision.js";
import type { Context, Directive } from "./types.js";

/** Settings that give another file system, and those that only say how (systemd.exec(5)). */
const layouts = [
  "RootDirectory",
  "RootImage",
  "RootMStack",
  "MountImages",
  "ExtensionImages",
  "ExtensionDirectories",
] as const;

const details: Readonly<Record<string, string>> = {
  RootImageOptions: "RootImage",
  RootHash: "RootImage",
  RootHashSignature: "RootImage",
  RootVerity: "RootImage",
  RootImagePolicy: "RootImage",
  RootEphemeral: "RootImage or RootDirectory",
  MountImagePolicy: "MountImages",
  ExtensionImagePolicy: "ExtensionImages",
  MountAPIVFS: "a root of its own",
  BindLogSockets: "a root of its own",
};

/** What `systemctl show` prints where nothing is set; policies are then printed as their defaults. */
const unset = ["", "no", "(null)"];

export const topology: Directive = {
  names: [...layouts, ...Object.keys(details)],
  decide: ({ unit }: Context) => {
    const isSet = (name: string) => !unset.includes(unit.properties[name] ?? "");
    const isRooted = layouts.some(isSet);
    return [...layouts, ...Object.keys(details)].map((name) => {
      if (isSet(name) && (isRooted || !(name in details))) {
        return withhold(name, "meaningless", "kept as the unit ships it.");
      }
      const of = details[name];
      return withhold(
        name,
        "meaningless",
        of === undefined ? "the service runs in the host's file system." : `it goes with ${of}.`,
      );
    });
  },
};
