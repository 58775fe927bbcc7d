/** Which capability a refused call needs, where its calls, ids and files do not tell: found by granting some. */
import { type Capability, capabilities } from "../facts/names.js";
import { FactSet } from "../facts/set.js";
import type { Finding } from "./findings.js";
import { parseSettings, withSetting } from "./settings.js";
import { smallestCulprits } from "./trials.js";
import type { TrialWalks } from "./trial-walks.js";

const directive = "CapabilityBoundingSet";

/**
 * The finding with the capabilities as facts without which the call is refused, as few as do; as it is where all of them
 * change nothing. Takes some six walks for one capability (delta debugging over those that the drop-in does not grant).
 */
export async function withCapabilities(finding: Finding, trials: TrialWalks): Promise<Finding> {
  const granted = wordsIn(trials.text);
  const denied = capabilities.filter((name) => !granted.includes(name));
  const works = async (added: readonly string[]): Promise<boolean> => {
    const text = withSetting(trials.text, directive, ["", [...granted, ...added].join(" ")]);
    const walk = await trials.under(
      text,
      `with ${added.length > 3 ? `${added.length} capabilities` : added.join(" ")}`,
    );
    return !walk.failures.some(({ key }) => key === finding.failure.key);
  };
  if (!(await works(denied))) return finding;
  const needed = new Set(await smallestCulprits(denied, works));
  const facts = denied
    .filter((name: Capability) => needed.has(name))
    .map((capability) => ({
      kind: "capability" as const,
      capability,
      source: "inferred" as const,
      operation: finding.failure.call,
    }));
  return { ...finding, facts: finding.facts.union(FactSet.of(facts)) };
}

/** The capabilities that a drop-in grants. Nothing is known of one that takes away instead. */
function wordsIn(text: string): readonly string[] {
  const { values = [] } = parseSettings(text).find((setting) => setting.directive === directive) ?? {};
  return values.flatMap((line) => line.split(/\s+/)).filter((word) => /^CAP_\w+$/.test(word));
}
