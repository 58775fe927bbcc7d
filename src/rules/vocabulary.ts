/**
 * What a pattern can say: the kinds of facts, their members, and the values that these can have. A pattern with a word
 * that no fact has would silently never match, and so is refused.
 */
import { aliasFamilies } from "../directives/syscall-aliases.js";
import { nativeNames, systemCallsOf } from "../directives/system-calls.js";
import { addressFamilies } from "../explain/address-families.js";
import { schedulingPolicies } from "../facts/names.js";
import { factSchema } from "../profile/schema.js";

/** What one member of a kind of facts can be. A text: one of `values` or of this `form`; anything without either. */
export interface Member {
  readonly type: "text" | "number" | "boolean";
  readonly values?: ReadonlySet<string>;
  readonly form?: RegExp;
  /** In words, what it is. */
  readonly hint?: string;
  /** Words of patterns that no fact has, and what they stand for. */
  readonly shorthands?: ReadonlyMap<string, Iterable<string>>;
  readonly isPath?: true;
}

/** Every access that changes what lies at a path. */
const modifying = new Map([["modify", ["write", "create", "delete", "replace"]]]);

/** What each of systemd's groups holds, `@` included in the name. */
const systemCallGroups = systemCallsOf(Number.POSITIVE_INFINITY).groups;

const socketTypes = "SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET SOCK_DCCP SOCK_PACKET".split(
  " ",
);

type Texts = Omit<Member, "type">;

/** Of members that are any text to the schema, how the facts of a trace have them. */
const texts: Readonly<Record<string, Texts>> = vocabularies();

/** The members of each kind but `kind` itself, as the schema of profiles has them. */
export const kinds: ReadonlyMap<string, ReadonlyMap<string, Member>> = new Map(
  factSchema.options.map(({ entries: { kind, ...members } }) => [
    kind.literal,
    new Map(
      Object.entries<Block>(members).map(([name, schema]) => [
        name,
        memberOf(`${kind.literal}.${name}`, schema),
      ]),
    ),
  ]),
);

/** The members of a building block of valibot that are read here. */
interface Block {
  readonly type: string;
  readonly literal?: unknown;
  readonly options?: readonly string[];
  readonly wrapped?: Block;
}

/** As the schema has it, made narrower where only some texts come up. */
function memberOf(name: string, { type, literal, options, wrapped }: Block): Member {
  if (type === "number" || type === "boolean") return { type };
  if (wrapped !== undefined) return memberOf(name, wrapped);
  const values = type === "literal" ? [String(literal)] : options;
  const narrower = texts[name.replace(/^(?:bind|connect|accept)\./, "socket.")];
  return { type: "text", ...(values === undefined ? {} : { values: new Set(values) }), ...narrower };
}

function vocabularies(): Record<string, Texts> {
  const path = { isPath: true } as const;
  const call = {
    values: new Set(callNames()),
    form: /^syscall_0x[0-9a-f]+$/,
    hint: "a system call that systemd knows",
  };
  const number = /^\d+$/;
  return {
    "syscall.name": { ...call, shorthands: systemCallGroups },
    "file.access": { shorthands: modifying },
    "mode.operation": call,
    "outside.operation": call,
    "file.path": path,
    "rename.from": path,
    "rename.to": path,
    "elevation.path": path,
    "creation.path": path,
    "creation.bits": { form: /^0[0-7]{2}$/, hint: "octal, such as 044" },
    "socket.family": {
      values: new Set(addressFamilies),
      form: number,
      hint: "such as AF_INET, or a number",
      shorthands: new Map([["AF_LOCAL", ["AF_UNIX"]]]),
    },
    // Where a trace does not tell it, and of those that come to AF_UNIX sockets, the type is empty.
    "socket.type": { values: new Set(["", ...socketTypes]), form: number, hint: "such as SOCK_STREAM" },
    "socket.protocol": { form: /^[A-Z0-9_]*$/, hint: "such as IPPROTO_ICMP, or empty for the default" },
    "socket.address": {
      form: /^(?![0-9a-fA-F.:]+\/\d+$)/,
      hint: "an address as it is and no network; 10.* stands for 10.0.0.0/8",
    },
    "scheduling.policy": { values: new Set(schedulingPolicies), form: number, hint: "such as SCHED_FIFO" },
    "keyring.operation": {
      form: /^(?:add_key|request_key|KEYCTL_[A-Z_]+)$/,
      hint: "add_key, request_key, or KEYCTL_ and more",
    },
    "netlink.request": { form: /^RTM_[A-Z]+$/, hint: "such as RTM_NEWROUTE" },
    "personality.persona": { form: /^(?:query|[A-Z0-9_|]+)$/, hint: "such as PER_LINUX32, or query" },
  };
}

/** Every call that systemd can name, on any architecture. */
function callNames(): Iterable<string> {
  const known = systemCallGroups.get("@known") ?? [];
  return [...known, ...nativeNames, ...aliasFamilies.flatMap(({ names }) => names)];
}
