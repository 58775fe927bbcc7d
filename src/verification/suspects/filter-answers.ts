/**
 * What a SystemCallFilter= answers to a call (config_parse_syscall_filter() in src/core/load-fragment.c,
 * seccomp_parse_syscall_filter() and seccomp_load_syscall_filter_set_raw() in src/shared/seccomp-util.c). Pure.
 */
import { getSystemErrorName } from "node:util";
import { systemCallsOf } from "../../directives/system-calls.js";
import { parseList } from "../../directives/vendor.js";
import type { Unit } from "../../host/types.js";

/** An error name, `SIGSYS` for the end of the process, undefined for a call that is let through. */
export type Answer = string | undefined;

/** The first version whose allow-lists answer ENOSYS to calls that it does not know (NEWS, 255). */
const answersUnknown = 255;

/** SECCOMP_ERROR_NUMBER_KILL, as `systemctl show` prints it (tried on 252 and 257). */
const killNumber = 2_147_483_646;

interface List {
  readonly isAllow: boolean;
  /** The calls of an allow-list. */
  readonly allowed: Set<string>;
  /** Denied calls; undefined: with the error of SystemCallErrorNumber=. */
  readonly denied: Map<string, string | undefined>;
}

/**
 * @param values right-hand sides of the drop-in, in order; without a reset they add to what `unit` ships
 * @param errorNumber value of SystemCallErrorNumber=, as it is written or shown; empty where it is not set
 * @param target major version of systemd
 */
export function filterAnswers(
  unit: Unit,
  values: readonly string[],
  errorNumber: string,
  target: number,
): (call: string) => Answer {
  const list = listOf(unit, values, target);
  if (list === undefined) return () => undefined;
  const usual = answerNamed(errorNumber);
  const { groups } = systemCallsOf(target);
  return (call) => {
    if (list.denied.has(call)) return list.denied.get(call) ?? usual;
    if (!list.isAllow || list.allowed.has(call)) return undefined;
    return target >= answersUnknown && groups.get("@known")?.has(call) !== true ? "ENOSYS" : usual;
  };
}

/** What an error number stands for: a name, a number, `kill`; nothing is `kill` too (systemd.exec(5)). */
function answerNamed(text: string): string {
  if (text === "" || text === "kill" || Number(text) === killNumber) return "SIGSYS";
  return /^\d+$/.test(text) ? getSystemErrorName(-Number(text)) : text;
}

function listOf(unit: Unit, values: readonly string[], target: number): List | undefined {
  const reset = values.lastIndexOf("");
  let list = reset < 0 ? shippedOf(unit) : undefined;
  for (const value of values.slice(reset + 1)) {
    const isInverted = value.startsWith("~");
    list ??= emptyList(!isInverted, target);
    for (const word of value.replace(/^~/, "").split(/\s+/))
      if (word !== "") add(list, word, isInverted, target);
  }
  return list;
}

/** The first line decides what kind of list it is. */
function emptyList(isAllow: boolean, target: number): List {
  const allowed = isAllow ? systemCallsOf(target).groups.get("@default") : undefined;
  return { isAllow, allowed: new Set(allowed), denied: new Map() };
}

function shippedOf({ properties }: Unit): List | undefined {
  const text = properties["SystemCallFilter"]?.trim() ?? "~";
  const list = parseList("SystemCallFilter", text);
  if (list === undefined) return undefined;
  const entries = text
    .replace(/^~/, "")
    .split(/\s+/)
    .filter((word) => list.denied || word.includes(":"));
  const denied = new Map(entries.map((word) => entryOf(word)));
  return { isAllow: !list.denied, allowed: new Set(list.denied ? [] : list.names), denied };
}

function entryOf(word: string): [name: string, answer: string | undefined] {
  const [name = "", error] = word.split(":");
  return [name, error === undefined ? undefined : answerNamed(error)];
}

function add({ isAllow, allowed, denied }: List, word: string, isInverted: boolean, target: number): void {
  const [name, answer] = entryOf(word);
  // What is allowed can have no error: such an entry is ignored.
  if (!isInverted && answer !== undefined) return;
  for (const call of systemCallsOf(target).groups.get(name) ?? [name]) {
    if (isInverted) {
      allowed.delete(call);
      if (!isAllow || answer !== undefined) denied.set(call, answer);
      else denied.delete(call);
    } else {
      denied.delete(call);
      if (isAllow) allowed.add(call);
    }
  }
}
