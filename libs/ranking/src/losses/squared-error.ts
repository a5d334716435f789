import { assertFinite } from '../metrics/finite.js';
import { RankingError } from '../ranking.error.js';
import { assertLengths, constant, silent, standardised } from './list.js';
import type { RankingLoss } from './ranking-loss.js';

/** Variants of the squared error. */
export interface SquaredErrorOptions {
  /**
   * Looks closely at the top: a label y becomes -log(best - y + top * deviation of the labels) first, so that the last steps towards the best
   * count as much as large steps far below it. Smaller is closer. Default: labels as they are.
   */
  readonly top?: number;
}

/**
 * Half the squared difference of scores and labels, summed; labels are standardised over the list, scores are taken as they are. So
 * scores get a unit (deviations of a list), and a Newton step from zero goes to the labels' mean.
 * @throws RankingError `INVALID_LOSS` unless `top` is positive.
 *
 * @example
 * ```ts
 * const [gradient, curvature] = [new Float64Array(2), new Float64Array(2)];
 * squaredError().forList([0.9, 0.7]).slopes(Float64Array.of(0, 0), gradient, curvature);
 * [gradient[1]!.toFixed(6), curvature[1]]; // => ['1.000000', 1]
 * ```
 */
export function squaredError({ top }: SquaredErrorOptions = {}): RankingLoss {
  if (top !== undefined && !(top > 0 && Number.isFinite(top))) {
    throw new RankingError('INVALID_LOSS', `squared-error.top is ${top}; it must be a positive number.`);
  }
  return {
    name: 'squared-error',
    forList: (labels) => {
      assertFinite(labels, 'labels');
      if (constant(labels)) {
        return silent(labels.length);
      }
      const target = standardised(top === undefined ? labels : logRegrets(labels, top));
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

/** Labels by the logarithm of their distance from the best. */
function logRegrets(labels: ArrayLike<number>, top: number): Float64Array {
  const values = Float64Array.from(labels);
  const best = values.reduce((most, value) => Math.max(most, value));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => -Math.log(best - value + top * deviation));
}
