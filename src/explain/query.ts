/** What a person may ask about, told by its form. */
import type { Decided } from "./what-if.js";
import { systemCallsOf } from "../directives/system-calls.js";
import { type Capability, capabilities, type NamespaceType, namespaceTypes } from "../facts/names.js";
import { addressFamilies } from "./address-families.js";
import { nearest } from "./nearest.js";

export type Query =
  | { readonly kind: "directive"; readonly directive: string; readonly value: string | undefined }
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "call" | "group" | "family"; readonly name: string }
  | { readonly kind: "capability"; readonly capability: Capability }
  | { readonly kind: "namespace"; readonly type: NamespaceType }
  | { readonly kind: "address"; readonly address: string | undefined; readonly port: number | undefined };

/** Names that nothing but a list can tell: what an unknown word may have meant. */
export interface Vocabulary {
  readonly directives: readonly string[];
  readonly calls: ReadonlySet<string>;
  readonly groups: readonly string[];
}

/** The words that can be asked of a profile. */
export function vocabularyOf({ context, decisions }: Decided): Vocabulary {
  const { groups } = systemCallsOf(context.target);
  return {
    directives: decisions.map(({ directive }) => directive),
    calls: new Set([
      ...(groups.get("@known") ?? []),
      ...context.facts.ofKind("syscall").map(({ name }) => name),
    ]),
    groups: [...groups.keys()],
  };
}

/**
 * What a text asks about; nothing where no such thing is known. Two things where a directive and something else differ
 * by their case alone (Personality=, personality(2)) and it is written like the latter.
 */
export function parseQuery(text: string, vocabulary: Vocabulary): readonly Query[] {
  if (text.startsWith("/")) {
    return [{ kind: "path", path: text }];
  }
  const [, name = "", value] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  const directive = vocabulary.directives.find((one) => one.toLowerCase() === name.toLowerCase());
  const other = value === undefined && directive !== name ? parseName(text, vocabulary) : undefined;
  return [
    ...(other === undefined ? [] : [other]),
    ...(directive === undefined
      ? []
      : [{ kind: "directive" as const, directive, value: value === "" ? undefined : value }]),
  ];
}

function parseName(text: string, { calls, groups }: Vocabulary): Query | undefined {
  const [lower, upper] = [text.toLowerCase(), text.toUpperCase()];
  const capability = capabilities.find((one) => one === upper);
  if (capability !== undefined) {
    return { kind: "capability", capability };
  }
  const family = addressFamilies.find((one) => one.toUpperCase() === upper);
  if (family !== undefined) {
    return { kind: "family", name: family };
  }
  if (groups.includes(lower)) {
    return { kind: "group", name: lower };
  }
  if (calls.has(lower)) {
    return { kind: "call", name: lower };
  }
  const namespace = namespaceTypes.find((type) => namespaceNames(type).includes(lower));
  return namespace === undefined ? parseAddress(text) : { kind: "namespace", type: namespace };
}

/** `net`, and the flag of clone(2) that makes one: `CLONE_NEWNET`. */
function namespaceNames(type: NamespaceType): string[] {
  return [type, `clone_new${type === "mnt" ? "ns" : type}`];
}

const addressForm =
  /^(?:(?:\[(?<six>[0-9a-f:.]+)\]|(?<four>\d+(?:\.\d+){3}))(?::(?<port>\d{1,5}))?|(?<bare>[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*)|:?(?<only>\d{1,5}))$/i;

/** `80`, `:80`, `127.0.0.1`, `0.0.0.0:80`, `::1`, `[::1]:53`. */
function parseAddress(text: string): Query | undefined {
  const { six, four, port, bare, only } = addressForm.exec(text)?.groups ?? {};
  const address = six ?? four ?? bare;
  const number = port ?? only;
  if ((address === undefined && number === undefined) || Number(number ?? 0) > 65535) {
    return undefined;
  }
  return { kind: "address", address, port: number === undefined ? undefined : Number(number) };
}

/** What was probably meant by `text`. */
export function suggest(text: string, { directives, calls, groups }: Vocabulary): string | undefined {
  const words = [...directives, ...capabilities, ...addressFamilies, ...groups, ...calls];
  return nearest(text.replace(/=.*$/s, ""), words);
}
