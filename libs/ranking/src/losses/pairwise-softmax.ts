import { assertFinite } from '../metrics/finite.js';
import { assertLengths, boundedExp, constant, exponentials, LEAST_CURVATURE, silent, standardised } from './list.js';
import type { ListLoss, RankingLoss } from './ranking-loss.js';

/**
 * The pairwise loss of BRP-NAS (Dudziak et al. 2020): for every pair the divergence KL(softmax(z_i, z_j) || softmax(s_i, s_j)), z being
 * the labels standardised over the list (raw accuracies lie so close that every target would be one half). The sum is divided by
 * n - 1, so that an item's gradient is a mean over its opponents. Unlike RankNet it has a finite best score gap for each pair.
 *
 * @example
 * ```ts
 * // Scores that equal the standardised labels are perfect.
 * const [gradient, curvature] = [new Float64Array(2), new Float64Array(2)];
 * pairwiseSoftmax().forList([0.9, 0.7]).slopes(Float64Array.of(1, -1), gradient, curvature);
 * Math.abs(gradient[0]!) < 1e-12; // => true
 * ```
 */
export function pairwiseSoftmax(): RankingLoss {
  return { name: 'pairwise-softmax', forList: pairwiseSoftmaxList };
}

function pairwiseSoftmaxList(labels: ArrayLike<number>): ListLoss {
  assertFinite(labels, 'labels');
  const n = labels.length;
  if (constant(labels)) {
    return silent(n);
  }
  // No two standardised labels lie further apart than sqrt(2n), so these exponentials are finite.
  const target = standardised(labels).map(Math.exp);
  const power = new Float64Array(n);

  return {
    slopes: (scores, gradient, curvature) => {
      assertLengths(n, scores, gradient, curvature);
      gradient.fill(0);
      curvature.fill(0);
      const quotients = exponentials(scores, power);
      for (let i = 0; i < n; i += 1) {
        const [scoreI, targetI] = [scores[i]!, target[i]!];
        const powerI = quotients ? power[i]! : 1;
        let slopeI = 0;
        let bendI = 0;
        for (let j = i + 1; j < n; j += 1) {
          const powerJ = quotients ? power[j]! : boundedExp(scores[j]! - scoreI);
          const inverse = 1 / (powerI + powerJ);
          const ahead = powerI * inverse;
          const pull = ahead - targetI / (targetI + target[j]!);
          const curve = ahead * powerJ * inverse;
          const bent = Math.max(curve, LEAST_CURVATURE);
          slopeI += pull;
          gradient[j] = gradient[j]! - pull;
          bendI += bent;
          curvature[j] = curvature[j]! + bent;
        }
        gradient[i] = gradient[i]! + slopeI;
        curvature[i] = curvature[i]! + bendI;
      }
      for (let i = 0; i < n; i += 1) {
        gradient[i] = gradient[i]! / (n - 1);
        curvature[i] = curvature[i]! / (n - 1);
      }
    },
  };
}
