import { assertGrades } from '../metrics/finite.js';
import { discount, gain, type RelevanceOptions, relevance } from '../metrics.js';
import { inputOrder, sortDescending } from '../order.js';
import { assertLengths, boundedExp, constant, exponentials, LEAST_CURVATURE, silent } from './list.js';
import type { ListLoss, RankingLoss } from './ranking-loss.js';

/** Variants of LambdaRank. */
export interface LambdaRankOptions {
  /** How labels become grades (see `relevance`; the list itself is the reference), or `labels`: they are grades already. Default: scale 20. */
  readonly relevance?: Omit<RelevanceOptions, 'reference'> | 'labels';
  /** Only pairs with an item in the first `truncation` positions count, and the ideal DCG is cut there. Default: all. */
  readonly truncation?: number;
  /** LightGBM's `lambdarank_norm`: a pair's weight is divided by 0.01 + |score gap|, the list by sum / log2(1 + sum). Default false. */
  readonly normalise?: boolean;
  /** Steepness of the pairwise logistic. Default 1. */
  readonly sigma?: number;
  /**
   * Where items stand for the discount: by their scores, as LambdaRank has it, or by their labels ascending, as the published code of
   * AceNAS has it (pair weights then do not depend on the model and are largest between the worst and the rest). Default `predicted`.
   */
  readonly positions?: 'predicted' | 'labels-ascending';
}

/**
 * LambdaRank (Burges 2010, section 4): for each pair of a list the RankNet gradient times |delta NDCG| of swapping the two. Descending
 * it improves NDCG. Gradients sum to zero; equal grades give none. Equal scores take positions in input order, as LightGBM's stable
 * sort does. With `relevance: 'labels'`, equal to LightGBM's lambdarank objective.
 * @throws RankingError from `forList`: `INVALID_SCORES` on a label that is not finite, or a grade outside [0, 50].
 *
 * @example
 * ```ts
 * const list = lambdaRank({ relevance: 'labels' }).forList([1, 0]);
 * const [gradient, curvature] = [new Float64Array(2), new Float64Array(2)];
 * list.slopes(new Float64Array(2), gradient, curvature);
 * // Descending the gradient raises the score of the better item.
 * [gradient[0]! < 0, gradient[0]! + gradient[1]!]; // => [true, 0]
 * ```
 */
export function lambdaRank(options: LambdaRankOptions = {}): RankingLoss {
  return { name: 'lambdarank', forList: (labels) => lambdaRankList(labels, options) };
}

function lambdaRankList(labels: ArrayLike<number>, options: LambdaRankOptions): ListLoss {
  const { truncation = Number.POSITIVE_INFINITY, normalise = false, sigma = 1, positions = 'predicted' } = options;
  const n = labels.length;
  const gains = grades(labels, options.relevance).map(gain);
  if (constant(gains)) {
    return silent(n);
  }
  const discounts = Float64Array.from(gains, (_, position) => discount(position));
  const ideal = idealDcg(gains, discounts, truncation);
  const lastFirst = Math.min(truncation, n - 1);
  const order = inputOrder(n);
  const scratch = new Int32Array(n);
  if (positions === 'labels-ascending') {
    sortDescending(
      order,
      Float64Array.from(labels, (label) => -label),
      scratch,
    );
  }
  const pairs = new PositionedPairs(n);

  return {
    slopes: (scores, gradient, curvature) => {
      assertLengths(n, scores, gradient, curvature);
      if (positions === 'predicted') {
        sortDescending(order, scores, scratch);
      }
      for (let at = 0; at < n; at += 1) {
        const item = order[at]!;
        pairs.share[at] = gains[item]! / ideal;
        pairs.logit[at] = sigma * scores[item]!;
      }
      const byGap = normalise && !constant(scores);
      const total = 2 * sigma * addPairs(pairs, discounts, lastFirst, byGap ? 1 / sigma : undefined);
      const factor = sigma * (normalise && total > 0 ? Math.log2(1 + total) / total : 1);
      for (let at = 0; at < n; at += 1) {
        const item = order[at]!;
        gradient[item] = factor * pairs.slope[at]!;
        curvature[item] = factor * sigma * pairs.bend[at]!;
      }
    },
  };
}

/** Items by position, so that the loop over pairs runs through memory in order. */
class PositionedPairs {
  /** Gain divided by the ideal DCG. */
  readonly share: Float64Array;
  /** sigma times score. */
  readonly logit: Float64Array;
  readonly power: Float64Array;
  readonly slope: Float64Array;
  readonly bend: Float64Array;

  constructor(readonly n: number) {
    this.share = new Float64Array(n);
    this.logit = new Float64Array(n);
    this.power = new Float64Array(n);
    this.slope = new Float64Array(n);
    this.bend = new Float64Array(n);
  }
}

/**
 * Slopes with respect to the logits, over the pairs with an item in the first positions. No branch depends on which item of a pair is
 * better: that would be guessed wrongly half the time.
 * @param unit score of a logit of 1, where pairs are divided by their score gap
 * @returns the sum of what each pair pulls
 */
function addPairs(
  { n, share, logit, power, slope, bend }: PositionedPairs,
  discounts: Float64Array,
  first: number,
  unit: number | undefined,
): number {
  // Looked up once, not for every pair.
  const { abs, max } = Math;
  slope.fill(0);
  bend.fill(0);
  const quotients = exponentials(logit, power);
  let total = 0;
  for (let i = 0; i < first; i += 1) {
    const shareI = share[i]!;
    const logitI = logit[i]!;
    const discountI = discounts[i]!;
    const powerI = quotients ? power[i]! : 1;
    let slopeI = 0;
    let bendI = 0;
    for (let j = i + 1; j < n; j += 1) {
      let swap = (shareI - share[j]!) * (discountI - discounts[j]!);
      if (unit !== undefined) {
        swap /= 0.01 + abs(logitI - logit[j]!) * unit;
      }
      const weight = abs(swap);
      // The weight where i is the better one, else 0.
      const upwards = (weight + swap) / 2;
      const powerJ = quotients ? power[j]! : boundedExp(logit[j]! - logitI);
      const inverse = 1 / (powerI + powerJ);
      const ahead = powerI * inverse;
      const behind = powerJ * inverse;
      const pull = (weight - upwards) * ahead - upwards * behind;
      const curve = weight * max(ahead * behind, LEAST_CURVATURE);
      slopeI += pull;
      slope[j] = slope[j]! - pull;
      bendI += curve;
      bend[j] = bend[j]! + curve;
      total += abs(pull);
    }
    slope[i] = slope[i]! + slopeI;
    bend[i] = bend[i]! + bendI;
  }
  return total;
}

function grades(labels: ArrayLike<number>, how: LambdaRankOptions['relevance']): Float64Array {
  if (how !== 'labels') {
    return relevance(labels, how);
  }
  assertGrades(labels, 'labels');
  return Float64Array.from(labels);
}

function idealDcg(gains: Float64Array, discounts: Float64Array, truncation: number): number {
  const sorted = Float64Array.from(gains).sort().reverse();
  let total = 0;
  for (let position = 0; position < sorted.length && position < truncation; position += 1) {
    total += sorted[position]! * discounts[position]!;
  }
  return total;
}
