import { type Capability, capabilities } from "./names.js";

/** User and group ids and capabilities of one process, as credentials(7) and capabilities(7) define them. Immutable. */
export interface Credentials {
  readonly ruid: number;
  readonly euid: number;
  readonly suid: number;
  readonly fsuid: number;
  readonly rgid: number;
  readonly egid: number;
  readonly sgid: number;
  readonly fsgid: number;
  readonly groups: readonly number[];
  /** `all`: a root process that dropped nothing. */
  readonly effective: CapabilitySet;
  readonly permitted: CapabilitySet;
  readonly ambient: CapabilitySet;
  /** What execve gives root: everything but what was dropped from the bounding set. */
  readonly bounding: CapabilitySet;
  /** prctl(PR_SET_KEEPCAPS, 1): permitted capabilities survive the step from root to another uid. */
  readonly keepCapabilities: boolean;
}

export type CapabilitySet = "all" | ReadonlySet<string>;

const none: CapabilitySet = new Set<string>();

export function holds(set: CapabilitySet, capability: Capability): boolean {
  return set === "all" || set.has(capability);
}

/** prctl(PR_CAPBSET_DROP): no program that is executed from now on gets the capability. */
export function withoutBounding(old: Credentials, capability: string): Credentials {
  const kept = (old.bounding === "all" ? capabilities : [...old.bounding]).filter(
    (one) => one !== capability,
  );
  return { ...old, bounding: new Set<string>(kept) };
}

/** Credentials of a process that starts with these ids; root has every capability. */
export function initialCredentials(
  uid: number,
  gid: number,
  groups: readonly number[],
  ambient: readonly string[],
): Credentials {
  const ambientSet: CapabilitySet = new Set(ambient);
  const set = uid === 0 ? "all" : ambientSet;
  return {
    ruid: uid,
    euid: uid,
    suid: uid,
    fsuid: uid,
    rgid: gid,
    egid: gid,
    sgid: gid,
    fsgid: gid,
    groups,
    effective: set,
    permitted: set,
    ambient: ambientSet,
    bounding: "all",
    keepCapabilities: false,
  };
}

/** Is `gid` the effective file system group or a supplementary one? (in_group_p, kernel/groups.c) */
export function inGroup(credentials: Credentials, gid: number): boolean {
  return credentials.fsgid === gid || credentials.groups.includes(gid);
}

/** New user ids and what they do to capabilities (cap_emulate_setxuid, security/commoncap.c). */
export function withUserIds(
  old: Credentials,
  ids: { readonly ruid?: number; readonly euid?: number; readonly suid?: number },
): Credentials {
  const ruid = ids.ruid ?? old.ruid;
  const euid = ids.euid ?? old.euid;
  const suid = ids.suid ?? old.suid;
  const wasRoot = old.ruid === 0 || old.euid === 0 || old.suid === 0;
  const isRoot = ruid === 0 || euid === 0 || suid === 0;
  const droppedRoot = wasRoot && !isRoot;
  const permitted = droppedRoot && !old.keepCapabilities ? none : old.permitted;
  let effective = old.effective;
  if (old.euid === 0 && euid !== 0) effective = none;
  else if (old.euid !== 0 && euid === 0) effective = permitted;
  const ambient = droppedRoot && !old.keepCapabilities ? none : old.ambient;
  return { ...old, ruid, euid, suid, fsuid: euid, permitted, effective, ambient };
}

export function withGroupIds(
  old: Credentials,
  ids: { readonly rgid?: number; readonly egid?: number; readonly sgid?: number },
): Credentials {
  const egid = ids.egid ?? old.egid;
  return { ...old, rgid: ids.rgid ?? old.rgid, egid, sgid: ids.sgid ?? old.sgid, fsgid: egid };
}

/**
 * After execve of a file without setuid bit or capabilities: root regains everything, others keep ambient ones
 * (capabilities(7), "Transformation of capabilities during execve").
 */
export function afterExecve(old: Credentials): Credentials {
  const root = old.ruid === 0 || old.euid === 0;
  const permitted: CapabilitySet = root ? old.bounding : old.ambient;
  const effective: CapabilitySet = old.euid === 0 ? old.bounding : old.ambient;
  return {
    ...old,
    suid: old.euid,
    sgid: old.egid,
    fsuid: old.euid,
    fsgid: old.egid,
    permitted,
    effective,
    keepCapabilities: false,
  };
}

const ids = new WeakMap<Credentials, string>();

/** What decides permissions; equal text means equal answers. */
export function idsOf(credentials: Credentials): string {
  const known = ids.get(credentials);
  if (known !== undefined) return known;
  const { ruid, euid, suid, fsuid, rgid, egid, fsgid, groups, effective } = credentials;
  const capabilities = effective === "all" ? "all" : [...effective].sort().join(",");
  const text = `${ruid},${euid},${suid},${fsuid},${rgid},${egid},${fsgid}/${groups.join(",")}/${capabilities}`;
  ids.set(credentials, text);
  return text;
}
