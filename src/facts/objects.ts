/** What the trace itself did to objects of the file system: which it made, and their owners and modes since. */
import { DrawnNames } from "./drawn-names.js";
import { LinkedDirectories } from "./linked-directories.js";
import { ancestors, baseName, parent } from "./paths.js";
import { guessRandom, isKernelTree, isVolatile, replaceForms, replaceRandom } from "./placeholders.js";
import { RecentMap } from "./recent.js";
import type { FileFact } from "./types.js";

type ObjectType = NonNullable<FileFact["type"]>;

/** Owner and mode where the trace has shown them. */
export interface Attributes {
  readonly uid?: number;
  readonly gid?: number;
  readonly mode?: number;
}

export interface MadeObject extends Attributes {
  readonly type: ObjectType;
  /** Tree that made it; undefined when it was there before (and only its attributes were changed). */
  readonly tree: number | undefined;
}

const mostObjects = 20_000;
const mostAliases = 20_000;
const cacheLimit = 20_000;
const absentLimit = 10_000;

/**
 * Objects by path (lexically normal, with their real names). Forgotten when they are deleted, and when tens of thousands
 * have come since: what is forgotten is taken for something that was there before.
 */
export class Objects {
  readonly #objects = new RecentMap<MadeObject>(mostObjects);
  readonly #linked = new LinkedDirectories();
  /** Names that only the rest of the trace tells to be random. */
  readonly drawn = new DrawnNames();
  /**
   * Real path → its name with the random part replaced, for names recognised when they were created. They outlive the
   * object: who looks for it once more means the same name.
   */
  readonly #aliases = new RecentMap<string>(mostAliases);
  /** Directories below which there are or were objects: only moving these moves others. */
  #above = new Set<string>();
  readonly #absent = new Set<string>();
  readonly #pids: (pid: number) => boolean;
  #normalised = new Map<string, string>();

  readonly #onChange: (path: string) => void;

  /** `onChange` hears of every name that appears, goes away or gets another owner or mode. */
  constructor(isPid: (pid: number) => boolean, onChange: (path: string) => void = () => undefined) {
    this.#pids = isPid;
    this.#onChange = onChange;
  }

  get(path: string): MadeObject | undefined {
    return this.#objects.get(path);
  }

  /** What was named `raw` is `kernel`. */
  opened(raw: string, kernel: string): void {
    const directory = this.#linked.learn(raw, kernel);
    if (directory === undefined) return;
    this.#normalised = new Map();
    this.#onChange(directory);
  }

  /** The name under which an object is known that has this one as well. */
  real(path: string): string {
    return this.#linked.real(path);
  }

