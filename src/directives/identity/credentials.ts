/** Secrets that only root may read, handed over by systemd instead (systemd.exec(5), LoadCredential=). */
import { isOptional } from "../../facts/optional.js";
import { baseName } from "../../facts/paths.js";
import type { FileFact } from "../../facts/types.js";
import { isRoot } from "../guards.js";
import type { Context } from "../types.js";
import { accessOf } from "./access.js";
import { remainderOf } from "./capabilities.js";
import { examineDynamicUser } from "./dynamic-user.js";
import { candidateOf } from "./ids.js";

export interface Secret {
  readonly fact: FileFact;
  /** The name of the credential, unique in the unit. */
  readonly name: string;
}

export interface SecretsFound {
  readonly secrets: readonly Secret[];
  /** Whether root, or the capability to read everything, would be superfluous without them. */
  readonly decisive: boolean;
}

/** What LoadCredential= takes as it is: the path is not unquoted (config_parse_load_credential(), src/core/load-fragment.c). */
const plainPath = /^\/[^\s"'\\{}\p{Cc}\p{Cf}]+$/u;

/** Files that the service reads only because it is root, or may pass over their modes. */
export function findSecrets(context: Context): SecretsFound {
  const found = isRoot(context) ? asRoot(context) : asUser(context);
  const facts = found.secrets.filter(({ path }) => plainPath.test(path));
  return { decisive: found.decisive, secrets: named(facts) };
}

function asRoot(context: Context): { secrets: readonly FileFact[]; decisive: boolean } {
  const { access, obstacles } = examineDynamicUser(context);
  return { secrets: access.secrets, decisive: obstacles.length === 0 };
}

function asUser(context: Context): { secrets: readonly FileFact[]; decisive: boolean } {
  const { unit, facts } = context;
  const user = candidateOf(context, unit.user, unit.group === "" ? undefined : unit.group);
  if (user.uid === undefined) {
    return { secrets: [], decisive: false };
  }
  const { secrets } = accessOf(context, user, unit.directories);
  const passing = facts
    .ofKind("capability")
    .filter(({ capability, operation }) => capability.startsWith("CAP_DAC_") && !isOptional(operation));
  const left = remainderOf(context, unit.directories, secrets).refused;
  return {
    secrets: passing.length === 0 ? [] : secrets,
    decisive: !left.some(({ capability }) => capability.startsWith("CAP_DAC_")),
  };
}

function named(facts: readonly FileFact[]): Secret[] {
  const taken = new Set<string>();
  return facts.map((fact) => {
    const plain = baseName(fact.path).replace(/[^A-Za-z0-9._-]/g, "_");
    let name = plain;
    for (let number = 2; taken.has(name); number += 1) name = `${plain}.${number}`;
    taken.add(name);
    return { fact, name };
  });
}

/** One line per secret. */
export function credentialLines(secrets: readonly Secret[]): string[] {
  return secrets.map(({ fact, name }) => `LoadCredential=${name}:${fact.path.replaceAll("%", "%%")}`);
}
