/** The empty file system of posture `isolated`, laid out when all other settings are known. */
import { writableRoots } from "../../facts/widening.js";
import { resolvePath } from "../../host/files.js";
import { quoteValue } from "../../systemd/dropin.js";
import { type SetDecision, set, setList, withhold, wrapWords } from "../decision.js";
import { isBelow, isBelowAny } from "../evidence.js";
import { codeFiles } from "../executables.js";
import { homes } from "../home.js";
import { inaccessible } from "../inaccessible.js";
import { names } from "../isolation.js";
import { bindValue, mayBeAbsent, optionalValue, pathValue } from "../mount-paths.js";
import { type Shown, type Slate, slateOf } from "../slate.js";
import { temporaryDirectories } from "../temporary.js";
import type { Context, Decision, Grant } from "../types.js";
import { shippedPaths } from "../vendor.js";
import { effective, listed } from "./changes.js";

/**
 * Fills in the slate and adapts what it makes superfluous. A tmpfs loses against any other setting for the same path
 * (drop_duplicates() in src/core/namespace.c keeps the first by enum MountMode), without a word: hence one for each tree
 * at the top, and only with ProtectSystem=strict, which is for `/` alone.
 */
export function layOut(decisions: readonly Decision[], context: Context): readonly Decision[] {
  const wanted = decisions.some(
    ({ directive, decision }) => directive === "TemporaryFileSystem" && decision === "set",
  );
  if (!wanted) return decisions;
  if (effective(decisions, context, "ProtectSystem") !== "strict") {
    return decisions.map((decision) =>
      isOneOf(decision, names)
        ? withhold(
            decision.directive,
            "operator",
            "it needs ProtectSystem=strict: any other value would cancel it.",
          )
        : decision,
    );
  }
  const hidden = hideHomes(decisions, context);
  const slate = slateOf(context, othersOf(hidden, context));
  return hidden.map((decision) => adapt(decision, slate, context));
}

/** Homes can be empty too but for what is shown of them, unless all of one is used. */
function hideHomes(decisions: readonly Decision[], context: Context): readonly Decision[] {
  const inHomes = ({ path }: { readonly path: string }) => isBelowAny(path, homes);
  const { roots, undecidable } = writableRoots(context.facts, context.host, context.unit);
  const isWhole = undecidable.some(inHomes) || roots.some(({ path }) => homes.includes(path));
  const isHidden = ["yes", "tmpfs"].includes(effective(decisions, context, "ProtectHome"));
  const startsThere = (context.unit.properties["WorkingDirectory"] ?? "").endsWith("~");
  if (isHidden || isWhole || startsThere) return decisions;
  const text = "Home directories are empty but for what BindPaths= and BindReadOnlyPaths= show.";
  return decisions.map((decision) =>
    decision.directive === "ProtectHome" ? set("ProtectHome", "tmpfs", text) : decision,
  );
}

function isOneOf(decision: Decision, list: readonly string[]): boolean {
  return decision.decision === "set" && list.includes(decision.directive);
}

/** What the other settings leave to it. */
function othersOf(decisions: readonly Decision[], context: Context): Parameters<typeof slateOf>[1] {
  const home = effective(decisions, context, "ProtectHome");
  const isTmpPrivate = effective(decisions, context, "PrivateTmp") !== "no";
  const paths = decisions.find(({ directive }) => directive === "ReadWritePaths");
  const listedPaths =
    paths?.decision === "set" ? paths.grants.map(({ value, facts }) => ({ path: value, facts })) : [];
  const inHomes =
    home === "tmpfs"
      ? writableRoots(context.facts, context.host, context.unit).roots.filter(({ path }) =>
          isBelowAny(path, homes),
        )
      : [];
  return {
    writable: [...listedPaths, ...inHomes, ...(isTmpPrivate ? [] : [{ path: "/var/tmp", facts: [] }])],
    replaced: isTmpPrivate ? temporaryDirectories : ["/tmp"],
    emptyHomes: home === "tmpfs",
  };
}

