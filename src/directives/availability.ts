/** What the target can enforce, in one place: what it would ignore is not set but named. */
import { withhold } from "./decision.js";
import { userManagerLack } from "./managers.js";
import type { Context, Decision } from "./types.js";
import { directivesSince, valuesSince } from "./versions.js";

/** From this version on systemd runs on nothing but cgroup version 2 (NEWS, 258). */
const unifiedOnly = 258;

/**
 * Directives that are nothing but a seccomp filter. Those that also mount or take capabilities away keep that part
 * (skip_seccomp_unavailable() in src/core/exec-invoke.c).
 */
const filters = new Set([
  "LockPersonality",
  "MemoryDenyWriteExecute",
  "RestrictAddressFamilies",
  "RestrictNamespaces",
  "RestrictRealtime",
  "RestrictSUIDSGID",
  "SystemCallArchitectures",
  "SystemCallErrorNumber",
  "SystemCallFilter",
  "SystemCallLog",
]);

/** Those that need a systemd built with libbpf (src/core/bpf-*.c); IPAddressDeny= has a loader of its own. */
const frameworkPrograms = new Set([
  "BindNetworkInterface",
  "RestrictFileSystems",
  "RestrictNetworkInterfaces",
  "SocketBindAllow",
  "SocketBindDeny",
]);

/** BPF programs attached to a cgroup, which only version 2 has (systemd.resource-control(5)). */
const cgroupPrograms = new Set([
  "BPFProgram",
  "IPAddressAllow",
  "IPAddressDeny",
  "IPEgressFilterPath",
  "IPIngressFilterPath",
  ...frameworkPrograms,
]);

/** Version 1 has a devices controller as well, so no hierarchy at all is what these cannot do without. */
const deviceControls = new Set(["DeviceAllow", "DevicePolicy"]);

/** What is tried by one directive for all that rest on the same program. */
const triedBy: Readonly<Record<string, string>> = {
  IPAddressAllow: "IPAddressDeny",
  SocketBindAllow: "SocketBindDeny",
};

/**
 * Why the target would not enforce `directive`, or one of the words of `value`: one line; undefined when it does, as far
 * as is known. Of a target of another version than the host's only the version is known.
 */
export function unavailability(
  context: Pick<Context, "target" | "host" | "manager">,
  directive: string,
  value = "",
): string | undefined {
  const { target, host, manager } = context;
  const known =
    versionLack(target, directive, value) ??
    (manager === "user" ? userManagerLack(directive, value) : undefined);
  if (known !== undefined || host.systemd?.version !== target) {
    return known;
  }
  const { features } = host.systemd;
  if (filters.has(directive) && features.includes("-SECCOMP")) {
    return `systemd ${target} of this host is built without seccomp and ignores it.`;
  }
  if (frameworkPrograms.has(directive) && features.includes("-BPF_FRAMEWORK")) {
    return `systemd ${target} of this host is built without BPF_FRAMEWORK and ignores it.`;
  }
  return (
    cgroupLack(host.cgroups, target, directive, value) ??
    kernelLack(host, directive) ??
    (manager === "user" ? userKernelLack(host, directive) : undefined)
  );
}

/** Whether the target enforces `directive` with `value`, as far as is known. */
export function isAvailable(context: Context, directive: string, value = ""): boolean {
  return unavailability(context, directive, value) === undefined;
}

/** The decision, or why the target would ignore it; what a service does that forbids it is worth more to know. */
export function ifAvailable(decision: Decision, context: Context): Decision {
  const { directive } = decision;
  if (decision.decision === "withheld" && decision.reason === "unsafe") {
    return decision;
  }
  const value = decision.decision === "set" ? decision.values.join(" ") : "";
  const why = unavailability(context, directive, value);
  return why === undefined ? decision : withhold(directive, "unavailable", why);
}

function versionLack(target: number, directive: string, value: string): string | undefined {
  const since = directivesSince[directive] ?? 0;
  if (target < since) {
    return `systemd ${target} does not know it, ${since} is the first that does.`;
  }
  const words = value.split(/\s+/);
  const lacking = Object.entries(valuesSince[directive] ?? {}).find(
    ([word, first]) => target < first && words.includes(word),
  );
  return (
    lacking &&
    `systemd ${target} does not know the value ${lacking[0]}, ${lacking[1]} is the first that does.`
  );
}

function cgroupLack(
  cgroups: Context["host"]["cgroups"],
  target: number,
  directive: string,
  value: string,
): string | undefined {
  const found = target >= unifiedOnly ? "unified" : cgroups;
  const private_ = directive === "ProtectControlGroups" && /private|strict/.test(value);
  if ((cgroupPrograms.has(directive) || private_) && found !== "unified") {
    return `it needs cgroup version 2 alone, and the hierarchy of this host is ${found}.`;
  }
  return deviceControls.has(directive) && found === "none"
    ? "it needs control groups, which this host does not have."
    : undefined;
}

function kernelLack({ securityModules, unenforced }: Context["host"], directive: string): string | undefined {
  // lsm_bpf_supported() in src/core/bpf-lsm.c looks into the same file.
  if (directive === "RestrictFileSystems" && securityModules?.includes("bpf") !== true) {
    return securityModules === null
      ? "it needs the BPF security module, and this host does not show its modules."
      : "it needs the BPF security module, which is not active on this host (lsm= on the kernel command line).";
  }
  return unenforced.includes(triedBy[directive] ?? directive)
    ? "this host was tried: systemd accepts it and nothing is denied."
    : undefined;
}

/** What the kernel of the host does not let an ordinary user do. */
function userKernelLack({ mounts, userNamespaces }: Context["host"], directive: string): string | undefined {
  if (directive === "PrivateUsers" && userNamespaces === false) {
    return "this host lets nobody but root make user namespaces (user_namespaces(7), AppArmor).";
  }
  // Containers put a deleted file there, on which nothing can be mounted, and which only root can take away first.
  return directive === "ProtectKernelLogs" && mounts.some(({ path }) => path === "/proc/kmsg")
    ? "it would mount over /proc/kmsg, where this host (a container) has mounted something (226/NAMESPACE)."
    : undefined;
}
