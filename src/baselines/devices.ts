/** DevicePolicy= with DeviceAllow= (systemd.resource-control(5)), entry by entry. */
import type { Unit } from "../host/types.js";

/** Any device at all. */
const everyDevice = "(all)";

interface Rule {
  readonly device: string;
  /** Some of `rwm`. */
  readonly access: string;
}

/** `/dev/fuse rw`, one a line; without access it is all three. */
function rulesOf(unit: Unit): readonly Rule[] {
  const lines = (unit.properties["DeviceAllow"] ?? "").split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [, device = line, access = "rwm"] = /^(.*?)(?: ([rwm]+))?$/.exec(line) ?? [];
    return { device: device.replace(/^"(.*)"$/, "$1"), access };
  });
}

export function deviceMembers(units: readonly Unit[]): readonly string[] {
  return [...new Set([everyDevice, ...units.flatMap(rulesOf).map(textOf)])];
}

function textOf({ device, access }: Rule): string {
  return `${device} ${access}`;
}

function accesses(text: string): readonly string[] {
  return ["r", "w", "m"].filter((one) => text.includes(one));
}

/** `auto` restricts nothing unless there are entries. */
export function letsDevice(unit: Unit): (member: string) => boolean {
  const rules = rulesOf(unit);
  const isOpen = (unit.properties["DevicePolicy"] ?? "auto") === "auto" && rules.length === 0;
  return (member) => {
    const space = member.lastIndexOf(" ");
    const [device, access] = [member.slice(0, space), member.slice(space + 1)];
    const granted = rules.filter((rule) => rule.device === device).flatMap((rule) => accesses(rule.access));
    return isOpen || (member !== everyDevice && accesses(access).every((one) => granted.includes(one)));
  };
}
