import { assertFinite } from '../metrics/finite.js';
import { assertLengths, constant, silent, standardised } from './list.js';
import type { RankingLoss } from './ranking-loss.js';

/**
 * Half the squared difference of scores and labels, summed; labels are standardised over the list, scores are taken as they are. So
 * scores get a unit (deviations of a list), and a Newton step from zero goes to the labels' mean.
 *
 * @example
 * ```ts
 * const [gradient, curvature] = [new Float64Array(2), new Float64Array(2)];
 * squaredError().forList([0.9, 0.7]).slopes(Float64Array.of(0, 0), gradient, curvature);
 * [gradient[1]!.toFixed(6), curvature[1]]; // => ['1.000000', 1]
 * ```
 */
export function squaredError(): RankingLoss {
  return {
    name: 'squared-error',
    forList: (labels) => {
      assertFinite(labels, 'labels');
      if (constant(labels)) {
        return silent(labels.length);
      }
      const target = standardised(labels);
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
