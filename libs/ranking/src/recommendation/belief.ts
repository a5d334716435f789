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
