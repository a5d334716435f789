import { descending, endOfTies } from './descending.js';
import { assertCut, assertGrades, assertPaired } from './finite.js';

/** Where libraries differ. */
export interface NdcgOptions {
  /**
   * What items with equal scores get: `average`, the mean gain of their group (McSherry and Najork 2008; scikit-learn), so that the
   * order of the input does not matter; or `input-order`, places in the order they came in (LightGBM). Default `average`.
   */
  readonly ties?: 'average' | 'input-order';
  /** NDCG of a list without any gain: 1, nothing could be ranked wrongly (LightGBM), or 0 (scikit-learn). Default 1. */
  readonly withoutGain?: 0 | 1;
}

/**
 * Gain of a graded relevance, `2^relevance - 1` (Järvelin and Kekäläinen 2002 in its exponential form).
 *
 * @example
 * ```ts
 * gain(3); // => 7
 * ```
 */
export function gain(graded: number): number {
  return 2 ** graded - 1;
}

/**
 * Discount of a 0-based position, `1 / log2(2 + position)`.
 *
 * @example
 * ```ts
 * discount(0); // => 1
 * ```
 */
export function discount(position: number): number {
  return 1 / Math.log2(position + 2);
}

/**
 * Discounted cumulative gain at `k` of the order that `scores` induce (descending).
 * @param scores predicted scores [n]
 * @param graded relevance [n], in [0, 50]
 * @param k how many places count, at least 1
 * @throws RankingError `INVALID_SCORES` on different lengths, a score that is not finite, a grade out of range, or k below 1.
 *
 * @example
 * ```ts
 * // The better item comes second: its gain of 3 is divided by log2(3).
 * dcg([0.9, 0.1], [0, 2]).toFixed(3); // => '1.893'
 * ```
 */
export function dcg(
  scores: ArrayLike<number>,
  graded: ArrayLike<number>,
  k = Number.POSITIVE_INFINITY,
  { ties = 'average' }: Pick<NdcgOptions, 'ties'> = {},
): number {
  assertPaired(scores, graded);
  assertGrades(graded, 'grades');
  assertCut(k);
  const order = descending(scores);
  let total = 0;
  for (let start = 0; start < order.length && start < k; ) {
    const end = ties === 'average' ? endOfTies(scores, order, start) : start + 1;
    let gains = 0;
    for (let position = start; position < end; position += 1) {
      gains += gain(graded[order[position]!]!);
    }
    let discounts = 0;
    for (let position = start; position < end && position < k; position += 1) {
      discounts += discount(position);
    }
    total += (gains / (end - start)) * discounts;
    start = end;
  }
  return total;
}

/**
 * Normalised DCG at `k` (Järvelin and Kekäläinen 2002), in [0, 1]: DCG divided by that of the ideal order. Equals scikit-learn's
 * `ndcg_score` of the gains with `{ withoutGain: 0 }`, and LightGBM's with `{ ties: 'input-order' }`.
 * @param scores predicted scores [n]
 * @param graded relevance [n], in [0, 50]
 * @param k how many places count, at least 1
 * @throws RankingError `INVALID_SCORES` on different lengths, a score that is not finite, a grade out of range, or k below 1.
 *
 * @example
 * ```ts
 * ndcg([0.9, 0.1], [2, 0]); // => 1
 * ndcg([0.1, 0.9], [2, 0]) < 1; // => true
 * ```
 */
export function ndcg(
  scores: ArrayLike<number>,
  graded: ArrayLike<number>,
  k = Number.POSITIVE_INFINITY,
  { ties = 'average', withoutGain = 1 }: NdcgOptions = {},
): number {
  const ideal = dcg(graded, graded, k);
  return ideal > 0 ? dcg(scores, graded, k, { ties }) / ideal : withoutGain;
}
