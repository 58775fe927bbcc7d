/** The ids of a unit, as far as the host told them. */
import type { Host } from "../../host/types.js";
import { isRoot } from "../guards.js";
import type { Context } from "../types.js";
import type { Candidate } from "./access.js";

/** The id of a name, or of a number in its place. */
export function idNamed(names: Host["users"], name: string): number | undefined {
  const found = Object.entries(names).find(([id, known]) => known === name || id === name)?.[0];
  return found === undefined ? undefined : Number(found);
}

/** Name where it is known, else the number; systemd takes both. */
export function nameOf(names: Host["users"], id: number): string {
  return Object.hasOwn(names, String(id)) ? (names[String(id)] ?? String(id)) : String(id);
}

/** What User= and Group= come to; undefined when the user database was not asked for them. */
export function ownerOf(context: Context): { readonly uid: number; readonly gid: number } | undefined {
  const { unit, host } = context;
  const uid = isRoot(context) ? 0 : idNamed(host.users, unit.user);
  if (uid === undefined || unit.dynamicUser) {
    return undefined;
  }
  // Without Group= it is the primary group of the user, by custom that of the same name.
  const group = unit.group !== "" ? unit.group : isRoot(context) ? "0" : unit.user;
  const gid = group === "0" ? 0 : idNamed(host.groups, group);
  return gid === undefined ? undefined : { uid, gid };
}

/** A static user with its groups in the user database. */
export function candidateOf({ host }: Context, user: string, group: string | undefined): Candidate {
  const uid = idNamed(host.users, user);
  const gid = group === undefined ? undefined : idNamed(host.groups, group);
  const member = uid === undefined ? [] : (host.memberships[String(uid)] ?? []);
  return { uid, gids: new Set([...member, ...(gid === undefined ? [] : [gid])]) };
}
