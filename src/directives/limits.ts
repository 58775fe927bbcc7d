import type { Fact, FileFact } from "../facts/types.js";
import { insist, set, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import { callsTo, isBelowAny } from "./evidence.js";
import { isRoot } from "./guards.js";
import type { Context, Directive } from "./types.js";

const multiplying = new Set(["clone", "clone3", "fork", "vfork"]);

/**
 * RLIMIT_NPROC counts processes and threads of one user, wherever they are, and does not bind root (setrlimit(2)). Its
 * helpers for credentials and namespaces systemd forks before; tried on 252 and 257.
 */
export const limitNproc: Directive = {
  names: ["LimitNPROC"],
  from: "strict",
  decide: (context) => {
    const name = "LimitNPROC";
    const { unit } = context;
    if (isRoot(context)) {
      return [withhold(name, "meaningless", "root is not bound by it.")];
    }
    const calls = callsTo(context, multiplying);
    if (calls.length > 0) {
      return [withhold(name, "unsafe", `the service ${describeFacts(calls)}.`, calls)];
    }
    if (unit.dynamicUser && unit.commands.length === 1) {
      return [set(name, "1", "The only process of its user starts no other and no thread.")];
    }
    const why = `the service starts no process and no thread, but ${unit.dynamicUser ? "the unit has several commands" : `others may run as ${unit.user}`}.`;
    return [withhold(name, "operator", why, [], [insist(name, ["1"])])];
  },
};

/** Outputs of which systemd opens a regular file for the service (systemd.exec(5)). */
const intoFile = /^(?:file|append|truncate)/;

const contentCalls = new Set(["memfd_create", "memfd_secret"]);

/** Files of the kernel, which have no size (tried: /proc is written under LimitFSIZE=0), and devices. */
const sizeless = ["/proc", "/sys"];

/** RLIMIT_FSIZE: no file can grow beyond it, memory files included (setrlimit(2), generic_write_check_limits()). */
export const limitFsize: Directive = {
  names: ["LimitFSIZE"],
  from: "strict",
  decide: (context) => {
    const name = "LimitFSIZE";
    const { facts, unit } = context;
    const growing: readonly Fact[] = [
      ...facts.ofKind("file").filter((fact) => isRegularWrite(context, fact)),
      ...callsTo(context, contentCalls),
    ];
    if (growing.length > 0) {
      return [withhold(name, "unsafe", `the service ${describeFacts(growing)}.`, growing)];
    }
    const output = ["StandardOutput", "StandardError"].find((one) =>
      intoFile.test(unit.properties[one] ?? ""),
    );
    if (output !== undefined) {
      return [withhold(name, "unsafe", `${output}= goes to a file.`)];
    }
    const hidden: readonly Fact[] = [
      ...facts.ofKind("inherited").filter(({ source }) => source === "scm-rights"),
      ...facts.ofKind("blind-spot"),
    ];
    return hidden.length > 0
      ? [
          withhold(
            name,
            "operator",
            `the service ${describeFacts(hidden)}, and may write files so.`,
            hidden,
            [insist(name, ["0"])],
          ),
        ]
      : [set(name, "0", "No file is written.")];
  },
};

/** Content, also what a new file may get; directories, links, sockets, FIFOs and devices have none to limit. */
function isRegularWrite({ host }: Context, { access, path, type }: FileFact): boolean {
  return (
    ["write", "create", "replace"].includes(access) &&
    (type ?? host.files[path]?.type ?? "file") === "file" &&
    !isBelowAny(path, sizeless)
  );
}
