/** Reading what strace printed: total functions, undefined where the value is not of the wanted shape. */
import { asNumber, finalValue, flagNames, hasFlag } from "../strace-parser/index.js";
import type { Value } from "../strace-parser/types.js";

export { finalValue as afterOf, flagNames as namesOf, hasFlag as hasName };

/** A number, the descriptor number, or the bits of a flag expression that has no symbolic part; NULL is 0. */
export function numberOf(value: Value | undefined): number | undefined {
  return asNumber(finalValue(value));
}

/** Permission bits of a mode argument: `0644`, `S_IFREG|0644`, `02755`. */
export function modeOf(value: Value | undefined): number | undefined {
  const bits = value?.type === "flags" ? value.bits : numberOf(value);
  return bits === undefined ? undefined : bits & 0o7777;
}

/** A C string. */
export function stringOf(value: Value | undefined): string | undefined {
  return value?.type === "string" ? value.value : undefined;
}

export function isNull(value: Value | undefined): boolean {
  return hasFlag(value, "NULL") || (value?.type === "number" && value.value === 0);
}

/** A member of a struct by name. */
export function memberOf(value: Value | undefined, name: string): Value | undefined {
  const struct = value?.type === "change" ? value.after : value;
  if (struct?.type !== "struct") return undefined;
  for (const member of struct.members) if (member.name === name) return member.value;
  return undefined;
}

/** Numbers or descriptors of an array (`[3, 4]`). */
export function numbersOf(value: Value | undefined): number[] {
  const array = finalValue(value);
  if (array?.type !== "array") return [];
  return array.items.map(numberOf).filter((item) => item !== undefined);
}

/** A uid or gid argument; undefined for -1, which means "leave it". */
export function idOf(value: Value | undefined): number | undefined {
  const id = numberOf(value);
  return id === undefined || id === -1 || id === 0xffffffff ? undefined : id;
}
