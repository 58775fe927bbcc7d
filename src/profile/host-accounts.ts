/**
 * Accounts of several machines under one numbering. Packages give their users the next free id, so that `redis` is 105
 * here and 999 there: names are what stays the same, and owners of files follow them.
 */
import { compareText } from "../facts/set.js";
import type { FileStatus, Host } from "../host/types.js";
import { allIds } from "./machine.js";

/** Ids of one machine in the common numbering. */
type Translate = (id: number) => number;

/** Above all that a machine has: uid_t has 32 bits. */
const firstSpareId = 2 ** 32;

export interface Accounts extends Pick<Host, "users" | "groups" | "memberships"> {
  /** Of each machine, in their order. */
  readonly files: readonly Host["files"][];
}

/** @param hosts in an order that does not depend on how the profiles came together: the first one's ids are kept. */
export function joinAccounts(hosts: readonly Host[]): Accounts {
  const users = new Numbering();
  const groups = new Numbering();
  const memberships = new Map<string, readonly number[]>();
  const files: Host["files"][] = [];
  for (const host of hosts) {
    const user = users.add(host.users);
    const group = groups.add(host.groups);
    for (const [uid, gids] of Object.entries(host.memberships)) {
      const id = `${user(Number(uid))}`;
      const own = gids.map(group);
      memberships.set(id, allIds(memberships.get(id) ?? own, own));
    }
    files.push(translateOwners(host.files, user, group));
  }
  return {
    users: users.names(),
    groups: groups.names(),
    memberships: Object.fromEntries([...memberships].sort(([a], [b]) => compareText(a, b))),
    files,
  };
}

/** Names that keep the id under which they came first. */
class Numbering {
  readonly #ids = new Map<string, number>();
  readonly #names = new Map<number, string>();
  #spare = firstSpareId;

  /** @returns how the ids of this machine are numbered from now on; those without a name stay as they are. */
  add(names: Host["users"]): Translate {
    const translation = new Map<number, number>();
    for (const [text, name] of Object.entries(names)) {
      const id = Number(text);
      const common = this.#ids.get(name) ?? (this.#names.has(id) ? this.#spare++ : id);
      this.#ids.set(name, common);
      this.#names.set(common, name);
      translation.set(id, common);
    }
    return (id) => translation.get(id) ?? id;
  }

  names(): Record<string, string> {
    return Object.fromEntries([...this.#names].map(([id, name]) => [`${id}`, name]));
  }
}

function translateOwners(files: Host["files"], user: Translate, group: Translate): Host["files"] {
  const translate = (status: FileStatus | null): FileStatus | null =>
    status && { ...status, uid: user(status.uid), gid: group(status.gid) };
  return Object.fromEntries(Object.entries(files).map(([path, status]) => [path, translate(status)]));
}
