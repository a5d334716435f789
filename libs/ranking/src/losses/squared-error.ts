import { assertFinite } from '../metrics/finite.js';
import { quantileOfSorted } from '../metrics/quantile.js';
import { RankingError } from '../ranking.error.js';
import { assertLengths, constant, silent, standardised } from './list.js';
import type { RankingLoss } from './ranking-loss.js';

/** Variants of the squared error. */
export interface SquaredErrorOptions {
  /**
   * Looks closely at the top: a label y becomes -log(best - y + resolution) first, so that the last steps towards the best count as much as
   * large steps far below it. A share of the way from the labels' 20% quantile to their best, so that no unit matters; differences below
   * it are noise. Default: labels as they are.
   */
  readonly resolution?: number;
}

/**
 * Half the squared difference of scores and labels, summed; labels are standardised over the list, scores are taken as they are. So
 * scores get a unit (deviations of a list), and a Newton step from zero goes to the labels' mean.
 * @throws RankingError `INVALID_LOSS` unless `resolution` is positive.
 *
 * @example
 * ```ts
 * const [gradient, curvature] = [new Float64Array(2), new Float64Array(2)];
 * squaredError().forList([0.9, 0.7]).slopes(Float64Array.of(0, 0), gradient, curvature);
 * [gradient[1]!.toFixed(6), curvature[1]]; // => ['1.000000', 1]
 * ```
 */
export function squaredError({ resolution }: SquaredErrorOptions = {}): RankingLoss {
  if (resolution !== undefined && !(resolution > 0 && Number.isFinite(resolution))) {
    throw new RankingError('INVALID_LOSS', `squared-error.resolution is ${resolution}; it must be a positive number.`);
  }
  return {
    name: 'squared-error',
    forList: (labels) => {
      assertFinite(labels, 'labels');
      if (constant(labels)) {
        return silent(labels.length);
      }
      const target = standardised(resolution === undefined ? labels : logRegrets(labels, resolution));
      return {
        slopes: (scores, gradient, curvature) => {
          assertLengths(target.length, scores, gradient, curvature);
          for (let item = 0; item < target.length; item += 1) {
            gradient[item] = scores[item]! - target[item]!;
          }
          curvature.fill(1);
        },
      };
    },
  };
}

/** Labels by the logarithm of their distance from the best; at least two of them differ. */
function logRegrets(labels: ArrayLike<number>, resolution: number): Float64Array {
  const values = Float64Array.from(labels);
  const sorted = values.toSorted();
  const best = sorted.at(-1)!;
  const noise = resolution * (best - quantileOfSorted(sorted, 0.2) || best - sorted[0]!);
  return values.map((value) => -Math.log(best - value + noise));
}