function adapt(decision: Decision, slate: Slate, context: Context): Decision {
  if (["NoExecPaths", "ExecPaths"].includes(decision.directive)) return executable(decision, slate, context);
  if (decision.directive === "BindPaths") return withWritten(decision, slate, context);
  if (decision.decision === "withheld") return decision;
  switch (decision.directive) {
    case "TemporaryFileSystem":
      return {
        ...decision,
        values: wrapWords(slate.trees.map((path) => quoteValue(`${path}:ro`))),
        grants: slate.trees.map((value): Grant => ({ value, origin: "required", facts: [] })),
      };
    case "BindReadOnlyPaths":
      // What a package no longer brings must not keep the service from starting.
      return binds(
        decision,
        slate.shown.filter(({ writable }) => !writable),
        () => true,
      );
    case "ReadWritePaths":
      return withoutShown(decision, slate, context);
    case "InaccessiblePaths":
      return inaccessible(
        context,
        stillThere(listed([decision], context, "InaccessiblePaths"), slate, context),
      );
    default:
      return decision;
  }
}

/** What is written, and the device nodes that are bound in any case. */
function withWritten(decision: Decision, slate: Slate, context: Context): Decision {
  const written = slate.shown.filter(({ writable }) => writable);
  if (written.length === 0) return decision;
  const own = binds(set("BindPaths", "", "What the service writes."), written, (path) =>
    mayBeAbsent(context, path),
  );
  return own.decision === "set" && decision.decision === "set"
    ? { ...own, why: `${own.why} ${decision.why}`, values: [...own.values, ...decision.values] }
    : own;
}

/** Nothing but what was executed and what the unit as shipped lets execute; other lists of its own become optional. */
function executable(decision: Decision, { code }: Slate, context: Context): Decision {
  const { directive } = decision;
  const { unit, host } = context;
  const shipped = shippedPaths(unit, directive);
  const isOpen = !shippedPaths(unit, "NoExecPaths").includes("/");
  if (decision.decision === "withheld" && isOpen) {
    return shipped.length === 0
      ? decision
      : setList(
          directive,
          wrapWords(shipped.map((path) => optionalValue(context, path))),
          "As the unit ships it, but optional: not all of it is there.",
          shipped.map((value): Grant => ({ value, origin: "required", facts: [] })),
        );
  }
  if (directive === "NoExecPaths") {
    return setList(directive, ["/"], "Nothing can be executed or mapped as code …", []);
  }
  const real = (path: string) => resolvePath(host.files, path);
  const allowed = shippedPaths(unit, "ExecPaths").map(real);
  const kept = isOpen ? code : code.filter((path) => isBelowAny(real(path), allowed));
  const files = codeFiles(context);
  return setList(
    directive,
    wrapWords(kept.map((path) => pathValue(context, path))),
    "… but its programs, and the directories of its libraries.",
    kept.map((value): Grant => {
      const facts = files.filter(({ path }) => isBelow(path, value)).flatMap((file) => file.facts);
      return { value, origin: facts.length > 0 ? "seen" : "required", facts };
    }),
  );
}

/** Added to the binds of the unit, which are its layout: a reset of either list empties both (config_parse_bind_paths()). */
function binds(
  decision: SetDecision,
  shown: readonly Shown[],
  isOptional: (path: string) => boolean,
): Decision {
  if (shown.length === 0) {
    return withhold(decision.directive, "meaningless", "nothing is to be shown that way.");
  }
  return {
    ...decision,
    values: wrapWords(shown.map(({ path }) => bindValue(`${isOptional(path) ? "-" : ""}${path}`))),
    grants: shown.map(
      ({ path, facts }): Grant => ({ value: path, origin: facts.length > 0 ? "seen" : "required", facts }),
    ),
  };
}

/** What BindPaths= shows is writable by that; a path that is emptied away would keep the service from starting. */
function withoutShown(decision: SetDecision, slate: Slate, context: Context): Decision {
  const rest = decision.grants.filter(
    ({ value }) => !slate.shown.some(({ path, writable }) => writable && path === value),
  );
  if (rest.length === 0 && shippedPaths(context.unit, "ReadWritePaths").length === 0) {
    return withhold(decision.directive, "meaningless", "BindPaths= shows what is written.");
  }
  return setList(
    decision.directive,
    rest.map(({ value }) => pathValue(context, value)),
    rest.length === 0 ? "BindPaths= shows what is written." : decision.why,
    rest,
  );
}

/** What is still there to be hidden. */
function stillThere(paths: readonly string[], { trees, shown }: Slate, { unit }: Context): readonly string[] {
  const shipped = shippedPaths(unit, "InaccessiblePaths");
  const visible = shown.map(({ path }) => path);
  return paths.filter(
    (path) => shipped.includes(path) || !isBelowAny(path, trees) || isBelowAny(path, visible),
  );
}
