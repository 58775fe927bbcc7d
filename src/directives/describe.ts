/** Facts in words, to follow "the service". Paths appear as they are: whoever prints them makes them harmless. */
import type { AcceptFact, AddressFact, Fact, SocketFact } from "../facts/types.js";

const shown = 3;

/** The first facts, without repetition, and how many more there are. */
export function describeFacts(facts: readonly Fact[]): string {
  const texts = [...new Set(facts.map(describeFact))];
  const rest = texts.length - shown;
  return `${texts.slice(0, shown).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

const accessVerbs = {
  read: "reads",
  missing: "looks for",
  write: "writes",
  create: "creates",
  delete: "deletes",
  replace: "replaces",
  execute: "executes",
  map: "maps",
  connect: "connects to",
} as const;

/** Those of packet(7) and netlink(7) are raw by nature. */
function isRaw({ family, type }: SocketFact): boolean {
  return type === "SOCK_RAW" && (family === "AF_INET" || family === "AF_INET6");
}

const elevationNames = {
  setuid: "the setuid bit",
  setgid: "the setgid bit",
  "file-capabilities": "file capabilities",
} as const;

const ipcNames = {
  shm: "shared memory",
  sem: "semaphores",
  msg: "message queue",
  mq: "POSIX message queue",
} as const;

const protectionTexts = {
  "write-execute": "maps memory writable and executable",
  "gain-execute": "makes memory executable that was not",
  "protect-execute": "calls mprotect with PROT_EXEC",
  "shm-execute": "attaches executable shared memory",
} as const;

/** Of an abstract AF_UNIX socket there is only a name. */
function endpoint(fact: AddressFact): string {
  return fact.family === "AF_UNIX" ? fact.address : `${host(fact)} port ${fact.port}`;
}

function host({ family, address }: AddressFact | AcceptFact): string {
  if (address !== "{other}") return address;
  return family === "AF_UNIX" ? "others" : "many addresses";
}

/** A port of 0 is one that the kernel chooses. */
function ownSockets({ family, port }: AcceptFact): string {
  if (family === "AF_UNIX") return "AF_UNIX sockets";
  return port === 0 ? "a port of no fixed number" : `port ${port}`;
}

/** One fact, without its evidence. */
export function describeFact(fact: Fact): string {
  switch (fact.kind) {
    case "syscall":
      return `calls ${fact.name}`;
    case "file":
      return `${accessVerbs[fact.access]} ${fact.path}`;
    case "rename":
      return `moves ${fact.from} to ${fact.to}`;
    case "socket":
      return `opens ${isRaw(fact) ? "raw " : ""}${fact.family} sockets`;
    case "bind":
      return `binds ${endpoint(fact)}`;
    case "connect":
      return `connects to ${endpoint(fact)}`;
    case "inherited":
      return `is given ${fact.object === "" ? "a descriptor" : fact.object}`;
    case "identity":
      return fact.id === "" ? `calls ${fact.operation} to none` : `calls ${fact.operation} to ${fact.id}`;
    case "elevation":
      return `gains rights by ${elevationNames[fact.by]} of ${fact.path}`;
    case "memory":
      return protectionTexts[fact.protection];
    case "namespace":
      return `${fact.operation === "setns" ? "enters" : "creates"} ${fact.type} namespaces`;
    case "personality":
      return fact.persona === "query" ? "asks for its personality" : `sets personality ${fact.persona}`;
    case "scheduling":
      return `asks for ${fact.policy}${fact.resetOnFork ? " with SCHED_RESET_ON_FORK" : ""}`;
    case "mode":
      return fact.bits === "openat2" ? "calls openat2" : `sets the ${fact.bits} bit by ${fact.operation}`;
    case "accept":
      return fact.address === "self"
        ? `uses ${ownSockets(fact)} itself`
        : `is used by ${host(fact)} on ${ownSockets(fact)}`;
    case "ipc":
      return `${fact.origin === "own" ? "makes" : "uses"} ${ipcNames[fact.mechanism]} ${fact.key}`;
    case "keyring":
      return `calls ${fact.operation} on its ${fact.keyring} keyring`;
    case "netlink":
      return `asks the kernel for ${fact.request}`;
    case "outside":
      return `calls ${fact.operation} on processes of others`;
    case "signal":
      return `has ${fact.signal} ${fact.disposition}`;
    case "notification":
      return fact.sender === "main" ? "notifies systemd" : "notifies systemd from a process that it started";
    case "creation":
      return `creates ${fact.path} with mode bits ${fact.bits}`;
    case "capability":
      return `needs ${fact.capability} (${fact.operation})`;
    case "blind-spot":
      return `does what a trace cannot show: ${fact.cause}, ${fact.detail}`;
  }
}
