import { answeredEnosys } from "../directives/syscall-grants.js";
import { systemCallsOf } from "../directives/system-calls.js";
import type { Decision, Grant } from "../directives/types.js";
import { isByChance } from "../facts/chance.js";
import type { Fact, SyscallFact } from "../facts/types.js";
import { count } from "../output/count.js";
import { shippedList, ships } from "../directives/vendor.js";
import type { Case } from "./case.js";
import { groupPrices } from "./price.js";
import type { UseAnswer, Verdict } from "./types.js";
import { judge } from "./what-if.js";

const filterName = "SystemCallFilter";

const unrecorded =
  "Programs call it or not as it happens, so that is not recorded; every list of allowed calls has @default, and so has it.";

/** Whether a system call is let through and by which reason, or how it fails. */
export function explainCall(asked: Case, name: string): UseAnswer {
  const { groups } = systemCallsOf(asked.context.target);
  const facts = asked.used.ofKind("syscall").filter((fact) => fact.name === name);
  const holding = [...groups].filter(([, members]) => members.has(name)).map(([group]) => group);
  const [verdict] = verdictsOn(asked, [name]);
  const isUnrecorded = isByChance(name) && facts.length === 0 && isGranted(asked, name);
  return {
    kind: "call",
    subject: `${name}(2)`,
    about: [
      `It is ${holding.length === 0 ? "in no group" : `in ${holding.filter((group) => group !== "@known").join(" ")}`} of systemd ${asked.context.target}.`,
      ...(isUnrecorded ? [unrecorded] : reasonFor(asked, name)),
      ...failureLines(facts),
      ...enosysLines(asked, name),
    ],
    verdicts: verdict === undefined ? [] : [verdict],
    uses: [{ title: "calls", witnesses: asked.witnesses.of(facts) }],
    ...(isUnrecorded && { isRecorded: false }),
    prices: isGranted(asked, name) ? [] : groupPrices(asked, filterName, (members) => members.has(name)),
  };
}

/** Which members of a group are let through, and what the others would bring. */
export function explainGroup(asked: Case, group: string): UseAnswer {
  const members = [...(systemCallsOf(asked.context.target).groups.get(group) ?? [])];
  const allowed = members.filter((name) => isGranted(asked, name));
  const refused = members.filter((name) => !isGranted(asked, name));
  const seen = asked.used.ofKind("syscall").filter(({ name }) => members.includes(name));
  const title = allowed.length === 0 ? "call them" : "call the others";
  return {
    kind: "group",
    subject: group,
    about: [
      `It has ${count(members.length, "call")} in systemd ${asked.context.target}, ${allowed.length} of which are allowed.`,
      ...byReason(asked, allowed),
    ],
    verdicts: refused.length === 0 ? [] : verdictsOn(asked, refused, title),
    uses: [{ title: "calls", witnesses: asked.witnesses.of(seen) }],
    prices:
      refused.length === 0
        ? []
        : [{ of: group, relation: "would add", count: refused.length, noun: "call", names: refused }],
  };
}

/** Learned as used, by programs of the host's own architecture. The list itself says what it lets through. */
function verdictsOn(asked: Case, names: readonly string[], operation = "call it"): Verdict[] {
  const { architecture } = asked.context.host;
  const facts = names.flatMap((name): Fact[] => [
    { kind: "syscall", architecture, name, result: "used" },
    // LockPersonality= refuses it by its argument, which a fact of its own has.
    ...(name === "personality" ? [{ kind: "personality", persona: "another" } as const] : []),
  ]);
  const { changes } = judge(asked, operation, facts, (value) => names.includes(value));
  const others = changes.filter(({ directive }) => directive !== filterName);
  const isListed = names.every((name) => isGranted(asked, name));
  const [enosys] = names.map((name) => answererOf(asked, name)).filter((one) => one !== undefined);
  if (isListed && enosys !== undefined && names.length === 1) {
    return [{ operation, isAllowed: false, by: [`${enosys.by}=`], changes: [] }];
  }
  const by = others.map(({ directive, from }) => `${directive}=${from?.length === 1 ? from.join("") : ""}`);
  if (isListed && others.length === 0) {
    const word = names.every((name) => isDefault(asked, name)) ? "@default" : names.join(" ");
    return [
      {
        operation,
        isAllowed: true,
        by: filterOf(asked) === undefined ? [] : [`${filterName}=${word}`],
        changes: [],
      },
    ];
  }
  return [
    {
      operation,
      isAllowed: false,
      by: isListed ? by : [`${filterName}=`, ...by],
      changes: isListed ? others : changes,
    },
  ];
}

