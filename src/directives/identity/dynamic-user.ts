/** Whether systemd could make up a user for the service (systemd.exec(5), DynamicUser=). */
import { FactSet } from "../../facts/set.js";
import type { Fact } from "../../facts/types.js";
import { describeFacts } from "../describe.js";
import { isBelowAny, isWrite } from "../evidence.js";
import { isRoot } from "../guards.js";
import { restrictSuidSgid } from "../privileges.js";
import { privateTmp } from "../temporary.js";
import { remembered } from "../remembered.js";
import type { Context } from "../types.js";
import { type Access, accessOf } from "./access.js";
import { remainderOf, type Remainder } from "./capabilities.js";
import { directoryLines, type DirectoryPlan, pathsOf, planDirectories } from "./directories.js";
import { idNamed, nameOf } from "./ids.js";
import { obstaclesToLeavingRoot } from "./obstacles.js";
import { type IdentityAdvice, type Obstacle, type Proposal, type Setting, someOf } from "./types.js";

/** Open to every user, and emptied for it where they are private. */
const commonTrees = ["/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue"];
const ownProcess = /^\/proc\/(?:self|thread-self|\{pid\})(?:\/|$)/;
/** systemd's and the C library's own, which answer anyone. */
const openServices = ["/run/systemd", "/run/nscd", "/dev/log"];

const systemBus = "/run/dbus/system_bus_socket";

/** What was found out about a made-up user. */
export interface DynamicUserCase {
  readonly plan: DirectoryPlan;
  readonly access: Access;
  readonly remainder: Remainder;
  readonly obstacles: readonly Obstacle[];
}

/** Looks at everything that stands in the way, whether or not something does. */
export const examineDynamicUser = remembered(examine);

function examine(context: Context): DynamicUserCase {
  const plan = planDirectories(context, true);
  const { unit, host } = context;
  const owned = [...pathsOf(plan.managed, true), ...unit.directories, `/run/credentials/${unit.name}`];
  const gids = unit.supplementaryGroups
    .map((name) => idNamed(host.groups, name))
    .filter((gid) => gid !== undefined);
  const access = accessOf(context, { uid: undefined, gids: new Set(gids) }, owned);
  const remainder = remainderOf(context, owned, access.secrets);
  return {
    plan,
    access,
    remainder,
    obstacles: [
      ...obstaclesToLeavingRoot(context, owned),
      ...refusedCapabilities(remainder),
      ...impliedBy(context),
      ...placesOf(context, plan, owned),
      ...refusedFiles(access),
    ],
  };
}

/** DynamicUser= with everything that goes with it, for a service that runs as root. */
export const adviseDynamicUser = remembered(advise);

function advise(context: Context): Proposal {
  const found = examineDynamicUser(context);
  if (!isRoot(context) || found.obstacles.length > 0) {
    return { obstacles: found.obstacles };
  }
  const { plan, access, remainder } = found;
  const groups = access.groups.map((gid) => nameOf(context.host.groups, gid));
  const settings: Setting[] = [
    { directive: "DynamicUser", values: ["yes"] },
    // An existing user of that name would be used, root included.
    ...(context.unit.user === "" ? [] : [{ directive: "User", values: [""] }]),
    ...(context.unit.group === "" ? [] : [{ directive: "Group", values: [""] }]),
    ...(groups.length === 0 ? [] : [{ directive: "SupplementaryGroups", values: [groups.join(" ")] }]),
    ...(remainder.ambient.length === 0
      ? []
      : [{ directive: "AmbientCapabilities", values: ["", remainder.ambient.join(" ")] }]),
    ...directoryLines(context, plan.managed),
  ];
  const advice: IdentityAdvice = {
    settings,
    why: "Instead of root a user of its own that exists only while the service runs.",
    conditions: conditionsOf(context, found, groups),
    steps: stepsOf(context, access),
    facts: plan.managed.flatMap(({ facts }) => facts),
    apply: (before) => asDynamicUser(before, plan, remainder, groups),
  };
  return { advice };
}

/** The unit with the user, and facts without what only root needed. */
function asDynamicUser(
  context: Context,
  plan: DirectoryPlan,
  { ambient }: Remainder,
  groups: readonly string[],
): Context {
  const { facts, unit } = context;
  return {
    ...context,
    facts: FactSet.of(
      [...facts].filter((fact) => fact.kind !== "capability" || ambient.includes(fact.capability)),
    ),
    unit: {
      ...unit,
      dynamicUser: true,
      group: "",
      user: dynamicUserName(unit.name),
      supplementaryGroups: [...unit.supplementaryGroups, ...groups],
      ambientCapabilities: [...ambient],
      directories: [...unit.directories, ...pathsOf(plan.managed, true)],
    },
  };
}

