import { RankingError } from './ranking.error.js';

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
 * @throws RankingError `INVALID_SCORES` on an empty reference or a value that is not finite.
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
  const sorted = Float64Array.from(reference).sort();
  const low = quantileOfSorted(sorted, floorQuantile);
  const top = sorted[sorted.length - 1] as number;
  const span = top - low;
  return Float64Array.from(scores, (score) => (span > 0 ? scale * Math.min(1, Math.max(0, (score - low) / span)) : 0));
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
 * Discounted cumulative gain at `k` of the order that `scores` induce (descending). Items with equal scores share the mean gain of
 * their group (McSherry and Najork 2008), so the result does not depend on the order of the input.
 * @param scores predicted scores [n]
 * @param graded relevance [n]
 * @throws RankingError `INVALID_SCORES` on different lengths or a value that is not finite.
 *
 * @example
 * ```ts
 * // The better item comes second: its gain of 3 is divided by log2(3).
 * dcg([0.9, 0.1], [0, 2]).toFixed(3); // => '1.893'
 * ```
 */
export function dcg(scores: ArrayLike<number>, graded: ArrayLike<number>, k = Number.POSITIVE_INFINITY): number {
  assertPaired(scores, graded);
  const order = descending(scores);
  let total = 0;
  for (let start = 0; start < order.length && start < k; ) {
    const end = endOfTies(scores, order, start);
    let gains = 0;
    for (let position = start; position < end; position += 1) {
      gains += gain(at(graded, order[position] as number));
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
 * Normalised DCG at `k`, in [0, 1]. A list without any gain counts 1 (nothing could be ranked wrongly; LightGBM's convention).
 * @throws RankingError `INVALID_SCORES` on different lengths or a value that is not finite.
 *
 * @example
 * ```ts
 * ndcg([0.9, 0.1], [2, 0]); // => 1
 * ndcg([0.1, 0.9], [2, 0]) < 1; // => true
 * ```
 */
export function ndcg(scores: ArrayLike<number>, graded: ArrayLike<number>, k = Number.POSITIVE_INFINITY): number {
  const ideal = dcg(graded, graded, k);
  return ideal > 0 ? dcg(scores, graded, k) / ideal : 1;
}

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
  const order = Array.from({ length: n }, (_, index) => index).sort(
    (i, j) => at(a, i) - at(a, j) || at(b, i) - at(b, j),
  );
  const pairs = (n * (n - 1)) / 2;
  const tiedA = tiedPairs(order, (i, j) => at(a, i) === at(a, j));
  const tiedBoth = tiedPairs(order, (i, j) => at(a, i) === at(a, j) && at(b, i) === at(b, j));
  const values = order.map((index) => at(b, index));
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
    const da = at(ranksA, index) - middle;
    const db = at(ranksB, index) - middle;
    covariance += da * db;
    varianceA += da * da;
    varianceB += db * db;
  }
  const denominator = Math.sqrt(varianceA * varianceB);
  return denominator > 0 ? covariance / denominator : 0;
}

/**
 * Regret of trying the `k` best-predicted items: best true score of all minus best true score among those k, in units of the
 * true score. Where a tie of predictions straddles position k, the expectation over a random order of the tie.
 * @param k how many are tried, at least 1
 * @throws RankingError `INVALID_SCORES` on an empty list, different lengths or a value that is not finite.
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
  const order = descending(predicted);
  let best = Number.NEGATIVE_INFINITY;
  let sure = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < truth.length; index += 1) {
    best = Math.max(best, at(truth, index));
  }
  for (let start = 0; start < order.length; ) {
    const end = endOfTies(predicted, order, start);
    const group = order.slice(start, end).map((index) => at(truth, index));
    if (end >= k) {
      return best - expectedBest(group, k - start, sure);
    }
    sure = group.reduce((a, b) => Math.max(a, b), sure);
    start = end;
  }
  return best - sure;
}

/** Indices that sort the values descending; equal values keep their order. */
export function descending(values: ArrayLike<number>): number[] {
  return Array.from({ length: values.length }, (_, index) => index).sort((i, j) => at(values, j) - at(values, i));
}

/** Expected maximum of `floor` and `draws` (at least 1) items drawn without replacement from the group. */
function expectedBest(group: readonly number[], draws: number, floor: number): number {
  const sorted = [...group].sort((x, y) => y - x);
  let expectation = 0;
  let noneBefore = 1;
  for (let rank = 0; rank < sorted.length; rank += 1) {
    const left = sorted.length - rank;
    const chosen = Math.min(1, draws / left);
    expectation += noneBefore * chosen * Math.max(floor, sorted[rank] as number);
    noneBefore *= 1 - chosen;
  }
  return expectation;
}

function quantileOfSorted(sorted: Float64Array, quantile: number): number {
  const position = (sorted.length - 1) * quantile;
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (position - below);
}

function endOfTies(values: ArrayLike<number>, order: readonly number[], start: number): number {
  let end = start + 1;
  while (end < order.length && at(values, order[end] as number) === at(values, order[start] as number)) {
    end += 1;
  }
  return end;
}

function meanRanks(values: ArrayLike<number>): Float64Array {
  const order = descending(values);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    const end = endOfTies(values, order, start);
    for (let position = start; position < end; position += 1) {
      ranks[order[position] as number] = (start + end - 1) / 2;
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
    if (j >= right.length || (i < left.length && (left[i] as number) <= (right[j] as number))) {
      values[index] = left[i] as number;
      i += 1;
    } else {
      values[index] = right[j] as number;
      j += 1;
      inversions += left.length - i;
    }
  }
  return inversions;
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] as number;
}

function assertPaired(a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (a.length !== b.length) {
    throw new RankingError(
      'INVALID_SCORES',
      `${a.length} scores stand against ${b.length} values; pass lists of one length.`,
    );
  }
  assertFinite(a, 'scores');
  assertFinite(b, 'values');
}

/** @throws RankingError `INVALID_SCORES` on an empty list or a value that is not finite. */
export function assertFinite(values: ArrayLike<number>, name: string): void {
  if (values.length === 0) {
    throw new RankingError('INVALID_SCORES', `The list of ${name} is empty; pass at least one.`);
  }
  for (let index = 0; index < values.length; index += 1) {
    if (!Number.isFinite(values[index])) {
      throw new RankingError(
        'INVALID_SCORES',
        `${name}[${index}] is ${values[index]}; every value must be a finite number.`,
      );
    }
  }
}