function filterOf({ decisions }: Case): Extract<Decision, { decision: "set" }> | undefined {
  const found = decisions.find(({ directive }) => directive === filterName);
  return found?.decision === "set" ? found : undefined;
}

function isGranted(asked: Case, name: string): boolean {
  const filter = filterOf(asked);
  return filter === undefined || isDefault(asked, name) || filter.grants.some(({ value }) => value === name);
}

function isDefault({ context }: Case, name: string): boolean {
  return systemCallsOf(context.target).groups.get("@default")?.has(name) === true;
}

/** Why the filter lets a call through, or how it refuses it. */
function reasonFor(asked: Case, name: string): string[] {
  const filter = filterOf(asked);
  if (filter === undefined) {
    return [`${filterName}= is not set, so no list of calls refuses it.`];
  }
  const grant = filter.grants.find(({ value }) => value === name);
  if (grant !== undefined) {
    return [originText(grant)];
  }
  return [
    isDefault(asked, name)
      ? "Every list of allowed calls has @default, and so has it."
      : refusalText(asked, name),
  ];
}

function originText({ origin, facts }: Grant): string {
  const because = callNames(facts).join(" ");
  switch (origin) {
    case "seen":
      return "It was seen.";
    case "alias":
      return because === ""
        ? "It was not seen: libraries try it before a call that is granted, and would take no other error than ENOSYS for its absence."
        : `It was not seen, but comes with ${because}: other libraries, kernels and architectures call it instead, or it follows sooner or later.`;
    case "error-path":
      return "It was not seen, but is what programs call when something goes wrong.";
    case "group":
      return `It was not seen, but is in the group of ${because}.`;
    case "required":
      return "systemd itself calls it behind the filter, before it executes the program.";
  }
}

function callNames(facts: readonly Fact[]): string[] {
  return [...new Set(facts.flatMap((fact) => (fact.kind === "syscall" ? [fact.name] : [])))];
}

/** An allow-list of systemd from 255 on answers what it has no name for with ENOSYS (seccomp-util.c). */
const namelessIsEnosys = 255;

function refusalText({ context, decisions }: Case, name: string): string {
  const { usable } = systemCallsOf(context.target);
  const number = decisions.find(({ directive }) => directive === "SystemCallErrorNumber");
  const usual = number?.decision === "set" ? (number.values.at(-1) ?? "EPERM") : "EPERM";
  if (!usable.has(name)) {
    return `systemd ${context.target} has no name for it, so no list can allow it: it fails with ${context.target >= namelessIsEnosys ? "ENOSYS" : usual}.`;
  }
  if (!ships(shippedList(context.unit, filterName), name)) {
    return `The unit itself refuses it, which is kept: it fails with ${usual}.`;
  }
  const answers = decisions.flatMap((one) =>
    one.directive === filterName && one.decision === "set" ? one.values.join(" ").split(/[~ ]+/) : [],
  );
  const special = answers.find((word) => word.startsWith(`${name}:`))?.slice(name.length + 1);
  return special === undefined
    ? `It was not needed: it fails with ${usual}.`
    : `It fails with ${special}, so that libraries fall back on what is granted.`;
}

/** What answers a call with ENOSYS that the filter lets through. */
function answererOf({ decisions }: Case, name: string): { by: string; instead: string } | undefined {
  const answerer = answeredEnosys[name];
  const isSet = decisions.some(({ directive, decision }) => directive === answerer?.by && decision === "set");
  return isSet ? answerer : undefined;
}

function enosysLines(asked: Case, name: string): string[] {
  const answerer = isGranted(asked, name) ? answererOf(asked, name) : undefined;
  return answerer === undefined
    ? []
    : [`${answerer.by}= answers it with ENOSYS, for which programs call ${answerer.instead}.`];
}

/** Use is not need. */
function failureLines(facts: readonly SyscallFact[]): string[] {
  const errors = [...new Set(facts.filter(({ result }) => result !== "used").map(({ result }) => result))];
  const isUsed = facts.some(({ result }) => result === "used");
  return errors.length === 0
    ? []
    : [
        `It was called and failed with ${errors.join(" and ")}${isUsed ? " too" : "; what fails the same way when it is refused was not needed"}.`,
      ];
}

/** One line for each reason: `seen: openat read`. */
function byReason(asked: Case, names: readonly string[]): string[] {
  const grants = filterOf(asked)?.grants ?? [];
  const reasons = new Map<string, string[]>();
  for (const name of names) {
    const reason = grants.find(({ value }) => value === name)?.origin ?? "in @default";
    reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  }
  return filterOf(asked) === undefined
    ? [`${filterName}= is not set, so no list of calls refuses any.`]
    : [...reasons].map(([reason, list]) => `${reason}: ${list.join(" ")}`);
}
