/**
 * Estimators of what a sample has not shown, from incidence data: in how many of the sampling units each species was
 * seen. `q1` and `q2` are the numbers of species that were seen in exactly one unit and in exactly two, `units` is the number
 * of units. docs/saturation.md says what they assume.
 */

/**
 * How many species were not seen, at least.
 *
 * Chao2 (Chao 1987, Biometrics 43: 783-791), in the bias-corrected form where no species was seen in exactly two units
 * (Chao 2005, Encyclopedia of Statistical Sciences: 7907-7916).
 */
export function unseenSpecies(units: number, q1: number, q2: number): number {
  const correction = (units - 1) / units;
  return q2 > 0 ? (correction * q1 * q1) / (2 * q2) : (correction * q1 * (q1 - 1)) / 2;
}

/**
 * The part of all incidences, past and future, that are of species which were seen (Chao and Jost 2012, Ecology 93:
 * 2533-2547; after Turing and Good 1953).
 *
 * @param incidences the sum over all species of the units in which they were seen
 */
export function sampleCoverage(units: number, incidences: number, q1: number, q2: number): number {
  if (incidences === 0 || q1 === 0) return 1;
  const [rare, pairs] = q2 > 0 ? [(units - 1) * q1, 2 * q2] : [(units - 1) * (q1 - 1), 2];
  return 1 - (q1 / incidences) * (rare / (rare + pairs));
}

/**
 * How many new species `more` further units are expected to show (Colwell et al. 2012, Journal of Plant Ecology 5: 3-21,
 * extrapolation of the Bernoulli product model).
 *
 * @param unseen how many there are (`unseenSpecies`)
 * @param more need not be whole
 */
export function expectedNew(units: number, q1: number, unseen: number, more: number): number {
  if (unseen === 0 || q1 === 0) return 0;
  return unseen * (1 - (1 - q1 / (units * unseen + q1)) ** more);
}

/** The probability of at least one event, where `expected` rare and independent ones are expected (Poisson). */
export function chanceOfAny(expected: number): number {
  return -Math.expm1(-expected);
}

/** One minus the confidence of all bounds. */
const risk = 0.05;

/**
 * The mean of a Poisson distribution by which so few events or fewer come with a probability of 5 %: greater ones are ruled
 * out with a confidence of 95 % (Garwood 1936, Biometrika 28: 437-442).
 */
export function poissonUpperBound(events: number): number {
  let low = events;
  let high = 2 * events + 10;
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2;
    if (poissonAtMost(events, middle) > risk) low = middle;
    else high = middle;
  }
  return high;
}

/** The probability of at most `events` where `mean` are expected. */
function poissonAtMost(events: number, mean: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let i = 1; i <= events; i++) {
    term *= mean / i;
    sum += term;
  }
  return sum;
}

/** Of the normal distribution, one-sided: 95 of 100 are below so many standard deviations above the mean. */
const deviations = 1.645;

/**
 * How many species that this sample does not have a unit more shows at most, on average, whatever species there are; with a
 * confidence of 95 %.
 *
 * The estimate is `q1 / units` (Good 1953, Biometrika 40: 237-264). It errs because `q1` is left to chance: as a sum of
 * independent rare events it is spread no more than the Poisson distribution (Hoeffding 1956, Annals of Mathematical Statistics
 * 27: 713-721), which bounds its mean; and because which species are missing is left to chance, with a variance of
 * 2 `q2` / `units`² (Esty 1983, Annals of Statistics 11: 905-912). Both are added as independent errors are.
 */
export function mostNewPerUnit(units: number, q1: number, q2: number): number {
  const ofMean = poissonUpperBound(q1) - q1;
  const ofMissing = deviations * Math.sqrt(2 * q2);
  return (q1 + Math.hypot(ofMean, ofMissing)) / units;
}

/** How many units it takes before `mostNewPerUnit` can fall to `threshold`: with nothing new in any of them. */
export function fewestUnits(threshold: number): number {
  return poissonUpperBound(0) / threshold;
}
