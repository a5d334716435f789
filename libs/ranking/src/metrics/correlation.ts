import { descending, endOfTies } from './descending.js';
import { assertPaired } from './finite.js';

/**
 * Kendall's tau-b, in [-1, 1], in O(n log n) (Knight 1966). 0 where one side is constant.
 * @throws RankingError `INVALID_SCORES` on different lengths or a value that is not finite.
 *
 * @example
 * ```ts
 * kendallTau([1, 2, 3], [10, 20, 30]); // => 1
 * ```
 */
export function kendallTau(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assertPaired(a, b);
  const n = a.length;
  const order = Array.from({ length: n }, (_, index) => index).sort((i, j) => a[i]! - a[j]! || b[i]! - b[j]!);
  const pairs = (n * (n - 1)) / 2;
  const tiedA = tiedPairs(order, (i, j) => a[i]! === a[j]!);
  const tiedBoth = tiedPairs(order, (i, j) => a[i]! === a[j]! && b[i]! === b[j]!);
  const values = order.map((index) => b[index]!);
  const discordant = countInversions(values);
  const tiedB = tiedPairs(values, (x, y) => x === y);
  const denominator = Math.sqrt((pairs - tiedA) * (pairs - tiedB));
  return denominator > 0 ? (pairs - tiedA - tiedB + tiedBoth - 2 * discordant) / denominator : 0;
}

/**
 * Spearman's rank correlation with mean ranks for ties, in [-1, 1]. 0 where one side is constant.
 * @throws RankingError `INVALID_SCORES` on different lengths or a value that is not finite.
 *
 * @example
 * ```ts
 * spearman([1, 2, 3], [30, 20, 10]); // => -1
 * ```
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assertPaired(a, b);
  const ranksA = meanRanks(a);
  const ranksB = meanRanks(b);
  const middle = (a.length - 1) / 2;
  let covariance = 0;
  let varianceA = 0;
  let varianceB = 0;
  for (let index = 0; index < a.length; index += 1) {
    const da = ranksA[index]! - middle;
    const db = ranksB[index]! - middle;
    covariance += da * db;
    varianceA += da * da;
    varianceB += db * db;
  }
  const denominator = Math.sqrt(varianceA * varianceB);
  return denominator > 0 ? covariance / denominator : 0;
}

function meanRanks(values: ArrayLike<number>): Float64Array {
  const order = descending(values);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    const end = endOfTies(values, order, start);
    for (let position = start; position < end; position += 1) {
      ranks[order[position]!] = (start + end - 1) / 2;
    }
    start = end;
  }
  return ranks;
}

function tiedPairs<T>(sorted: readonly T[], same: (x: T, y: T) => boolean): number {
  let total = 0;
  let run = 0;
  for (let index = 1; index < sorted.length; index += 1) {
    run = same(sorted[index - 1] as T, sorted[index] as T) ? run + 1 : 0;
    total += run;
  }
  return total;
}

/** Sorts `values` ascending in place and counts the strictly inverted pairs. */
function countInversions(values: number[]): number {
  if (values.length < 2) {
    return 0;
  }
  const middle = values.length >> 1;
  const left = values.slice(0, middle);
  const right = values.slice(middle);
  let inversions = countInversions(left) + countInversions(right);
  let i = 0;
  let j = 0;
  for (let index = 0; index < values.length; index += 1) {
    if (j >= right.length || (i < left.length && left[i]! <= right[j]!)) {
      values[index] = left[i]!;
      i += 1;
    } else {
      values[index] = right[j]!;
      j += 1;
      inversions += left.length - i;
    }
  }
  return inversions;
}
