import { insist, set, withhold, yesUnless } from "./decision.js";
import { describeFacts } from "./describe.js";
import { byFilter, elevations, isRoot } from "./guards.js";
import type { Directive } from "./types.js";
import { shippedValue } from "./vendor.js";

/** prctl(2) PR_SET_NO_NEW_PRIVS: execve() ignores setuid and setgid bits and file capabilities. */
export const noNewPrivileges: Directive = {
  names: ["NoNewPrivileges"],
  decide: (context) => {
    const name = "NoNewPrivileges";
    const facts = context.facts.ofKind("elevation");
    if (facts.length === 0) {
      return [set(name, "yes", "No program gains rights by setuid, setgid or file capabilities.")];
    }
    const implied =
      elevations(context).length === 0 && shippedValue(context.unit, name) === "no"
        ? "; a filter of the unit as shipped implies it already"
        : "";
    return [withhold(name, "unsafe", `the service ${describeFacts(facts)}${implied}.`, facts)];
  },
};

/**
 * Refuses to set S_ISUID and S_ISGID by chmod, mkdir, mknod, open …, and answers openat2 with ENOSYS because its mode
 * lies behind a pointer (seccomp_restrict_suid_sgid() in src/shared/seccomp-util.c).
 */
export const restrictSuidSgid: Directive = byFilter({
  names: ["RestrictSUIDSGID"],
  decide: ({ facts }) => {
    const name = "RestrictSUIDSGID";
    const modes = facts.ofKind("mode");
    const bits = modes.filter(({ bits }) => bits !== "openat2");
    if (bits.length > 0) {
      return [withhold(name, "unsafe", `the service ${describeFacts(bits)}.`, bits)];
    }
    if (modes.length > 0) {
      const why = "the service calls openat2, which this answers with ENOSYS; most programs then use openat.";
      return [withhold(name, "operator", why, modes, [insist(name, ["yes"])])];
    }
    return [set(name, "yes", "No file is given a setuid or setgid bit.")];
  },
});

/** Ambient capabilities are granted, not denied, by the unit: they are how it runs, and stay. */
export const ambientCapabilities: Directive = {
  names: ["AmbientCapabilities"],
  decide: (context) => {
    const name = "AmbientCapabilities";
    const { ambientCapabilities: ambient } = context.unit;
    if (ambient.length === 0 || isRoot(context)) {
      return [withhold(name, "meaningless", "the unit grants no ambient capability to another user.")];
    }
    const granted = ambient.map((capability) => capability.toUpperCase());
    const used = context.facts.ofKind("capability");
    const needed = granted.filter((name) => used.some(({ capability }) => capability === name));
    const text = `kept as the unit has them: ${granted.join(" ")}`;
    return needed.length === granted.length
      ? [withhold(name, "meaningless", `${text}.`, used)]
      : [
          withhold(name, "operator", `${text}; not all were seen in use.`, used, [
            insist(name, ["", ...(needed.length === 0 ? [] : [needed.join(" ")])]),
          ]),
        ];
  },
};

/** personality(2); the filter refuses even the query 0xffffffff (seccomp_lock_personality()). */
export const lockPersonality: Directive = byFilter({
  names: ["LockPersonality"],
  decide: ({ facts }) => {
    const name = "LockPersonality";
    const personas = facts.ofKind("personality");
    const changes = personas.filter(({ persona }) => persona !== "query");
    if (changes.length > 0) {
      return [withhold(name, "unsafe", `the service ${describeFacts(changes)}.`, changes)];
    }
    if (personas.length > 0) {
      const why =
        "the service only asks for its personality, which this refuses; most programs take no notice.";
      return [withhold(name, "operator", why, personas, [insist(name, ["yes"])])];
    }
    return [set(name, "yes", "The execution domain is never changed.")];
  },
});

const timeSharing = new Set(["SCHED_OTHER", "SCHED_NORMAL", "SCHED_BATCH", "SCHED_IDLE"]);

/**
 * sched_setscheduler(2) with any policy but OTHER, BATCH and IDLE, and with any flag ORed into it
 * (seccomp_restrict_realtime()); RLIMIT_RTPRIO becomes 0, which sched_setattr(2) needs for real-time policies.
 */
export const restrictRealtime: Directive = byFilter(
  yesUnless({
    name: "RestrictRealtime",
    why: "No real-time scheduling.",
    needed: ({ facts }) =>
      facts
        .ofKind("scheduling")
        .filter(
          ({ operation, policy, resetOnFork }) =>
            !timeSharing.has(policy) || (operation === "sched_setscheduler" && resetOnFork),
        ),
  }),
);
