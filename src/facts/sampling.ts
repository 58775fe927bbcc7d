/**
 * Incidence data of a soak: it is divided into sampling units, and of everything that is seen it is remembered in which of
 * them. Memory is constant: where there would be more than 64 units, neighbours become one.
 */

/** The units in which something was seen, as the bits of two words of 32, the earliest unit lowest. */
export interface Units {
  low: number;
  high: number;
}

/** What is remembered of everything that is seen. */
export interface Incidence extends Units {
  /** That of the sampling when it was marked last. */
  stamp: number;
  /** How often neighbours had been joined when it was marked last. */
  level: number;
  /** It was seen before the soak or behind it, too. */
  outside: boolean;
}

/** What units are: equal intervals of time, or what the caller says, like repetitions of a command. */
export type SampledBy = "time" | "repetition";

/** How a soak was sampled. */
export interface SampledSoak {
  readonly by: SampledBy;
  /** At most 64. Units in which nothing was seen count. */
  readonly units: number;
  /** Repetitions, whatever number of them makes a unit; 0 for units of time. */
  readonly repetitions: number;
  /** Seconds since the first record; undefined where the trace tells no times. */
  readonly began: number | undefined;
  /** How long it took; 0 where the trace tells no times. */
  readonly seconds: number;
}

const wordBits = 32;
const mostUnits = 2 * wordBits;

/** Units of time begin with so many seconds, so that a soak of some seconds has units enough. */
const shortestUnit = 1 / 16;

/** Outside of the soak. */
const outsideStamp = 0;
const unmarked = -1;

/** Seconds by which records may be older than the soak that they belong to. */
const grace = 1;

const secondsPerDay = 86_400;

export function newIncidence(): Incidence {
  return { stamp: unmarked, level: 0, low: 0, high: 0, outside: false };
}

/** In which unit something happens. It may go back: records of several tracers are in no strict order. */
export class Sampling {
  /** Something that has this stamp has been marked in the current unit. */
  stamp = outsideStamp;
  /** The current unit lasts from this time of the trace until before that one; a record of another time ends it. */
  from = -Infinity;
  until = Infinity;

  #isSampled = false;
  #by: SampledBy = "time";
  #began: number | undefined;
  #seconds = 0;
  /** Units are of 2^level steps: of the shortest time, or repetitions. */
  #level = 0;
  #index = 0;
  #last = 0;
  #repetitions = 0;

  /** Whether times of records matter now. */
  get isOn(): boolean {
    return this.stamp !== outsideStamp && this.#by === "time";
  }

  /** The soak begins. `at`: by the clock of the trace; default: with the next record. */
  begin(by: SampledBy, at?: number): void {
    this.#isSampled = true;
    this.#by = by;
    this.#began = at;
    this.#step(0);
    // The next record decides.
    if (by === "time") this.until = -Infinity;
  }

  /** The soak is over. `at`: by the clock of the trace; default: with the last record. */
  end(at?: number): void {
    if (this.stamp === outsideStamp) return;
    if (at !== undefined) this.turn(at);
    this.stamp = outsideStamp;
    this.from = -Infinity;
    this.until = Infinity;
  }

  /** A repetition begins. */
  repeat(): void {
    this.#step(this.#repetitions++);
  }

  /** Something happens at a time that is not within `from` and `until`. */
  turn(time: number): void {
    if (this.stamp === outsideStamp) return;
    this.#began ??= time;
    this.#seconds = Math.max(this.#seconds, this.#since(time));
    if (this.#by === "repetition") return;
    const step = this.#stepAt(time);
    this.#step(step);
    const length = shortestUnit * 2 ** this.#level;
    const start = time - (this.#since(time) % length);
    // What was under way when the soak began.
    this.from = step === 0 ? start - grace : start;
    this.until = start + length;
  }

  /** The number of the unit that goes on at `time`; it changes with the units. */
  unitAt(time: number | undefined): number {
    if (this.stamp === outsideStamp || this.#by === "repetition" || time === undefined) return this.stamp;
    return Math.floor(this.#stepAt(time) / 2 ** this.#level);
  }

  /** Remembers that it was seen now. */
  mark(seen: Incidence): void {
    if (seen.stamp === this.stamp) return;
    seen.stamp = this.stamp;
    if (this.stamp === outsideStamp) {
      seen.outside = true;
      return;
    }
    bringTo(this.#level, seen);
    if (this.#index < wordBits) seen.low |= 1 << this.#index;
    else seen.high |= 1 << (this.#index - wordBits);
  }

  /** The units of what was marked, in the present division. */
  unitsOf(seen: Incidence): Units {
    const copy = { ...seen };
    bringTo(this.#level, copy);
    return { low: copy.low, high: copy.high };
  }

  /** Undefined where there was no soak. `elapsed`: seconds from the first record to a time of the trace. */
  soak(elapsed: (time: number) => number): SampledSoak | undefined {
    if (!this.#isSampled) return undefined;
    return {
      by: this.#by,
      units: Math.floor(this.#last / 2 ** this.#level) + 1,
      repetitions: this.#repetitions,
      began: this.#began === undefined ? undefined : elapsed(this.#began),
      seconds: this.#seconds,
    };
  }

  #stepAt(time: number): number {
    return Math.max(0, Math.floor(this.#since(time) / shortestUnit));
  }

  /** Seconds since the soak began; times of day (strace -t) start again at midnight. */
  #since(time: number): number {
    const seconds = time - (this.#began ?? time);
    return seconds < -secondsPerDay / 2 && time < secondsPerDay ? seconds + secondsPerDay : seconds;
  }

  #step(step: number): void {
    while (step >= mostUnits * 2 ** this.#level) this.#level++;
    this.#last = Math.max(this.#last, step);
    this.#index = Math.floor(step / 2 ** this.#level);
    this.stamp = 1 + this.#level * mostUnits + this.#index;
  }
}

/** Joins the units of two sightings of the same. */
export function joinUnits(a: Units, b: Units): Units {
  return { low: a.low | b.low, high: a.high | b.high };
}

/** How many units they are. */
export function countUnits({ low, high }: Units): number {
  return bitsIn(low) + bitsIn(high);
}

function bringTo(level: number, seen: Incidence): void {
  for (; seen.level < level; seen.level++) {
    seen.low = joinNeighbours(seen.low) | (joinNeighbours(seen.high) << (wordBits / 2));
    seen.high = 0;
  }
}

/** The OR of each pair of bits, in the lower half of a word. */
function joinNeighbours(word: number): number {
  let bits = (word | (word >>> 1)) & 0x55555555;
  bits = (bits | (bits >>> 1)) & 0x33333333;
  bits = (bits | (bits >>> 2)) & 0x0f0f0f0f;
  bits = (bits | (bits >>> 4)) & 0x00ff00ff;
  return (bits | (bits >>> 8)) & 0x0000ffff;
}

function bitsIn(word: number): number {
  let count = 0;
  for (let bits = word; bits !== 0; bits &= bits - 1) count++;
  return count;
}
