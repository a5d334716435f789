import { assertFinite } from '../metrics/finite.js';
import { inputOrder, sortDescending } from '../order.js';
import { assertLengths, boundedExp, constant, exponentials, LEAST_CURVATURE, silent } from './list.js';
import type { ListLoss, RankingLoss } from './ranking-loss.js';

export interface RankNetOptions {
  /** Steepness of the pairwise logistic. Default 1. */
  readonly sigma?: number;
}

/**
 * RankNet (Burges et al. 2005): the sum of log(1 + exp(-sigma (s_i - s_j))) over the pairs whose labels say that i is better than j,
 * divided by n - 1, so that an item's gradient is a mean over its opponents. Equal labels give no pair.
 *
 * @example
 * ```ts
 * const [gradient, curvature] = [new Float64Array(2), new Float64Array(2)];
 * rankNet().forList([0.9, 0.2]).slopes(new Float64Array(2), gradient, curvature);
 * gradient; // => Float64Array.of(-0.5, 0.5)
 * ```
 */
export function rankNet(options: RankNetOptions = {}): RankingLoss {
  const { sigma = 1 } = options;
  return { name: 'ranknet', forList: (labels) => rankNetList(labels, sigma) };
}

function rankNetList(labels: ArrayLike<number>, sigma: number): ListLoss {
  assertFinite(labels, 'labels');
  const n = labels.length;
  if (constant(labels)) {
    return silent(n);
  }
  const order = inputOrder(n);
  sortDescending(order, Float64Array.from(labels), new Int32Array(n));
  // From best label to worst: the worse ones of item i are then the last n - firstWorse[i].
  const firstWorse = new Int32Array(n).fill(n);
  for (let at = n - 2; at >= 0; at -= 1) {
    firstWorse[at] = labels[order[at]!] === labels[order[at + 1]!] ? firstWorse[at + 1]! : at + 1;
  }
  const [logit, power, slope, bend] = Array.from({ length: 4 }, () => new Float64Array(n)) as Four;

  return {
    slopes: (scores, gradient, curvature) => {
      assertLengths(n, scores, gradient, curvature);
      for (let at = 0; at < n; at += 1) {
        logit[at] = sigma * scores[order[at]!]!;
      }
      slope.fill(0);
      bend.fill(0);
      const quotients = exponentials(logit, power);
      for (let i = 0; i < n; i += 1) {
        const logitI = logit[i]!;
        const powerI = quotients ? power[i]! : 1;
        let slopeI = 0;
        let bendI = 0;
        for (let j = firstWorse[i]!; j < n; j += 1) {
          const powerJ = quotients ? power[j]! : boundedExp(logit[j]! - logitI);
          const inverse = 1 / (powerI + powerJ);
          const wrong = powerJ * inverse;
          const curve = powerI * inverse * wrong;
          const bent = Math.max(curve, LEAST_CURVATURE);
          slopeI += wrong;
          slope[j] = slope[j]! + wrong;
          bendI += bent;
          bend[j] = bend[j]! + bent;
        }
        slope[i] = slope[i]! - slopeI;
        bend[i] = bend[i]! + bendI;
      }
      const factor = sigma / (n - 1);
      for (let at = 0; at < n; at += 1) {
        gradient[order[at]!] = factor * slope[at]!;
        curvature[order[at]!] = factor * sigma * bend[at]!;
      }
    },
  };
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];
