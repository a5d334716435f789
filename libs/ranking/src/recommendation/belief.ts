import type { Random } from '@edgelore/tensor';
import { RankingError } from '../ranking.error.js';
import { cholesky, dot, solveLower } from './cholesky.js';

/** Scores of candidates that are not known yet, as a Gaussian process. */
export interface Belief {
  /** Expected scores, [n]. */
  readonly mean: Float64Array;
  /** Covariance of the scores of two candidates. */
  covariance(a: number, b: number): number;
}

/** A measured score of a candidate, with the variance that a repeat would show. */
export interface Observation {
  readonly candidate: number;
  readonly score: number;
  readonly noise: number;
}

/** Added to a covariance's diagonal, as a share of it, so that rounding leaves it positive. */
const JITTER = 1e-9;

/**
 * What is believed after observations: Gaussian process regression (Rasmussen and Williams 2006, equations 2.25 and 2.26).
 * @throws RankingError `INVALID_SCORES` for a candidate that there is not, a score that is not finite or a noise that is not positive.
 *
 * @example
 * ```ts
 * // Two candidates that are alike: what one reaches is news of the other.
 * const prior = { mean: Float64Array.of(0, 0), covariance: (a: number, b: number) => (a === b ? 1 : 0.5) };
 * const { mean } = condition(prior, [{ candidate: 0, score: 1, noise: 3 }]);
 * mean; // => Float64Array.of(0.25, 0.125)
 * ```
 */
export function condition(prior: Belief, observations: readonly Observation[]): Belief {
  if (observations.length === 0) {
    return prior;
  }
  const n = prior.mean.length;
  for (const { candidate, score, noise } of observations) {
    if (!(Number.isInteger(candidate) && candidate >= 0 && candidate < n && Number.isFinite(score) && noise > 0)) {
      throw new RankingError(
        'INVALID_SCORES',
        `Observation of candidate ${candidate} (score ${score}, noise ${noise}) does not fit ${n} candidates; scores are finite and noise is positive.`,
      );
    }
  }
  const seen = observations.map(({ candidate }) => candidate);
  const factor = cholesky(
    seen.map((a, row) =>
      seen.map((b, column) => prior.covariance(a, b) + (row === column ? observations[row]!.noise : 0)),
    ),
  );
  const surprise = solveLower(
    factor,
    observations.map(({ candidate, score }) => score - prior.mean[candidate]!),
  );
  const solved = Array.from({ length: n }, () => undefined as Float64Array | undefined);
  const reach = (candidate: number): Float64Array => {
    solved[candidate] ??= solveLower(
      factor,
      seen.map((other) => prior.covariance(candidate, other)),
    );
    return solved[candidate];
  };
  return {
    mean: prior.mean.map((value, candidate) => value + dot(reach(candidate), surprise)),
    covariance: (a, b) => prior.covariance(a, b) - dot(reach(a), reach(b)),
  };
}

/**
 * Joint draws of the scores of some candidates, [count][among]; in pairs that mirror each other about the mean, so that their mean is exact.
 *
 * @example
 * ```ts
 * import { seededRandom } from '@edgelore/tensor';
 *
 * const belief = { mean: Float64Array.of(3, 5), covariance: (a: number, b: number) => (a === b ? 1 : 0) };
 * const [one, other] = draws(belief, [1], 2, seededRandom('draws'));
 * one![0]! + other![0]!; // => 10
 * ```
 */
export function draws(belief: Belief, among: readonly number[], count: number, random: Random): Float64Array[] {
  const covariance = among.map((a) => among.map((b) => belief.covariance(a, b)));
  const factor = cholesky(
    covariance.map((row, at) => row.map((value, to) => (at === to ? value * (1 + JITTER) + JITTER : value))),
  );
  const drawn: Float64Array[] = [];
  for (let pair = 0; pair < count / 2; pair += 1) {
    const normals = Float64Array.from(among, () => random.normal());
    const departure = Float64Array.from(factor, (row) => row.reduce((sum, value, at) => sum + value * normals[at]!, 0));
    drawn.push(
      departure.map((value, at) => belief.mean[among[at]!]! + value),
      departure.map((value, at) => belief.mean[among[at]!]! - value),
    );
  }
  return drawn.slice(0, count);
}