  /** Notes that a lookup found nothing. Bounded: what is forgotten is merely not known. */
  miss(path: string): void {
    if (this.#absent.size >= absentLimit) this.#absent.clear();
    this.#absent.add(path);
  }

  isAbsent(path: string): boolean {
    return this.#absent.has(path);
  }

  get isEmpty(): boolean {
    return this.#objects.isEmpty;
  }

  /** Notes a new object; `exclusive`: the kernel guaranteed that the name was free. */
  create(path: string, object: MadeObject, exclusive: boolean): void {
    if (exclusive && !isKernelTree(path)) this.#recognise(path, object);
    this.#absent.delete(path);
    this.#put(path, object);
    this.#onChange(path);
  }

  #recognise(path: string, { mode }: MadeObject): void {
    const directory = parent(path);
    const isPrivate = mode === 0o600 || mode === 0o700;
    const formed = replaceForms(baseName(path), this.#pids, true);
    const random = replaceRandom(formed, isPrivate);
    const plain = this.normalise(path, 0);
    if (random.name !== formed) {
      const name = replaceForms(random.name, this.#pids);
      for (const token of random.tokens) this.drawn.token(token);
      this.#aliases.set(path, name);
      this.#normalised.delete(path);
      if (this.#absent.has(path)) this.drawn.note(plain, name);
    } else if (isPrivate) {
      const guess = guessRandom(formed, directory);
      if (guess !== formed) this.drawn.guess(path, plain, replaceForms(guess, this.#pids));
    }
  }

  /** From what another trace showed: the object at the real `path` is called `name`. */
  call(path: string, name: string): void {
    this.#aliases.set(path, name);
    this.#normalised = new Map();
  }

  #put(path: string, object: MadeObject): void {
    if (this.#objects.set(path, object))
      this.#above = new Set(this.#objects.entries().flatMap(([known]) => ancestors(known)));
    for (let at = parent(path); at !== "/" && !this.#above.has(at); at = parent(at)) this.#above.add(at);
  }

  change(path: string, attributes: Attributes): void {
    const known = this.#objects.get(path);
    this.#put(path, { ...(known ?? { type: "file", tree: undefined }), ...attributes });
    this.#onChange(path);
  }

  /** The name is gone. */
  delete(path: string): void {
    this.#objects.delete(path);
    this.drawn.gone(path);
    this.#onChange(path);
  }

  /** Moves an object and, for a directory, all below it. */
  rename(from: string, to: string): void {
    const object = this.#objects.get(from);
    this.delete(to);
    if (this.#above.has(from)) this.#moveBelow(from, to);
    this.delete(from);
    if (object !== undefined) this.#put(to, object);
    this.#absent.delete(to);
    this.#onChange(to);
  }

  #moveBelow(from: string, to: string): void {
    const prefix = `${from}/`;
    for (const [path, object] of this.#objects.entries()) {
      if (!path.startsWith(prefix)) continue;
      this.#objects.delete(path);
      this.#put(to + path.slice(from.length), object);
    }
    for (const [path, alias] of this.#aliases.entries()) {
      if (!path.startsWith(prefix)) continue;
      this.#aliases.delete(path);
      this.#aliases.set(to + path.slice(from.length), alias);
    }
    this.#normalised = new Map();
  }

  /** The path with its run-specific parts replaced. `pid` is the process that named it. */
  normalise(path: string, pid: number): string {
    if (path.startsWith("/proc/")) return normaliseProc(path, pid, this.#pids);
    const known = this.#normalised.get(path);
    if (known !== undefined) return known;
    if (this.#normalised.size > cacheLimit) this.#normalised = new Map();
    const normal = this.#normaliseComponents(path);
    this.#normalised.set(path, normal);
    return normal;
  }

  #normaliseComponents(path: string): string {
    if (this.#aliases.isEmpty && !/\d/.test(path)) return path;
    const components = path.split("/");
    let real = "";
    const normal = components.map((component, index) => {
      if (index === 0) return component;
      const directory = real;
      real += `/${component}`;
      const alias = this.#aliases.get(this.#linked.real(real));
      if (alias !== undefined) return alias;
      // Which terminal one gets depends on who else has one (pts(4)).
      if (directory === "/dev/pts" && /^\d+$/.test(component)) return "{counter}";
      return isVolatile(directory) && directory !== "" ? this.#form(directory, component) : component;
    });
    return normal.join("/");
  }

  #form(directory: string, name: string): string {
    // /run/user/UID: the number is an identity, not a process.
    if (directory === "/run/user") return name;
    return replaceForms(name, this.#pids);
  }
}

/**
 * `/proc/self` for the process itself and its threads' directories, `/proc/{pid}` for other processes of the trace,
 * `/proc/{other-pid}` for foreign ones; /proc/1 stays, being the same everywhere.
 */
function normaliseProc(path: string, self: number, isPid: (pid: number) => boolean): string {
  const components = path.split("/");
  const name = components[2] ?? "";
  if (name === "thread-self") components[2] = "self";
  else if (/^\d+$/.test(name)) {
    const pid = Number(name);
    if (pid === self) components[2] = "self";
    else if (pid !== 1) components[2] = isPid(pid) ? "{pid}" : "{other-pid}";
  }
  const isProcess = components[2] === "self" || components[2]?.includes("pid}") === true;
  return components
    .map((component, index) => {
      if (!isProcess || index < 3 || !/^\d+$/.test(component)) return component;
      return components[index - 1] === "task" ? "{pid}" : "{counter}";
    })
    .join("/");
}
