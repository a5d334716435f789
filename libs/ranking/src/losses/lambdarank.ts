import { descending, discount, gain } from '../metrics.js';
import { RankingError } from '../ranking.error.js';

/** Variants of the LambdaRank gradient. */
export interface LambdaOptions {
  /** Only pairs with an item in the first `truncation` predicted positions count, and the ideal DCG is cut there. Default: all. */
  readonly truncation?: number;
  /** LightGBM's `lambdarank_norm`: a pair's weight is divided by 0.01 + |score gap|, the list by sum / log2(1 + sum). Default false. */
  readonly normalise?: boolean;
  /** Steepness of the pairwise logistic. Default 1. */
  readonly sigma?: number;
}

/** Gradient and diagonal curvature of the (never evaluated) ranking cost with respect to the scores, [n] each. */
export interface Lambdas {
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
}

/**
 * LambdaRank for one list (Burges 2010, section 4): for each pair the RankNet gradient times |delta NDCG| of swapping the two at
 * their **predicted** positions. Descending `gradient` improves NDCG. The gradient sums to zero; a list without gain or with one
 * grade only gives zeros. Equal scores take positions in input order, as LightGBM's stable sort does.
 * @param scores predicted scores [n], finite
 * @param graded relevance [n], finite
 * @throws RankingError `INVALID_SCORES` on different lengths.
 *
 * @example
 * ```ts
 * // Descending the gradient raises the score of the better item.
 * const { gradient } = lambdas([0, 0], [1, 0]);
 * [gradient[0]! < 0, gradient[0]! + gradient[1]!]; // => [true, 0]
 * ```
 */
export function lambdas(scores: ArrayLike<number>, graded: ArrayLike<number>, options: LambdaOptions = {}): Lambdas {
  const { truncation = Number.POSITIVE_INFINITY, normalise = false, sigma = 1 } = options;
  const n = scores.length;
  if (graded.length !== n) {
    throw new RankingError(
      'INVALID_SCORES',
      `${n} scores stand against ${graded.length} grades; pass lists of one length.`,
    );
  }
  const gradient = new Float64Array(n);
  const curvature = new Float64Array(n);
  const gains = Float64Array.from(graded, gain);
  const ideal = idealDcg(gains, truncation);
  if (!(ideal > 0)) {
    return { gradient, curvature };
  }
  const order = descending(scores);
  const spread = (scores[order[0] as number] as number) !== (scores[order[n - 1] as number] as number);
  // Looked up once, not for every pair.
  const { exp } = Math;
  const discounts = order.map((_, position) => discount(position));
  let sum = 0;
  for (let i = 0; i < n - 1 && i < truncation; i += 1) {
    const first = order[i] as number;
    for (let j = i + 1; j < n; j += 1) {
      const second = order[j] as number;
      const gap = (gains[first] as number) - (gains[second] as number);
      if (gap === 0) {
        continue;
      }
      const better = gap > 0 ? first : second;
      const worse = gap > 0 ? second : first;
      const lead = (scores[better] as number) - (scores[worse] as number);
      let weight = ((gap > 0 ? gap : -gap) * (discounts[i]! - discounts[j]!)) / ideal;
      if (normalise && spread) {
        weight /= 0.01 + Math.abs(lead);
      }
      const wrong = 1 / (1 + exp(sigma * lead));
      const pull = sigma * wrong * weight;
      const bend = sigma * sigma * wrong * (1 - wrong) * weight;
      gradient[better] = (gradient[better] as number) - pull;
      gradient[worse] = (gradient[worse] as number) + pull;
      curvature[better] = (curvature[better] as number) + bend;
      curvature[worse] = (curvature[worse] as number) + bend;
      sum += 2 * pull;
    }
  }
  if (normalise && sum > 0) {
    const factor = Math.log2(1 + sum) / sum;
    for (let index = 0; index < n; index += 1) {
      gradient[index] = (gradient[index] as number) * factor;
      curvature[index] = (curvature[index] as number) * factor;
    }
  }
  return { gradient, curvature };
}

function idealDcg(gains: Float64Array, truncation: number): number {
  const sorted = Float64Array.from(gains).sort().reverse();
  let total = 0;
  for (let position = 0; position < sorted.length && position < truncation; position += 1) {
    total += (sorted[position] as number) * discount(position);
  }
  return total;
}
