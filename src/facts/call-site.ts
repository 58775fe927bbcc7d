/** What of a call is the same in every run: by it a failure of one run is found in another. */
import type { CallRecord, Value } from "../strace-parser/types.js";
import { internetAddress, printedKind, unixName } from "./addresses.js";
import { abstractName } from "./connections.js";
import type { Interpretation } from "./interpretation.js";
import { isPrintable, lexical } from "./paths.js";
import { pathOf } from "./places.js";
import { guessRandom, isKernelTree, isVolatile, replaceForms, replaceRandom } from "./placeholders.js";
import { hasName, memberOf, modeOf, namesOf, stringOf } from "./values.js";

/** An object that a call is about. */
export interface SiteObject {
  /** As facts call it, without `..`. */
  readonly path: string;
  /** As the trace shows it. */
  readonly raw: string;
  /** Its name may have been drawn for this call. */
  readonly isDrawn: boolean;
}

export interface CallSite {
  /** Path of the executable. */
  readonly program: string;
  /** Effective user id. */
  readonly uid: number;
  readonly call: string;
  /** Symbolic arguments, addresses, ids: never pointers, sizes, times, descriptor numbers, pids. */
  readonly constants: readonly string[];
  readonly objects: readonly SiteObject[];
}

/** The site of the current call of `trace`, after its handler has run. */
export function callSite(trace: Interpretation, call: CallRecord): CallSite {
  const { process } = trace;
  return {
    program: process.executable === "" ? "" : trace.normal(process.executable),
    uid: process.credentials.euid,
    call: call.name,
    constants: [...socketOf(trace, call.firstArg), ...constantsOf(trace, call)],
    objects: objectsOf(trace, call),
  };
}

/** Identity of a failure. What stands before the last blank is the site alone. */
export function siteKey({ program, uid, call, constants, objects }: CallSite, errno: string): string {
  const about = [program, `${uid}`, call, ...constants, ...objects.map(coarse)];
  return `${JSON.stringify(about)} ${errno}`;
}

/** The key of a failure without its error. */
export function siteOfKey(key: string): string {
  return key.slice(0, key.lastIndexOf(" "));
}

/** The key under which a run that has too many kinds of failures keeps this one. */
export function crowdedKey(key: string): string {
  const about = JSON.parse(siteOfKey(key)) as readonly string[];
  return `${JSON.stringify(about.slice(0, 3))}${key.slice(key.lastIndexOf(" "))}`;
}

function objectsOf(trace: Interpretation, call: CallRecord): SiteObject[] {
  const isDrawn = isExclusive(call);
  const isPrivate = isDrawn && isForOwner(call);
  const places = trace.named.length > 0 ? trace.named.map(({ raw }) => raw) : behindDescriptors(call);
  return [...new Set(places)].map((raw) => {
    const path = lexical(trace.normal(raw));
    return { raw, path: isDrawn ? withoutRandom(path, isPrivate) : path, isDrawn: isPrivate };
  });
}

/** What -y prints: without it nothing tells a descriptor from another number. */
function behindDescriptors({ args }: CallRecord): string[] {
  return args.flatMap((arg) => {
    if (arg.type === "descriptor" && arg.fd >= 0) {
      const path = pathOf(arg.target);
      return path !== undefined && arg.utf8 && isPrintable(path) ? [path] : [];
    }
    return [];
  });
}

/** Did the call ask for a new name that nobody else has, as mkstemp(3) and mkdtemp(3) do? */
function isExclusive({ name, args }: CallRecord): boolean {
  if (name.startsWith("open")) {
    const flags = args.find((arg) => hasName(arg, "O_CREAT")) ?? memberOf(args[2], "flags");
    return hasName(flags, "O_EXCL");
  }
  return /^(?:mkdir|mknod)(?:at)?$/.test(name);
}

/** Modes of mkstemp(3) and mkdtemp(3). */
function isForOwner({ args }: CallRecord): boolean {
  const last = args.at(-1);
  const mode = modeOf(memberOf(args[2], "mode") ?? last);
  return mode === 0o600 || mode === 0o700;
}

/** As {@link Objects} recognises the names of new objects, which this one did not become. */
function withoutRandom(path: string, isPrivate: boolean): string {
  if (isKernelTree(path)) return path;
  const slash = path.lastIndexOf("/") + 1;
  return path.slice(0, slash) + replaceRandom(path.slice(slash), isPrivate).name;
}

/** What was drawn or counted has a digit, or changes between lower and upper case more than once. */
const mayDiffer = /\d|[a-z][A-Z]/;

/** Names that differ from run to run, and those that only may: a key must be the same whatever a run came to. */
function coarse({ path, isDrawn }: SiteObject): string {
  if (!isDrawn && !mayDiffer.test(path) && !path.includes("{")) return path;
  let directory = "";
  const components = path.slice(1).split("/");
  return components
    .map((name, index) => {
      const at = directory === "" ? "/" : directory;
      directory += `/${name}`;
      const isLast = index === components.length - 1;
      return `/${at === "/" || at === "/run/user" || !isVolatile(at) || isKernelTree(at) ? name : coarseName(name, at, isLast && isDrawn)}`;
    })
    .join("");
}

const lengthy = new Set(["{random}", "{uuid}", "{hash}"]);
const nobody = (): boolean => false;

