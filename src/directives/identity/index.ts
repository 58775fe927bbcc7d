/** The directives that say who a service is and what is its own. */
import { describeFacts } from "../describe.js";
import { withhold } from "../decision.js";
import { isRoot } from "../guards.js";
import type { Advice, Context, Decision, Directive } from "../types.js";
import { adoptable } from "./adopt.js";
import { credentialLines, findSecrets } from "./credentials.js";
import { adviseDynamicUser } from "./dynamic-user.js";
import { type IdentityAdvice, linesOf, type Proposal, sentences, someOf } from "./types.js";
import { adviseUser } from "./user.js";

/** A user that systemd makes up. */
export const dynamicUser: Directive = adoptable({
  names: ["DynamicUser"],
  decide: (context) => {
    const name = "DynamicUser";
    if (context.unit.dynamicUser) {
      return [withhold(name, "meaningless", "the unit has it.")];
    }
    if (!isRoot(context)) {
      const why = `the unit has a user of its own, ${context.unit.user}, which it would use.`;
      return [withhold(name, "meaningless", why)];
    }
    return [proposed(name, adviseDynamicUser(context), "the service could be given a user of its own")];
  },
});

/** A user of the user database, with its groups. */
export const userAndGroups: Directive = adoptable({
  names: ["User", "Group", "SupplementaryGroups"],
  decide: (context) => {
    const { unit } = context;
    const kept = (name: string, value: string, without: string): Decision =>
      withhold(name, "meaningless", value === "" ? without : `kept as the unit has it, ${name}=${value}.`);
    const groups = kept(
      "SupplementaryGroups",
      unit.supplementaryGroups.join(" "),
      "no further group is needed.",
    );
    const group = kept("Group", unit.group, "goes with User=.");
    if (unit.dynamicUser) {
      return [withhold("User", "meaningless", "DynamicUser= makes it up."), group, groups];
    }
    if (!isRoot(context)) {
      return [kept("User", unit.user, ""), group, groups];
    }
    const dynamic = adviseDynamicUser(context).advice;
    const user =
      dynamic === undefined
        ? proposed("User", adviseUser(context), "another user could take root's place")
        : withhold("User", "meaningless", "DynamicUser= would need no user that must be made first.");
    return [user, group, groups];
  },
});

/** What systemd reads as root and hands to the service. */
export const credentials: Directive = adoptable({
  names: [
    "LoadCredential",
    "LoadCredentialEncrypted",
    "SetCredential",
    "SetCredentialEncrypted",
    "ImportCredential",
  ],
  decide: (context) => [
    loadCredential(context),
    ...["LoadCredentialEncrypted", "SetCredential", "SetCredentialEncrypted", "ImportCredential"].map(
      (name) =>
        withhold(
          name,
          "meaningless",
          "another source of what LoadCredential= hands over; where a secret is kept is not in the evidence.",
        ),
    ),
  ],
});

function loadCredential(context: Context): Decision {
  const name = "LoadCredential";
  const { secrets, decisive } = findSecrets(context);
  const facts = secrets.map(({ fact }) => fact);
  if (secrets.length === 0) {
    return withhold(name, "meaningless", "no file is read that only root may read.");
  }
  if (!decisive) {
    return withhold(
      name,
      "meaningless",
      `the service ${describeFacts(facts)}, and needs its rights for more than that.`,
      facts,
    );
  }
  const places = secrets.map(({ name: id }) => `$CREDENTIALS_DIRECTORY/${id}`).join(", ");
  const advice: Advice = {
    text: `The service ${describeFacts(facts)}, which only its owner may. systemd can hand it over: first let the configuration name ${places} (/run/credentials/${context.unit.name}/…), which changes only when the service is started again. Never adopted by itself. Then:`,
    lines: credentialLines(secrets),
  };
  return withhold(name, "operator", "the service must be told where to look.", facts, [advice]);
}

/** Advice as what a person decides, obstacles as what the service needs. */
function proposed(name: string, { advice, obstacles }: Proposal, could: string): Decision {
  if (advice === undefined) {
    const facts = obstacles.flatMap((obstacle) => obstacle.facts);
    return withhold(
      name,
      "unsafe",
      `the service cannot, as it is: ${someOf(
        obstacles.map(({ why }) => why),
        "; ",
      )}.`,
      facts,
    );
  }
  const means = advice.steps.length > 0 ? "once some things are seen to" : "--adopt-advice does so";
  return withhold(name, "operator", `${could}; ${means}.`, advice.facts, [adviceOf(advice)]);
}

function adviceOf({ why, conditions, steps, settings }: IdentityAdvice): Advice {
  return {
    text: `${why}${sentences("On condition that", conditions)}${sentences("First:", steps)} Then:`,
    lines: linesOf(settings),
  };
}
