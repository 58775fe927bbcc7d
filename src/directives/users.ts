import type { Capability } from "../facts/names.js";
import { isOptional } from "../facts/optional.js";
import type { CapabilityFact, Fact, FileFact, IdentityFact } from "../facts/types.js";
import { insist, set, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import { shippedBoundingSet } from "./capabilities.js";
import { elevations } from "./guards.js";
import type { Context, Decision, Directive } from "./types.js";
import { decideOwnUser } from "./user-namespace.js";

const name = "PrivateUsers";

/** These values came after `yes`, which is `self` (systemd.exec(5)). */
const identitySince = 257;
const fullSince = 258;

/** `identity` maps these ids and no others. */
const mappedIds = 65_536;

/** What systemd gives DynamicUser= services (UIDS AND GIDS, uid.h). */
const dynamicIds = { first: 61_184, last: 65_519 };

/**
 * Capabilities that the kernel asks of the user namespace of the caller when the ids in question are mapped there
 * (capable_wrt_inode_uidgid(), ns_capable_setid(), kill_ok_by_cred(); tried under `identity` on kernel 6.18). All others
 * count in the initial user namespace alone.
 */
const withinNamespace: ReadonlySet<string> = new Set<Capability>([
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_DAC_READ_SEARCH",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_SETGID",
  "CAP_SETUID",
  "CAP_SETPCAP",
  "CAP_SYS_CHROOT",
]);

/** Whether `capability` can still do something behind PrivateUsers=identity. */
export function countsInUserNamespace(capability: string): boolean {
  return withinNamespace.has(capability);
}

/** What is refused all the same (handle_to_path() in fs/fhandle.c, new_idmap_permitted() in kernel/user_namespace.c). */
const refusedOperations = /^(?:open_by_handle_at|write \/proc\/\S+_map)/;

const setgroups = "setgroups";

/**
 * A user namespace, in which root is root no further than the service's own processes. `yes` maps the unit's own ids and
 * root, `identity` the ordinary ones, and all others appear as `nobody`.
 */
export const privateUsers: Directive = {
  names: [name],
  from: "strict",
  decide: (context) => [context.manager === "user" ? decideOwnUser(context) : decideUsers(context)],
};

function decideUsers(context: Context): Decision {
  const { unit, target } = context;
  const refused = refusedInNamespace(context);
  if (refused.length > 0) {
    const why = `the service ${describeFacts(refused)}, which it may not in a user namespace`;
    return target >= fullSince && refused.every(isSetgroups)
      ? withhold(name, "operator", `${why}, except with full.`, refused, [insist(name, ["full"])])
      : withhold(name, "unsafe", `${why}.`, refused);
  }
  if (unit.ambientCapabilities.length > 0 || (unit.properties["PAMName"] ?? "") !== "") {
    const reason = unit.ambientCapabilities.length > 0 ? "AmbientCapabilities=" : "PAMName=";
    const why = `the unit has ${reason}, which would count for nothing outside of the namespace.`;
    return withhold(name, "operator", why, [], [insist(name, ["yes"])]);
  }
  const foreign = foreignUses(context);
  if (foreign.length === 0 && unit.supplementaryGroups.length === 0) {
    return set(
      name,
      "yes",
      "No rights count outside of the service, and only its own ids and root's are seen.",
    );
  }
  const seen =
    foreign.length === 0
      ? "the unit is in groups of others"
      : `the service ${describeFacts(foreign)}, which belongs to others`;
  if (
    target >= identitySince &&
    foreign.every((fact) => fact.kind !== "file" || isMapped(ownerOf(context, fact)))
  ) {
    return set(name, "identity", `No rights count outside of the service; ${seen}.`, foreign);
  }
  const why = `${seen}, and would appear to be nobody's.`;
  return withhold(name, "operator", why, foreign, [insist(name, ["yes"])]);
}

function isMapped({ uid, gid }: Owner): boolean {
  return uid < mappedIds && gid < mappedIds;
}

function isSetgroups(fact: Fact): boolean {
  return (fact.kind === "identity" || fact.kind === "capability") && fact.operation === setgroups;
}

/** What works with no value but `no`. */
function refusedInNamespace(context: Context): readonly Fact[] {
  const { facts, host } = context;
  const shipped = shippedBoundingSet(context);
  const outside = facts.ofKind("outside");
  const isRefused = ({ capability, operation }: CapabilityFact): boolean =>
    !countsInUserNamespace(capability) ||
    operation === setgroups ||
    refusedOperations.test(operation) ||
    (capability === "CAP_KILL" && outside.length > 0);
  const privileged = Math.max(host.unprivilegedPortStart, 1024);
  return [
    ...facts
      .ofKind("capability")
      .filter((fact) => !isOptional(fact.operation) && shipped(fact.capability) && isRefused(fact)),
    ...elevations(context),
    ...facts.ofKind("bind").filter(({ port }) => port > 0 && port < privileged),
    ...facts
      .ofKind("identity")
      .filter(({ operation, id }) => operation === setgroups || Number(id) >= mappedIds),
  ];
}

/** What shows the service ids that are neither root's nor its own. */
function foreignUses(context: Context): readonly Fact[] {
  const { facts, unit } = context;
  const isOwn = ownership(context);
  const isOwnName = ({ id }: IdentityFact): boolean => ["root", "0", unit.user, unit.group].includes(id);
  return [
    ...facts.ofKind("identity").filter((fact) => !isOwnName(fact)),
    ...facts.ofKind("accept").filter(({ family, address }) => family === "AF_UNIX" && address !== "self"),
    ...facts.ofKind("file").filter((fact) => fact.access !== "missing" && !isOwn(ownerOf(context, fact))),
  ];
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const root: Owner = { uid: 0, gid: 0 };

/** Whose a file is; what the host does not know was made by the service. */
function ownerOf({ host }: Context, { path }: FileFact): Owner {
  return host.files[path] ?? root;
}

/** Tells what belongs to ids that `yes` maps. */
function ownership({ unit, host }: Context): (owner: Owner) => boolean {
  const idsOf = (database: Readonly<Record<string, string>>, wanted: string): readonly number[] =>
    Object.entries(database).flatMap(([id, entry]) =>
      entry === wanted || id === wanted ? [Number(id)] : [],
    );
  const isDynamic = (id: number): boolean =>
    unit.dynamicUser && id >= dynamicIds.first && id <= dynamicIds.last;
  const uids = [0, ...idsOf(host.users, unit.user)];
  const groups = uids.flatMap((uid) => (uid === 0 ? [] : (host.memberships[String(uid)] ?? [])));
  const primary =
    unit.group === "" && groups.length === 1 ? groups : idsOf(host.groups, unit.group || unit.user);
  const gids = [0, ...primary];
  return ({ uid, gid }) => (uids.includes(uid) || isDynamic(uid)) && (gids.includes(gid) || isDynamic(gid));
}