function coarseName(name: string, directory: string, isDrawn: boolean): string {
  if (!isDrawn && !mayDiffer.test(name) && !name.includes("{")) return name;
  const formed = replaceRandom(replaceForms(name, nobody), false).name;
  const guessed = isDrawn && formed === name ? guessRandom(name, directory) : formed;
  // A number that is a pid or a date in one run may be none in another.
  return guessed.replace(/\{[a-z-]+\}|\d+/g, (part) => (lengthy.has(part) ? part : "{counter}"));
}

function socketOf(trace: Interpretation, first: Value | undefined): string[] {
  if (first?.type !== "descriptor") return [];
  const kind = trace.process.descriptors.get(first.fd)?.socket ?? printedKind(first);
  return kind === undefined ? [] : [`${kind.family} ${kind.type}`];
}

/** Positions of arguments whose plain numbers are chosen by the program and not by the run. */
const numbers: Readonly<Record<string, readonly number[]>> = {
  socket: [0, 1, 2],
  socketpair: [0, 1, 2],
  setsockopt: [1, 2],
  getsockopt: [1, 2],
  ioctl: [1],
  fcntl: [1],
  prctl: [0],
  keyctl: [0],
  bpf: [0],
  personality: [0],
  kill: [1],
  tkill: [1],
  tgkill: [2],
  sched_setscheduler: [1],
  setpriority: [0, 2],
  ioprio_set: [0, 2],
  iopl: [0],
  setuid: [0],
  setgid: [0],
  setreuid: [0, 1],
  setregid: [0, 1],
  setresuid: [0, 1, 2],
  setresgid: [0, 1, 2],
  setfsuid: [0],
  setfsgid: [0],
  chown: [1, 2],
  lchown: [1, 2],
  fchown: [1, 2],
  fchownat: [2, 3],
};

/** Positions of strings that say what is done, not to which object: attribute names, types of keys and file systems. */
const texts: Readonly<Record<string, number>> = {
  setxattr: 1,
  lsetxattr: 1,
  fsetxattr: 1,
  setxattrat: 3,
  removexattr: 1,
  lremovexattr: 1,
  fremovexattr: 1,
  removexattrat: 3,
  getxattr: 1,
  lgetxattr: 1,
  fgetxattr: 1,
  getxattrat: 3,
  mount: 2,
  fsopen: 0,
  add_key: 0,
  request_key: 0,
  mq_open: 0,
  mq_unlink: 0,
};

function constantsOf(trace: Interpretation, { name, args }: CallRecord): string[] {
  const numeric = numbers[name] ?? [];
  return args.flatMap((arg, position) => {
    const text = texts[name] === position ? stringOf(arg) : undefined;
    if (text !== undefined) return [trace.normal(`/dev/mqueue/${text}`).slice("/dev/mqueue/".length)];
    const number = numeric.includes(position) ? plainNumber(arg) : undefined;
    return number === undefined ? constantsIn(trace, arg, 0) : [number];
  });
}

function plainNumber(value: Value): string | undefined {
  if (value.type === "number" || value.type === "raw") return value.text;
  if (value.type === "macro")
    return `${value.name}(${value.args.map((arg) => plainNumber(arg) ?? namesOf(arg).join("|")).join(",")})`;
  return undefined;
}

/** Names that say where an argument points or begins, not what is asked for. */
const meaningless = new Set(["NULL", "AT_FDCWD"]);
const setIds = 0o6000;
const deepest = 6;
const mostItems = 16;

function constantsIn(trace: Interpretation, value: Value, depth: number): string[] {
  if (depth > deepest) return [];
  switch (value.type) {
    case "flags": {
      const names = value.names.filter((name) => !meaningless.has(name)).sort();
      return names.length === 0 ? [] : [names.join("|")];
    }
    case "number": {
      // strace prints modes alone in octal. Of their bits only those that RestrictSUIDSGID= looks at are told apart.
      const mode = /^0[0-7]{3,4}$/.test(value.text) ? (modeOf(value) ?? 0) & setIds : 0;
      return mode === 0 ? [] : [`0${mode.toString(8)}`];
    }
    case "struct": {
      const address = addressOf(trace, value);
      if (address !== undefined) return [address];
      return value.members.flatMap((member) => constantsIn(trace, member.value, depth + 1));
    }
    case "array":
      return [
        ...new Set(value.items.slice(0, mostItems).flatMap((item) => constantsIn(trace, item, depth + 1))),
      ];
    case "macro":
      return value.args.flatMap((arg) => constantsIn(trace, arg, depth + 1));
    case "change":
      return constantsIn(trace, value.before, depth);
    case "raw":
      return value.text.match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g) ?? [];
    default:
      return [];
  }
}

/** Start of net.ipv4.ip_local_port_range by default: the kernel chooses ports from here on. */
const firstEphemeral = 32_768;

/** A socket address; paths of AF_UNIX are objects. Undefined for other structs. */
function addressOf(trace: Interpretation, value: Value): string | undefined {
  const family = namesOf(memberOf(value, "sa_family"))[0];
  if (family === undefined) return undefined;
  const at = internetAddress(value);
  if (at !== undefined) return `${family} ${at.address} ${at.port < firstEphemeral ? at.port : 0}`;
  const name = unixName(value);
  return name !== undefined && "abstract" in name
    ? `${family} ${abstractName(trace, name.abstract)}`
    : family;
}
