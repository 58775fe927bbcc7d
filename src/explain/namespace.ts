import type { NamespaceType } from "../facts/names.js";
import type { Case } from "./case.js";
import type { UseAnswer } from "./types.js";
import { judge } from "./what-if.js";

/** Who creates or enters namespaces of a type, and whether the drop-in lets it. */
export function explainNamespace(asked: Case, type: NamespaceType): UseAnswer {
  const facts = asked.used.ofKind("namespace").filter((fact) => fact.type === type || fact.type === "any");
  const probe = { kind: "namespace", operation: "unshare", type } as const;
  return {
    kind: "namespace",
    subject: `${type} namespaces`,
    about: [],
    verdicts: [judge(asked, "create one", [probe], (value) => value === type)],
    uses: [{ title: "uses", witnesses: asked.witnesses.of(facts) }],
    prices: [],
  };
}
