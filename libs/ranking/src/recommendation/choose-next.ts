import type { Random } from '@edgelore/tensor';
import { type Belief, draws } from './belief.js';
import { greedyPortfolio } from './neighbours.js';

/** Joint draws that a choice is made over, and candidates that it looks at. */
const DRAWS = 256;
const SHORTLIST = 100;

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
