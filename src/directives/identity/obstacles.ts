/** What a service can do only as root, whoever it would be instead. */
import type { Fact } from "../../facts/types.js";
import { describeFacts } from "../describe.js";
import { callsTo, isBelowAny } from "../evidence.js";
import { homes } from "../home.js";
import type { Context } from "../types.js";
import type { Obstacle } from "./types.js";

const chownCalls = new Set(["chown", "chown32", "lchown", "lchown32", "fchown", "fchown32", "fchownat"]);

/** Keyrings that belong to a user id. */
const userKeyrings = new Set(["user", "user-session", "persistent"]);
const setId = 0o6000;

/**
 * Everything that goes with the user id 0 itself, in the order in which a person would want to know it. What lies below
 * `owned` would belong to the other user.
 */
export function obstaclesToLeavingRoot(context: Context, owned: readonly string[]): Obstacle[] {
  const { facts } = context;
  return [
    ...unitObstacles(context, owned),
    ...because(facts.ofKind("identity")),
    ...because(facts.ofKind("elevation")),
    ...because(
      latentElevations(context),
      ", which would gain rights by its setuid bit, setgid bit or capabilities",
    ),
    ...because(callsTo(context, chownCalls), ", which only root may do for others"),
    ...because(facts.ofKind("outside")),
    ...because(
      facts.ofKind("ipc").filter(({ origin }) => origin === "foreign"),
      ", which others made",
    ),
    ...because(facts.ofKind("keyring").filter(({ keyring }) => userKeyrings.has(keyring))),
  ];
}

function because(facts: readonly Fact[], rest = ""): Obstacle[] {
  return facts.length === 0 ? [] : [{ why: `it ${describeFacts(facts)}${rest}`, facts }];
}

/** Programs that change nothing when root runs them, and do when another user does. */
function latentElevations({ facts, host }: Context): Fact[] {
  return facts.ofKind("file").filter(({ access, path }) => {
    const status = host.files[path];
    return (
      access === "execute" &&
      status?.type === "file" &&
      ((status.mode & setId) !== 0 || (status.capabilities ?? "") !== "")
    );
  });
}

/** What the unit itself says. */
export function unitObstacles(context: Context, owned: readonly string[]): Obstacle[] {
  const { unit } = context;
  const property = (name: string): string => unit.properties[name] ?? "";
  const root = unit.rootDirectory !== "" && unit.rootDirectory !== "/";
  return [
    ...(property("PAMName") === "" ? [] : ["it opens a PAM session (PAMName=)"]),
    ...(property("BusName") === "" ? [] : ["it owns a name on D-Bus (BusName=), whose policy names a user"]),
    ...(root || property("RootImage") !== ""
      ? ["it has a root directory with a user database of its own"]
      : []),
    ...(entersClosed(context, owned)
      ? ["its working directory is closed to others (WorkingDirectory=)"]
      : []),
    ...(unit.group === "" || unit.group === "root" ? [] : [`it has a group of its own, Group=${unit.group}`]),
  ].map((why) => ({ why, facts: [] }));
}

/** systemd enters the working directory as the new user, before the program that was seen. */
function entersClosed({ unit, host }: Context, owned: readonly string[]): boolean {
  const directory = (unit.properties["WorkingDirectory"] ?? "").replace(/^[!-]+/, "");
  const status = host.files[directory];
  const isClosed = status !== undefined && status !== null && (status.mode & 1) === 0;
  return directory === "~" || (!isBelowAny(directory, owned) && (isBelowAny(directory, homes) || isClosed));
}
