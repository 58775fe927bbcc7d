/** Questions that consumers of values ask. All of them take `undefined`, so that a missing argument needs no test. */

import type { DescriptorValue, StructValue, Value } from "./types.js";

/** The value a call left behind: the `after` of a change, every other value itself. */
export function finalValue(value: Value | undefined): Value | undefined {
  return value?.type === "change" ? finalValue(value.after) : value;
}

/** True if the constant is among the flags: `hasFlag(args[2], "O_CREAT")`. */
export function hasFlag(value: Value | undefined, flag: string): boolean {
  return value?.type === "flags" && value.names.includes(flag);
}

/** The names of flags; none for another value. */
export function flagNames(value: Value | undefined): readonly string[] {
  return value?.type === "flags" ? value.names : [];
}

/** The contents of a string that is complete. Undefined for truncated ones: half a path names another file. */
export function asText(value: Value | undefined): string | undefined {
  return value?.type === "string" && !value.truncated ? value.value : undefined;
}

/** A number: of a plain number, of a descriptor (with -y or without) its number, of AT_FDCWD -100, of NULL 0. */
export function asNumber(value: Value | undefined): number | undefined {
  switch (value?.type) {
    case "number":
      return value.value;
    case "descriptor":
      return value.fd;
    case "flags":
      if (value.names.length === 0) {
        return value.bits;
      }
      return value.names[0] === "NULL" ? 0 : value.names[0] === "AT_FDCWD" ? -100 : undefined;
    default:
      return undefined;
  }
}

/** The argument as a descriptor with its target; undefined if the trace was made without -y. */
export function descriptorOf(value: Value | undefined): DescriptorValue | undefined {
  return value?.type === "descriptor" ? value : undefined;
}

/** The struct in a value, past a change and a pointer's single-element array: `[{…}]`. */
export function structOf(value: Value | undefined): StructValue | undefined {
  const final = finalValue(value);
  if (final?.type === "array" && final.items.length === 1) {
    return structOf(final.items[0]);
  }
  return final?.type === "struct" ? final : undefined;
}

/**
 * A member of a struct by its name: `member(args[1], "sin_port")`. Also an argument's own name (`flags=CLONE_VM`). Of a
 * change the value after the call, or before it if strace did not print it again: `{flags=…} => {parent_tid=[5]}`.
 */
export function member(value: Value | undefined, name: string): Value | undefined {
  if (value?.type === "change") {
    return member(value.after, name) ?? member(value.before, name);
  }
  return structOf(value)?.members.find((candidate) => candidate.name === name)?.value;
}

/** An argument that strace prints with its name, as those of clone are: `named(args, "flags")`. */
export function named(args: readonly Value[], name: string): Value | undefined {
  for (const arg of args) {
    const found = arg.type === "struct" && arg.members.length === 1 ? member(arg, name) : undefined;
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** The arguments of a macro of that name: `macroArgs(member(address, "sin_port"), "htons")`. */
export function macroArgs(value: Value | undefined, name: string): readonly Value[] | undefined {
  return value?.type === "macro" && value.name === name ? value.args : undefined;
}
