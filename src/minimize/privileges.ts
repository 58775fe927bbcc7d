/** What may be taken away from a service to see whether it needs it. Pure. */
import { aliasFamilies } from "../directives/syscall-aliases.js";
import { systemCallsOf } from "../directives/system-calls.js";
import type { Context, Decision } from "../directives/types.js";
import { capabilities } from "../facts/names.js";
import { compareText } from "../facts/set.js";
import type { Fact, SyscallFact } from "../facts/types.js";
import { isTransient } from "./places.js";
import type { Privilege } from "./types.js";

/** What is tried and what is not, of one kind. */
export interface Plan {
  readonly privileges: readonly Privilege[];
  /** Why others are not tried, one line each. */
  readonly spared: readonly string[];
}

/** From what gives most to whoever takes over a service to what gives least; each in an order in which neighbours belong together. */
export const planners: readonly ((context: Context, decisions: readonly Decision[]) => Plan)[] = [
  planCapabilities,
  planUnusualCalls,
  planUsualCalls,
  planFamilies,
  planPaths,
];

function planCapabilities({ facts }: Context): Plan {
  const used = facts.ofKind("capability");
  return {
    privileges: capabilities.flatMap((name): Privilege[] => {
      const own = used.filter(({ capability }) => capability === name);
      return own.length === 0 ? [] : [{ kind: "capability", name, facts: own }];
    }),
    spared: [],
  };
}

/** What programs ask for to be faster or more comfortable. The rest of @system-service all are made of, and is not tried. */
const comforts = ["@aio", "@ipc", "@keyring", "@resources", "@timer"];

/** In one of those groups, but no comfort: without it nobody has a child to talk to. */
const essential = ["pipe", "pipe2"];

/** By these a program gives rights up (capset, chroot …), keeps data (fsync) or keeps it to itself (fchown, mlock, umask). */
const protective = ["@chown", "@memlock", "@sandbox", "@setuid", "@sync"];
const protectiveCalls = ["capset", "chroot", "pivot_root", "umask"];

/** Groups that only sum up others. */
const sums = ["@known", "@privileged", "@system-service"];

function planUnusualCalls(context: Context): Plan {
  const { groups } = systemCallsOf(context.target);
  const usual = groups.get("@system-service") ?? new Set();
  const used = new Set(context.facts.ofKind("syscall").map(({ name }) => name));
  const names = protectiveIn(groups).filter((name) => used.has(name));
  return {
    privileges: callsOf(context, (name) => !usual.has(name)),
    spared:
      names.length === 0
        ? []
        : [
            `${names.join(" ")}: refused, it could go on with more rights than otherwise, or with less safe data`,
          ],
  };
}

function planUsualCalls(context: Context): Plan {
  const { groups } = systemCallsOf(context.target);
  const wanted = new Set(comforts.flatMap((group) => [...(groups.get(group) ?? [])]));
  return {
    privileges: callsOf(context, (name) => wanted.has(name) && !essential.includes(name)),
    spared: [],
  };
}

function protectiveIn(groups: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const names = protective.flatMap((group) => [...(groups.get(group) ?? [])]);
  return [...new Set([...names, ...protectiveCalls])].sort(compareText);
}

/** Calls of one family are one privilege, as with the default breadth one of them brings the others. */
function callsOf({ facts, target }: Context, isWanted: (name: string) => boolean): readonly Privilege[] {
  const { groups } = systemCallsOf(target);
  const never = new Set([...protectiveIn(groups), ...(groups.get("@default") ?? [])]);
  const families = new Map<string, SyscallFact[]>();
  for (const fact of facts.ofKind("syscall")) {
    if (fact.result !== "used" || !isWanted(fact.name)) continue;
    const family = familyOf(fact.name);
    families.set(family, [...(families.get(family) ?? []), fact]);
  }
  return [...families.values()]
    .filter((own) => !own.some(({ name }) => never.has(name)))
    .map((own): Privilege & { readonly group: string } => {
      const names = [...new Set(own.map(({ name }) => name))].sort(compareText);
      return {
        kind: "system call",
        name: names.join(" "),
        facts: own,
        group: groupOf(groups, names[0] ?? ""),
      };
    })
    .sort((a, b) => compareText(`${a.group} ${a.name}`, `${b.group} ${b.name}`))
    .map(({ group: _, ...privilege }) => privilege);
}

function familyOf(call: string): string {
  return aliasFamilies.find(({ names }) => names.includes(call))?.names[0] ?? call;
}

/** The smallest that it is in: about its purpose. */
function groupOf(groups: ReadonlyMap<string, ReadonlySet<string>>, call: string): string {
  const [first = ["", new Set()]] = [...groups]
    .filter(([group, members]) => !sums.includes(group) && members.has(call))
    .sort(([, a], [, b]) => a.size - b.size);
  return first[0];
}

/**
 * Not those in which it serves others: that one of several addresses is gone, a soak of the rest does not notice. Nor AF_UNIX:
 * logs (syslog(3)) and notifications go that way, and are lost without a word.
 */
function planFamilies({ facts }: Context): Plan {
  const sockets = facts.ofKind("socket");
  const names = [...new Set(sockets.map(({ family }) => family))].sort(compareText);
  const serving = new Set(
    [...facts.ofKind("bind").filter(({ port }) => port !== 0), ...facts.ofKind("accept")].map(
      ({ family }) => family,
    ),
  );
  const spared = names.filter((name) => name === "AF_UNIX" || serving.has(name));
  return {
    privileges: names
      .filter((name) => !spared.includes(name))
      .map((name) => ({
        kind: "address family",
        name,
        facts: [...facts].filter((fact) => isOfFamily(fact, name)),
      })),
    spared:
      spared.length === 0
        ? []
        : [
            `${spared.join(" ")}: by them it serves others or tells the journal, and a soak need not notice that it no longer does`,
          ],
  };
}

function isOfFamily(fact: Fact, name: string): boolean {
  switch (fact.kind) {
    case "socket":
    case "bind":
    case "connect":
    case "accept":
      return fact.family === name;
    case "netlink":
      return name === "AF_NETLINK";
    default:
      return false;
  }
}

/** Only where nothing lasts: elsewhere a service that goes on without being able to write loses data. */
function planPaths(_: Context, decisions: readonly Decision[]): Plan {
  const grants = decisions.flatMap((decision) =>
    decision.decision === "set" && decision.directive === "ReadWritePaths" ? decision.grants : [],
  );
  const lasting = grants.filter(({ value }) => !isTransient(value)).map(({ value }) => value);
  return {
    privileges: grants
      .filter(({ value }) => isTransient(value))
      .map(({ value, facts }) => ({ kind: "writable path", name: value, facts })),
    spared:
      lasting.length === 0
        ? []
        : [`${lasting.join(" ")}: a service that cannot write there may go on and lose data without a word`],
  };
}
