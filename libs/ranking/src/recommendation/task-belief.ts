import type { Random } from '@edgelore/tensor';
import { type Belief, draws } from './belief.js';
import type { TaskTable } from './experience.js';
import { configurationSimilarity, greedyPortfolio, kernelScores } from './neighbours.js';

/** What a belief about a new task's scores is made of; scores are in deviations of a task's trials. */
export interface TaskBeliefOptions {
  /** What the ranker expects of each candidate, [n]. */
  readonly expected: ArrayLike<number>;
  /** Candidates' features, [n][F]. */
  readonly features: readonly Float64Array[];
  /** Past tasks, and how far the new one is expected to be like each, [tasks]; only ratios of weights count. */
  readonly past: readonly TaskTable[];
  readonly weights: readonly number[];
}

/** Variances, in those of a task's trials. */
export interface Variances {
  /** Of departures from what is expected, in the directions in which past tasks departed from their mean. */
  readonly shared: number;
  /** Of departures that no past task showed, alike for configurations that are alike. */
  readonly own: number;
  /** Of a trial repeated with another seed. */
  readonly noise: number;
}

export const VARIANCES: Variances = { shared: 1, own: 0.3, noise: 0.1 };

/** How good a new task's trials are as a whole is not known beforehand; this much leaves it free. */
const LEVEL_VARIANCE = 100;
/** Joint draws that a choice is made over, and candidates that it looks at. */
const DRAWS = 256;
const SHORTLIST = 100;

/**
 * Scores of one task's candidates before its first trial: expected is what the ranker says; candidates depart from it together as they did on past tasks
 * (each is one direction of the covariance, as in the empirical Bayes of multi-task Gaussian processes: Bonilla, Chai, Williams 2007) and as they are alike.
 *
 * @example
 * ```ts
 * const features = [Float64Array.of(-1), Float64Array.of(1)];
 * const belief = taskBelief({ expected: [0.2, 0.1], features, past: [], weights: [] });
 * // The second turned out a deviation better than the first.
 * const after = condition(belief, [
 *   { candidate: 0, score: -0.5, noise: VARIANCES.noise },
 *   { candidate: 1, score: 0.5, noise: VARIANCES.noise },
 * ]);
 * after.mean[1]! > after.mean[0]!; // => true
 * ```
 */
export function taskBelief(
  { expected, features, past, weights }: TaskBeliefOptions,
  { shared, own }: Variances = VARIANCES,
): Belief {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => (total > 0 ? weight / total : 0));
  const scores = past.map((table) => kernelScores([table], [1], features).scores);
  const mean = features.map((_, at) => scores.reduce((sum, one, task) => sum + shares[task]! * one[at]!, 0));
  const directions = scores.map((one, task) =>
    one.map((value, at) => Math.sqrt(shared * shares[task]!) * (value - mean[at]!)),
  );
  return {
    mean: Float64Array.from(expected),
    covariance(a, b) {
      const together = directions.reduce((sum, direction) => sum + direction[a]! * direction[b]!, 0);
      return LEVEL_VARIANCE + together + own * configurationSimilarity(features[a]!, features[b]!);
    },
  };
}

/**
 * What to try next, best first: each is chosen for the draws of the belief in which what was tried, and those chosen before it, leave most to be
 * gained (expected improvement of a batch, greedily, by Monte Carlo).
 * @param tried candidates that have trials
 *
 * @example
 * ```ts
 * import { seededRandom } from '@edgelore/tensor';
 *
 * const belief = { mean: Float64Array.of(0.1, 0.9, 0.5), covariance: (a: number, b: number) => (a === b ? 1e-6 : 0) };
 * chooseNext(belief, [1], 2, seededRandom('next')); // => [2, 0]
 * ```
 */
export function chooseNext(belief: Belief, tried: readonly number[], count: number, random: Random): number[] {
  const known = new Set(tried);
  // What all candidates have in common, such as an unknown level, is no promise of any of them.
  const variances = Array.from(belief.mean, (_, at) => belief.covariance(at, at));
  const common = variances.reduce((least, variance) => Math.min(least, variance), Number.POSITIVE_INFINITY);
  const promise = (at: number) => belief.mean[at]! + Math.sqrt(variances[at]! - common);
  const open = Array.from(belief.mean, (_, at) => at)
    .filter((at) => !known.has(at))
    .map((at) => ({ at, promise: promise(at) }))
    .sort((a, b) => b.promise - a.promise || a.at - b.at)
    .slice(0, Math.max(count, SHORTLIST))
    .map(({ at }) => at);
  const drawn = draws(belief, [...open, ...tried], DRAWS, random);
  const best = drawn.map((draw) =>
    tried.reduce((most, _, at) => Math.max(most, draw[open.length + at]!), Number.NEGATIVE_INFINITY),
  );
  const scores = drawn.map((draw) => draw.subarray(0, open.length));
  return greedyPortfolio(
    scores,
    scores.map(() => 1),
    count,
    best,
  ).map((at) => open[at]!);
}
