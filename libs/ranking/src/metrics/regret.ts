import { RankingError } from '../ranking.error.js';
import { descending, endOfTies } from './descending.js';
import { assertCut, assertFinite, assertPaired } from './finite.js';

/**
 * Regret of trying the `k` best-predicted items: best true score of all minus best true score among those k, in units of the
 * true score. Where a tie of predictions straddles position k, the expectation over a random order of the tie.
 * @param k how many are tried, at least 1
 * @throws RankingError `INVALID_SCORES` on an empty list, different lengths, a value that is not finite, or k below 1.
 *
 * @example
 * ```ts
 * // The favourite reaches 0.6, the best of all would have reached 0.9; it is among the first two.
 * topKRegret([3, 2, 1], [0.6, 0.9, 0.1], 1).toFixed(1); // => '0.3'
 * topKRegret([3, 2, 1], [0.6, 0.9, 0.1], 2); // => 0
 * ```
 */
export function topKRegret(predicted: ArrayLike<number>, truth: ArrayLike<number>, k: number): number {
  assertPaired(predicted, truth);
  assertCut(k);
  const order = descending(predicted);
  let best = Number.NEGATIVE_INFINITY;
  let sure = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < truth.length; index += 1) {
    best = Math.max(best, truth[index]!);
  }
  for (let start = 0; start < order.length; ) {
    const end = endOfTies(predicted, order, start);
    const group = Array.from(order.subarray(start, end), (index) => truth[index]!);
    if (end >= k) {
      return best - expectedBest(group, k - start, sure);
    }
    sure = group.reduce((a, b) => Math.max(a, b), sure);
    start = end;
  }
  return best - sure;
}

/**
 * Rank, within the whole space, of the best item among those tried; 1 is the best there is. Items of equal truth share the best of
 * their ranks.
 * @param truth true scores of the whole space, higher is better [n]
 * @param tried indices into `truth`, at least one
 * @throws RankingError `INVALID_SCORES` on an empty list, a value that is not finite, or an index outside the space.
 *
 * @example
 * ```ts
 * bestFoundRank([0.1, 0.9, 0.5, 0.7], [0, 2]); // => 3
 * ```
 */
export function bestFoundRank(truth: ArrayLike<number>, tried: ArrayLike<number>): number {
  assertFinite(truth, 'truth');
  assertFinite(tried, 'tried');
  let best = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < tried.length; at += 1) {
    const score = truth[tried[at]!];
    if (score === undefined) {
      throw new RankingError(
        'INVALID_SCORES',
        `tried[${at}] is ${tried[at]}; it must be an index into the ${truth.length} items of the space.`,
      );
    }
    best = Math.max(best, score);
  }
  let rank = 1;
  for (let index = 0; index < truth.length; index += 1) {
    rank += truth[index]! > best ? 1 : 0;
  }
  return rank;
}

/** Expected maximum of `floor` and `draws` (at least 1) items drawn without replacement from the group. */
function expectedBest(group: readonly number[], draws: number, floor: number): number {
  const sorted = [...group].sort((x, y) => y - x);
  let expectation = 0;
  let noneBefore = 1;
  for (let rank = 0; rank < sorted.length; rank += 1) {
    const left = sorted.length - rank;
    const chosen = Math.min(1, draws / left);
    expectation += noneBefore * chosen * Math.max(floor, sorted[rank]!);
    noneBefore *= 1 - chosen;
  }
  return expectation;
}
