/** Whether a user of the user database could take root's place, with ambient capabilities for what is left. */
import type { Capability } from "../../facts/names.js";
import type { Fact } from "../../facts/types.js";
import { writableRoots } from "../../facts/widening.js";
import { describeFacts } from "../describe.js";
import { isRoot } from "../guards.js";
import type { Context } from "../types.js";
import { accessOf, isHashes } from "./access.js";
import { remainderOf } from "./capabilities.js";
import { examineDynamicUser } from "./dynamic-user.js";
import { candidateOf, idNamed, nameOf } from "./ids.js";
import { unitObstacles } from "./obstacles.js";
import { type Obstacle, type Proposal, type Setting, someOf } from "./types.js";

/** What a program that becomes another user by itself needs for that alone, and to look after its children then. */
const dropping: ReadonlySet<Capability> = new Set<Capability>([
  "CAP_SETUID",
  "CAP_SETGID",
  "CAP_SETPCAP",
  "CAP_CHOWN",
  "CAP_KILL",
]);

/**
 * User= for a service that runs as root: the user that it becomes by itself, or a new one when nothing but the owners of
 * files stands in the way. Always a person's to do, because the evidence is that of root.
 */
export function adviseUser(context: Context): Proposal {
  const target = targetOf(context);
  if (!isRoot(context)) {
    return { obstacles: [] };
  }
  if (target !== undefined) {
    return becoming(context, target);
  }
  const found = examineDynamicUser(context).obstacles;
  const lasting = found.filter(({ byOwnership }) => byOwnership !== true);
  const name = context.unit.name.replace(/(@.*)?\.[a-z]+$/, "");
  if (found.length === 0 || lasting.length > 0 || !isUserName(name)) {
    return { obstacles: lasting };
  }
  return proposed(context, { user: name, group: undefined }, new Set(), [
    `make the user: useradd --system --shell /usr/sbin/nologin ${name}`,
  ]);
}

interface Target {
  readonly user: string;
  readonly group: string | undefined;
}

/** The one user, and group, that the service becomes. */
function targetOf({ facts, host }: Context): Target | undefined {
  const changes = facts.ofKind("identity");
  const others = (operations: readonly string[], names: Readonly<Record<string, string>>): string[] => [
    ...new Set(
      changes
        .filter(
          ({ operation, id }) => operations.includes(operation) && id !== "" && idNamed(names, id) !== 0,
        )
        .map(({ id }) => id),
    ),
  ];
  const [user, anotherUser] = others(["setuid", "setfsuid"], host.users);
  const [group, anotherGroup] = others(["setgid", "setfsgid"], host.groups);
  return user === undefined || anotherUser !== undefined || anotherGroup !== undefined
    ? undefined
    : { user, group };
}

function becoming(context: Context, target: Target): Proposal {
  return proposed(context, target, dropping, [
    `see that ${target.user} is whom it would become anyway and that its own change of user is left out or may fail: many programs leave it out when they are not root, setgroups fails for others`,
  ]);
}

function proposed(
  context: Context,
  { user, group }: Target,
  superfluous: ReadonlySet<Capability>,
  steps: readonly string[],
): Proposal {
  const { facts, host, unit } = context;
  const { roots, undecidable } = writableRoots(facts, host, unit);
  const written = [...roots, ...undecidable].map(({ path }) => path);
  const owned = [...written, ...unit.directories];
  const candidate = candidateOf(context, user, group);
  const access = accessOf(context, candidate, owned);
  const { ambient, refused } = remainderOf(context, owned, access.secrets, superfluous);
  const obstacles: Obstacle[] = [
    ...unitObstacles(context, owned),
    ...(refused.length === 0 ? [] : [{ why: `it ${describeFacts(refused)}`, facts: refused }]),
  ];
  if (obstacles.length > 0) {
    return { obstacles };
  }
  const foreign = written.filter(
    (path) => candidate.uid === undefined || host.files[path]?.uid !== candidate.uid,
  );
  const avoidable = access.refused.filter(isHashes);
  const closed = [...access.refused.filter((fact) => !isHashes(fact)), ...access.secrets];
  const groups = access.groups.map((gid) => nameOf(host.groups, gid));
  const settings: Setting[] = [
    { directive: "User", values: [user] },
    ...(group === undefined ? [] : [{ directive: "Group", values: [group] }]),
    ...(groups.length === 0 ? [] : [{ directive: "SupplementaryGroups", values: [groups.join(" ")] }]),
    ...(ambient.length === 0 ? [] : [{ directive: "AmbientCapabilities", values: ["", ambient.join(" ")] }]),
  ];
  return {
    advice: {
      settings,
      why: `The service could run as ${user} from the start.`,
      conditions: [],
      steps: [
        ...steps,
        ...(foreign.length === 0 ? [] : [`let ${user} write ${someOf(foreign)}, or move the files`]),
        ...(avoidable.length === 0
          ? []
          : [
              `see that it does without ${someOf(avoidable.map(({ path }) => path))}, which ${user} must not read`,
            ]),
        ...(closed.length === 0
          ? []
          : [`let ${user} do this, which is closed to it: it ${describeFacts(closed)}`]),
      ],
      facts: facts.ofKind("identity") satisfies readonly Fact[],
      apply: (before) => before,
    },
  };
}

/** What useradd(8) takes without asking twice. */
function isUserName(name: string): boolean {
  return /^[a-z_][a-z0-9_-]{0,30}$/.test(name);
}
