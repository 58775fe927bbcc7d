import type { AcceptFact, AddressFact, Fact } from "../facts/types.js";
import type { Case } from "./case.js";
import type { UseAnswer, Verdict } from "./types.js";
import { judge } from "./what-if.js";

/** Who opens sockets of a family, and whether the drop-in lets it. */
export function explainFamily(asked: Case, family: string): UseAnswer {
  const facts = asked.used;
  const sockets = facts.ofKind("socket").filter((fact) => fact.family === family);
  const addresses = addressFacts(asked).filter((fact) => fact.family === family);
  const files = family === "AF_UNIX" ? facts.ofKind("file").filter(({ access }) => access === "connect") : [];
  const probe = { kind: "socket", family, type: "SOCK_STREAM", protocol: "" } as const;
  return {
    kind: "family",
    subject: family,
    about: ["Sockets that are accepted, inherited or passed need no family."],
    verdicts: [judge(asked, "open a socket", [probe], (value) => value === family)],
    uses: [
      { title: "opened", witnesses: asked.witnesses.of(sockets) },
      { title: "addresses", witnesses: asked.witnesses.of([...addresses, ...files]) },
    ],
    prices: [],
  };
}

/** Who binds, connects to or is reached at an address, a port, or both. */
export function explainAddress(
  asked: Case,
  address: string | undefined,
  port: number | undefined,
): UseAnswer {
  const facts = addressFacts(asked).filter(
    (fact) =>
      (address === undefined || fact.address === address) && (port === undefined || fact.port === port),
  );
  return {
    kind: "address",
    subject: [
      ...(address === undefined ? [] : [address]),
      ...(port === undefined ? [] : [`port ${port}`]),
    ].join(" "),
    about: [],
    verdicts: [
      ...(port === undefined ? [] : [judgeBind(asked, address ?? usualAddress(asked, port), port)]),
      ...(address === undefined ? [] : [judgeConnect(asked, address, port ?? 0)]),
    ],
    uses: [{ title: "uses", witnesses: asked.witnesses.of(facts) }],
    prices: [],
  };
}

/** Where the service binds that port, or else any. */
function usualAddress({ context: { facts } }: Case, port: number): string {
  const bound = facts.ofKind("bind");
  const [usual] = [...bound.filter((fact) => fact.port === port), ...bound];
  return usual?.address ?? "0.0.0.0";
}

function addressFacts({ used: facts }: Case): (AddressFact | AcceptFact)[] {
  return [...facts.ofKind("bind"), ...facts.ofKind("connect"), ...facts.ofKind("accept")];
}

const familyOf = (address: string): string => (address.includes(":") ? "AF_INET6" : "AF_INET");

/** A socket, its address, and for a low port the capability. */
function judgeBind(asked: Case, address: string, port: number): Verdict {
  const family = familyOf(address);
  const isPrivileged = port > 0 && port < asked.context.host.unprivilegedPortStart;
  const facts: Fact[] = [
    { kind: "socket", family, type: "SOCK_STREAM", protocol: "" },
    { kind: "bind", family, type: "SOCK_STREAM", address, port },
    ...(isPrivileged
      ? [
          {
            kind: "capability" as const,
            capability: "CAP_NET_BIND_SERVICE" as const,
            source: "inferred" as const,
            operation: `bind ${address}:${port}`,
          },
        ]
      : []),
  ];
  const covers = (value: string) =>
    value === family || value === "CAP_NET_BIND_SERVICE" || new RegExp(`(^|:)${port}$`).test(value);
  return judge(asked, "bind", facts, covers);
}

function judgeConnect(asked: Case, address: string, port: number): Verdict {
  const family = familyOf(address);
  const facts: Fact[] = [
    { kind: "socket", family, type: "SOCK_STREAM", protocol: "" },
    { kind: "connect", family, type: "SOCK_STREAM", address, port },
  ];
  const isOther = (value: string) => value.startsWith("AF_") && value !== family;
  return judge(asked, "connect", facts, (value) => !isOther(value));
}
