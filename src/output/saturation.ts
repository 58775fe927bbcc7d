/** How much more of the same soak would show, for people. Pure: values to lines. */
import { type FactClass, factClasses, type Saturation } from "../saturation/types.js";
import type { Unexercised } from "../saturation/unexercised.js";
import { count } from "./count.js";
import { safe } from "./escape.js";
import type { Colors } from "./terminal.js";

/** What is told of a soak besides its estimates. */
export interface Context {
  /** The last new fact, in words; undefined where there was none or it is not known. */
  readonly newest?: string | undefined;
  readonly unexercised: readonly Unexercised[];
}

const classNames: Readonly<Record<FactClass, string>> = {
  "system-calls": "system calls",
  reads: "paths read",
  writes: "paths written",
  network: "network",
  capabilities: "capabilities",
  programs: "programs",
  others: "others",
};

/** A probability that nobody needs to care about. */
const littleNew = 0.05;

/** From here on a bound says nothing. */
const boundless = 0.995;

/** Lines of the summary; undefined where nothing could be estimated at all, because there was no soak. */
export function saturationLines(
  saturation: Saturation | undefined,
  { newest, unexercised }: Context,
  colors: Colors,
): string[] {
  return [
    ...(saturation === undefined
      ? []
      : [
          `${colors.bold("saturation:")} ${forecast(saturation)}`,
          ...repetitionLine(saturation),
          ...lastLine(saturation, newest),
          ...unseenLine(saturation),
        ]),
    ...(unexercised.length === 0
      ? []
      : [`${colors.yellow("not exercised:")} ${unexercised.map(unexercisedText).join(", ")}`]),
  ];
}

function unexercisedText({ name, why }: Unexercised): string {
  return safe(why === undefined ? name : `${name} (${why})`);
}

/** What another hour would show, in one sentence without a full stop. */
export function forecast(saturation: Saturation): string {
  const { chance, most } = saturation.whole;
  if (chance === null || most === null) {
    return `the soak of ${interval(saturation.seconds)} is too short to tell what another hour would show${missed(saturation, "; ")}`;
  }
  const likely =
    chance === 0
      ? "nothing seen suggests that another hour of this soak would show something new"
      : `another hour of this soak would show something new with a probability of ${percent(chance)}`;
  return most >= boundless
    ? `${likely}, but ${interval(saturation.seconds)} are too short to be sure${missed(saturation, ": ")}`
    : `${likely} (at most ${percent(most)})`;
}

function missed({ every }: Saturation, separator: string): string {
  return every === null
    ? ""
    : `${separator}what happens less often than every ${interval(every)} may have been missed`;
}

function repetitionLine({ by, next, repetitions }: Saturation): string[] {
  return by === "time" || next === null
    ? []
    : [
        `  after ${count(repetitions, "repetition")}, one more would show something new with a probability of at most ${percent(next)}`,
      ];
}

function lastLine({ seconds, whole }: Saturation, newest: string | undefined): string[] {
  if (whole.last === null) return [];
  const what = newest === undefined ? "" : ` (${safe(newest)})`;
  return [`  last new fact after ${interval(whole.last)} of ${interval(seconds)}${what}`];
}

function unseenLine({ whole, classes }: Saturation): string[] {
  const unseen = Math.round(whole.unseen ?? 0);
  const where = factClasses.filter((name) => Math.round(classes[name].unseen ?? 0) > 0);
  const kinds = where.length === 0 ? "" : ` (${where.map((name) => classNames[name]).join(", ")})`;
  return unseen === 0
    ? []
    : [
        `  by estimate it does at least ${count(unseen, "thing")} more that ${unseen === 1 ? "was" : "were"} not seen${kinds}`,
      ];
}

/** One sentence that is the same for soaks that went about the same, for the head of a drop-in. */
export function outlook({ by, next, whole }: Saturation): string {
  if (by === "repetition" && next !== null && next <= littleNew)
    return "the soak was repeated until one more time was unlikely to show anything new";
  if (whole.chance === null) return "the soak was too short to tell what more of it would show";
  if (whole.chance <= littleNew)
    return (whole.most ?? 1) < boundless
      ? "more of the same soak would probably show nothing new"
      : "the soak gives no sign that more of it would show something new";
  return whole.chance < 0.5
    ? "more of the same soak may show something new"
    : "more of the same soak would probably show something new";
}

/** `0.4 %`, `12 %`, `less than 0.1 %`, `more than 99 %`. */
export function percent(probability: number): string {
  const hundredths = probability * 100;
  if (hundredths > 0 && hundredths < 0.1) return "less than 0.1 %";
  if (hundredths > 99 && hundredths < 100) return "more than 99 %";
  return `${hundredths < 10 ? Number(hundredths.toFixed(1)) : Math.round(hundredths)} %`;
}

/** `0.043 s`, `4.2 s`, `40 s`, `12 min`, `3.5 h`. */
export function interval(seconds: number): string {
  if (seconds < 120) return `${seconds < 10 ? Number(seconds.toPrecision(2)) : Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Number((seconds / 3600).toFixed(1))} h`;
}
