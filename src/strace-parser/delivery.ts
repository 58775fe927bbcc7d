import { endsWithAddress } from "./addresses.js";
import { type Word, WordTable } from "./names.js";
import { PERSONALITIES, type PersonalityCode, type Process } from "./processes.js";
import { LazyCallRecord } from "./record.js";
import { RETURNED, Tail } from "./tail.js";
import type { CallCount, ParserOptions, RecordHandler } from "./types.js";

/** Powers of two, see {@link callKey}. Linux has some 500 calls and 140 errnos. */
const MAX_NAMES = 8192;
const MAX_ERRNOS = 1024;

function intern(table: WordTable, words: Iterable<string>): void {
  for (const word of words) {
    const bytes = Buffer.from(word);
    table.intern(bytes, 0, bytes.length);
  }
}

const NOTHING = Buffer.alloc(0);

/** Calls that replace the program (execve(2)): what the old one called says nothing of the new one. */
const EXECVE = ["execve", "execveat"];

/** Identifies calls of one process that tell the same when arguments do not matter. */
function callKey(name: Word, personality: number, outcome: number, errno: number): number {
  return ((name.id * 4 + personality) * 4 + outcome) * MAX_ERRNOS + errno;
}

/** Decides which calls the handler gets, and counts the others. */
export class CallDelivery {
  /**
   * Names of calls. Those that are wanted in full come first: `id < #every` is all the test they need. Next come those
   * that are wanted with an address: `id < #addressed`.
   */
  readonly names = new WordTable(MAX_NAMES);
  /** The end of the call in question: whoever scans a line leaves it here. */
  readonly tail = new Tail();
  readonly #handler: RecordHandler;
  readonly #every: number;
  readonly #addressed: number;
  /** Errors that make a call wanted come first as well: `id < #wantedErrnos`; the first of all stands for none. */
  readonly #wantedErrnos: number;
  readonly #errnos = new WordTable(MAX_ERRNOS);
  readonly #noErrno: Word | undefined = this.#errnos.intern(NOTHING, 0, 0);
  readonly #counts = new Float64Array(MAX_NAMES * PERSONALITIES.length);
  readonly #record = new LazyCallRecord(this.tail);
  /** Where that call lies. */
  readonly span = this.#record.span;

  /**
   * `every` names the calls of which each is wanted, undefined: all of them; `addressed` those wanted with an address,
   * `errnos` the errors with which any is.
   */
  constructor(
    handler: RecordHandler,
    { every, addressed, errnos }: Pick<ParserOptions, "every" | "addressed" | "errnos">,
  ) {
    this.#handler = handler;
    intern(this.names, [...EXECVE, ...(every ?? [])]);
    this.#every = every === undefined ? MAX_NAMES : this.names.words.length;
    intern(this.names, addressed ?? []);
    this.#addressed = this.names.words.length;
    intern(this.#errnos, errnos ?? []);
    this.#wantedErrnos = this.#errnos.words.length;
  }

  /**
   * True if the call whose tail was scanned in `bytes` is one of which only the first is wanted, and was seen; it is then
   * counted. Otherwise it is to be delivered. Its arguments begin at `argsStart`, or are what the process has pending and
   * what begins there.
   */
  isCounted(
    process: Process,
    name: Word,
    personality: PersonalityCode,
    bytes: Buffer,
    argsStart: number,
  ): boolean {
    if (name.id < this.#every || (name.id < this.#addressed && this.#hasAddress(process, bytes, argsStart))) {
      return false;
    }
    const errno = this.#errno(bytes)?.id ?? 0;
    const isWantedError = errno > 0 && errno < this.#wantedErrnos;
    if (isWantedError || !process.seen.has(callKey(name, personality, this.tail.outcome, errno))) {
      return false;
    }
    const index = name.id * PERSONALITIES.length + personality;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    process.calls++;
    return true;
  }

  #hasAddress(process: Process, bytes: Buffer, argsStart: number): boolean {
    const { argsEnd } = this.tail;
    return argsEnd > argsStart
      ? endsWithAddress(bytes, argsStart, argsEnd)
      : process.pending !== undefined && process.pendingEndsWithAddress;
  }

  /** Hands over the call whose tail was scanned and whose span was set. False, if its errno is one too many to be believed. */
  deliver(process: Process, name: Word, personality: PersonalityCode, line: number): boolean {
    const errno = this.#errno(this.span.bytes);
    if (errno === undefined) {
      return false;
    }
    if (name.id < EXECVE.length && this.tail.outcome === RETURNED) {
      process.seen.clear();
    }
    if (name.id >= this.#every) {
      process.seen.add(callKey(name, personality, this.tail.outcome, errno.id));
    }
    const record = this.#record;
    record.pid = process.pid;
    record.line = line;
    record.name = name.text;
    record.ordinal = ++process.calls;
    record.personality = PERSONALITIES[personality];
    record.errno = errno === this.#noErrno ? undefined : errno.text;
    record.reset();
    this.#handler(record);
    return true;
  }

  counts(): CallCount[] {
    return this.names.words.flatMap(({ id, text }) =>
      PERSONALITIES.flatMap((personality, code) => {
        const calls = this.#counts[id * PERSONALITIES.length + code] ?? 0;
        return calls === 0 ? [] : [{ name: text, personality, calls }];
      }),
    );
  }

  #errno(bytes: Buffer): Word | undefined {
    const { errnoStart, errnoEnd } = this.tail;
    return errnoStart === errnoEnd ? this.#noErrno : this.#errnos.intern(bytes, errnoStart, errnoEnd);
  }
}
