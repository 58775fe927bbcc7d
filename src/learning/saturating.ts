/** Ends a soak when more of it is not likely enough to show something new. */
import { count } from "../output/count.js";
import { interval, percent } from "../output/saturation.js";
import { fewestRepetitions } from "../saturation/index.js";
import type { Saturation } from "../saturation/types.js";
import type { Session } from "./session.js";
import type { Progress } from "./types.js";

/** What a soak asks while it goes on. */
export interface Saturating {
  /** A repetition begins. */
  repeat(): Promise<void>;
  /** Whether it is enough. Asked often; it looks now and then only. */
  isEnough(): Promise<boolean>;
}

/** Milliseconds between looks, and between lines of progress. */
const interludes = { look: 1000, report: 5000 } as const;

/** Looking takes at most this part of the time. */
const share = 0.05;

/** @param threshold the probability to fall below, of one more repetition or one more minute showing something new */
export function saturating(
  session: Pick<Session, "repeat" | "saturation" | "endSaturated">,
  threshold: number,
  progress: Progress,
): Saturating {
  let repetitions = 0;
  let lookAt = 0;
  let reportAt = performance.now() + interludes.report;

  async function look(): Promise<boolean> {
    const begin = performance.now();
    const saturation = await session.saturation();
    const end = performance.now();
    lookAt = end + Math.max(interludes.look, (end - begin) / share);
    if (saturation === undefined) return false;
    const isEnough = (saturation.next ?? 1) <= threshold;
    if (isEnough) session.endSaturated();
    if (isEnough || end >= reportAt) {
      progress(`soak: ${standing(saturation)}`);
      reportAt = end + interludes.report;
    }
    return isEnough;
  }

  return {
    repeat: () => {
      repetitions++;
      return session.repeat();
    },
    isEnough: () => {
      const now = performance.now();
      // Before, it cannot be enough; looking is for the progress.
      const early = repetitions > 0 && repetitions < fewestRepetitions(threshold) && now < reportAt;
      return early || now < lookAt ? Promise.resolve(false) : look();
    },
  };
}

function standing({ by, next, repetitions, seconds, whole }: Saturation): string {
  const [soaked, more] =
    by === "repetition"
      ? [count(repetitions, "repetition"), "one more shows"]
      : [interval(seconds), "one more minute shows"];
  const likely = next === null ? "" : `, ${more} something new with at most ${percent(next)}`;
  const last = whole.last === null ? "" : `; the last new fact came after ${interval(whole.last)}`;
  return `${soaked}${likely}${last}`;
}
