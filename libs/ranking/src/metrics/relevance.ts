import { RankingError } from '../ranking.error.js';
import { assertFinite } from './finite.js';
import { quantileOfSorted } from './quantile.js';

/** How raw scores become graded relevance. */
export interface RelevanceOptions {
  /** Relevance of the best score; the gain of the best item is 2^scale - 1. Default 20. */
  readonly scale?: number;
  /** Scores at or below this quantile of the reference are worth nothing. Default 0.2. */
  readonly floorQuantile?: number;
  /** Scores that fix the floor and the top; default: the scores themselves. */
  readonly reference?: ArrayLike<number>;
}

/**
 * Graded relevance of raw scores (higher is better): `scale * clip((y - low) / (top - low), 0, 1)`, low being a quantile of the
 * reference and top its maximum. When the reference has no spread every item gets 0. Source: the AceNAS code, `metrics.py`.
 * @throws RankingError `INVALID_SCORES` on an empty reference, a value that is not finite, or an option out of range.
 *
 * @example
 * ```ts
 * relevance([0.1, 0.5, 0.9], { scale: 5, floorQuantile: 0 }); // => Float64Array.of(0, 2.5, 5)
 * ```
 */
export function relevance(scores: ArrayLike<number>, options: RelevanceOptions = {}): Float64Array {
  const { scale = 20, floorQuantile = 0.2, reference = scores } = options;
  assertFinite(scores, 'scores');
  assertFinite(reference, 'reference');
  if (!(scale > 0 && floorQuantile >= 0 && floorQuantile <= 1)) {
    throw new RankingError(
      'INVALID_SCORES',
      `Relevance of scale ${scale} above quantile ${floorQuantile} is not defined; the scale must be positive and the quantile in [0, 1].`,
    );
  }
  const sorted = Float64Array.from(reference).sort();
  const low = quantileOfSorted(sorted, floorQuantile);
  const top = sorted[sorted.length - 1] as number;
  const span = top - low;
  return Float64Array.from(scores, (score) => (span > 0 ? scale * Math.min(1, Math.max(0, (score - low) / span)) : 0));
}
