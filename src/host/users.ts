import { readFile } from "node:fs/promises";
import { runTool } from "./command.js";
import type { Host } from "./types.js";

/** What the user database says of some ids. */
export type Accounts = Pick<Host, "users" | "groups" | "memberships">;

interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/**
 * Looks up ids in the user database: through getent(1), so that NSS modules (nss-systemd for DynamicUser=, LDAP) are
 * asked, or in /etc/passwd and /etc/group where there is no getent. Unknown ids are left out. 0 is always asked for.
 */
export async function lookUpAccounts(uids: Iterable<number>, gids: Iterable<number>): Promise<Accounts> {
  const wantedUids = ascending([0, ...uids]);
  const users = (await database("passwd", wantedUids))
    .split("\n")
    .flatMap(parseUser)
    .filter((user) => wantedUids.includes(user.uid));
  const first = new Map(users.toReversed().map((user) => [user.uid, user]));
  const accounts = [...first.values()].sort((a, b) => a.uid - b.uid);
  const memberships = await lookUpMemberships(accounts);
  const wantedGids = ascending([0, ...gids, ...accounts.map((user) => user.gid)]);
  const groups = (await database("group", wantedGids))
    .split("\n")
    .flatMap(parseGroup)
    .filter((group) => wantedGids.includes(group.gid));
  return {
    users: Object.fromEntries(accounts.map((user) => [String(user.uid), user.name])),
    groups: Object.fromEntries(groups.toReversed().map((group) => [String(group.gid), group.name])),
    memberships,
  };
}

/** All gids of each user: the primary one and those of the group database (initgroups(3)). */
async function lookUpMemberships(users: readonly User[]): Promise<Host["memberships"]> {
  const listed = await runTool("getent", ["initgroups", ...users.map((user) => user.name)]);
  const supplementary =
    listed?.exitCode === 0
      ? parseInitgroups(listed.stdout)
      : membersOf((await readIfThere("/etc/group")).split("\n").flatMap(parseGroup));
  return Object.fromEntries(
    users.map((user) => [String(user.uid), ascending([user.gid, ...(supplementary.get(user.name) ?? [])])]),
  );
}

/** Lines of the database for these ids; with the files, all lines. getent exits with 2 when it does not know some of them. */
async function database(name: "passwd" | "group", ids: readonly number[]): Promise<string> {
  const found = await runTool("getent", [name, ...ids.map(String)]);
  return found?.exitCode === 0 || found?.exitCode === 2 ? found.stdout : readIfThere(`/etc/${name}`);
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return "";
  }
}

/** A line of passwd(5); nothing for a line that is none. */
export function parseUser(line: string): User[] {
  const [name, , uid, gid] = line.split(":");
  return name !== undefined && name !== "" && isId(uid) && isId(gid)
    ? [{ name, uid: Number(uid), gid: Number(gid) }]
    : [];
}

/** A line of group(5); nothing for a line that is none. */
export function parseGroup(line: string): Group[] {
  const [name, , gid, members] = line.split(":");
  return name !== undefined && name !== "" && isId(gid)
    ? [{ name, gid: Number(gid), members: (members ?? "").split(",").filter((member) => member !== "") }]
    : [];
}

/** What `getent initgroups NAME…` prints: the name, spaces, gids. */
export function parseInitgroups(text: string): Map<string, number[]> {
  const lines = text.split("\n").map((line) => line.split(/\s+/));
  return new Map(lines.map(([name = "", ...gids]) => [name, gids.filter(isId).map(Number)]));
}

function membersOf(groups: readonly Group[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { gid, members } of groups) {
    for (const member of members) {
      found.set(member, [...(found.get(member) ?? []), gid]);
    }
  }
  return found;
}

function isId(text: string | undefined): text is string {
  return text !== undefined && /^\d+$/.test(text);
}

function ascending(numbers: Iterable<number>): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
