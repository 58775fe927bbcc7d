/** Directives that name what only this site has: they are never chosen, and what the unit ships is kept. */
import { withhold, type WithheldDecision } from "./decision.js";
import type { Context, Directive } from "./types.js";

/** Withholds directives as the unit ships them; undefined when it ships none. `empty`: what the first says when unset. */
export function keptAsShipped(
  { unit }: Context,
  directives: readonly string[],
  empty: readonly string[] = [""],
): readonly WithheldDecision[] | undefined {
  const shipped = directives.filter(
    (name) => !empty.includes(unit.properties[name]?.trim() ?? empty[0] ?? ""),
  );
  if (shipped.length === 0) {
    return undefined;
  }
  return directives.map((name) => {
    const why = shipped.includes(name)
      ? `kept as the unit ships it, ${name}=${unit.properties[name] ?? ""}.`
      : `kept as the unit ships it, with ${shipped.join(", ")}.`;
    return withhold(name, "meaningless", why);
  });
}

function siteSpecific(name: string, why: string): Directive {
  return {
    names: [name],
    decide: (context) => keptAsShipped(context, [name]) ?? [withhold(name, "meaningless", why)],
  };
}

const namespaces = "the unit joins no namespace of others.";
const programs = "it names a filter that this site would have to provide.";

/** systemd.exec(5), systemd.resource-control(5); JoinsNamespaceOf= is of systemd.unit(5). */
export const siteSpecificDirectives: readonly Directive[] = [
  siteSpecific("JoinsNamespaceOf", namespaces),
  siteSpecific("NetworkNamespacePath", namespaces),
  siteSpecific("IPCNamespacePath", namespaces),
  siteSpecific("UserNamespacePath", namespaces),
  siteSpecific("BindNetworkInterface", "it names an interface of this site, and restricts nothing."),
  siteSpecific("IPIngressFilterPath", programs),
  siteSpecific("IPEgressFilterPath", programs),
  siteSpecific("BPFProgram", programs),
  siteSpecific("NFTSet", "it names a set of this site's firewall, and restricts nothing by itself."),
];