/** systemd takes the name of the unit without instance and suffix (unit_name_to_prefix()). */
function dynamicUserName(unit: string): string {
  return unit.replace(/(@.*)?\.[a-z]+$/, "");
}

function refusedCapabilities({ refused }: Remainder): Obstacle[] {
  return refused.length === 0 ? [] : [{ why: `it ${describeFacts(refused)}`, facts: refused }];
}

/** DynamicUser= implies NoNewPrivileges=, RestrictSUIDSGID=, PrivateTmp=; whatever forbids these forbids it. */
function impliedBy(context: Context): Obstacle[] {
  return [restrictSuidSgid, privateTmp]
    .flatMap((directive) => directive.decide(context))
    .flatMap((decision) =>
      decision.decision === "withheld" && ["unsafe", "operator"].includes(decision.reason)
        ? [
            {
              why: `it implies ${decision.directive}=yes, but ${decision.why.replace(/\.$/, "")}`,
              facts: decision.facts,
            },
          ]
        : [],
    );
}

/** Writes outside everything that the user would own. */
function placesOf(context: Context, { unmanaged }: DirectoryPlan, owned: readonly string[]): Obstacle[] {
  const isOpen = (path: string): boolean =>
    isBelowAny(path, [...commonTrees, ...owned]) || ownProcess.test(path);
  const kernel = context.facts
    .ofKind("file")
    .filter(
      (fact) => isWrite(fact) && isBelowAny(fact.path, ["/proc", "/sys", "/dev"]) && !isOpen(fact.path),
    );
  return [
    ...unmanaged
      .filter(({ facts }) => !facts.every((fact) => pathsIn(fact).every(isOpen)))
      .map(({ why, facts }): Obstacle => ({ why, facts, byOwnership: true })),
    ...(kernel.length === 0 ? [] : [{ why: `it ${describeFacts(kernel)}`, facts: kernel }]),
  ];
}

function refusedFiles({ refused }: Access): Obstacle[] {
  return refused.length === 0
    ? []
    : [{ why: `it ${describeFacts(refused)}, where others may not`, facts: refused, byOwnership: true }];
}

function conditionsOf(
  context: Context,
  { plan, remainder }: DynamicUserCase,
  groups: readonly string[],
): string[] {
  const { facts } = context;
  const moved = plan.managed.filter(({ setting, outlives }) => setting !== "RuntimeDirectory" || outlives);
  const files = facts.ofKind("file");
  const paths = plan.managed.map(({ path }) => path).join(", ");
  return [
    ...(paths === ""
      ? []
      : [`no other unit uses ${paths}, which systemd gives to the user with all that is in it`]),
    ...(moved.length === 0
      ? []
      : [
          `only root and the service need to reach ${moved.map(({ path }) => path).join(", ")}, which moves below private/`,
        ]),
    ...peersOf(context, plan),
    ...(groups.length === 0 ? [] : [`being in ${groups.join(", ")} opens nothing else to it that matters`]),
    ...(facts.ofKind("ipc").length === 0
      ? []
      : ["nobody needs its shared memory, semaphores and queues once it has stopped"]),
    ...(remainder.foregone.length === 0
      ? []
      : [`it does without what programs usually do without: ${describeFacts(remainder.foregone)}`]),
    ...(files.some(({ access: kind, path }) => kind === "read" && path === "/etc/passwd") &&
    !files.some(({ path }) => path.includes("libnss_systemd"))
      ? ["libnss-systemd is installed, or it needs no name for its own user"]
      : []),
  ];
}

/** Services that may ask who is calling. */
function peersOf(context: Context, plan: DirectoryPlan): string[] {
  const known = [...openServices, systemBus, ...pathsOf(plan.managed, true), ...context.unit.directories];
  const peers = connectionsOf(context).filter((path) => path.startsWith("/") && !isBelowAny(path, known));
  return peers.length === 0 ? [] : [`who listens on ${someOf(peers)} answers others than root`];
}

function connectionsOf({ facts }: Context): string[] {
  return facts
    .ofKind("file")
    .filter(({ access }) => access === "connect")
    .map(({ path }) => path);
}

function stepsOf(context: Context, { secrets, unknown }: Access): string[] {
  return [
    ...(secrets.length === 0
      ? []
      : [`hand it ${someOf(secrets.map(({ path }) => path))} by LoadCredential=, which see`]),
    ...(unknown.length === 0
      ? []
      : [
          `see whether others than root may: it ${describeFacts(unknown)}, whose owner and mode are not known`,
        ]),
    ...(connectionsOf(context).includes(systemBus)
      ? ["see whether the policies of D-Bus let another user do what it asks for"]
      : []),
  ];
}

/** Every path that a write needs. */
function pathsIn(fact: Fact): string[] {
  if (fact.kind === "rename") return [fact.from, fact.to];
  return fact.kind === "file" ? [fact.path] : [];
}
