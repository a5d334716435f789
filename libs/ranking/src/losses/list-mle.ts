import { assertFinite } from '../metrics/finite.js';
import { inputOrder, sortDescending } from '../order.js';
import { assertLengths, constant, LEAST_CURVATURE, silent } from './list.js';
import type { ListLoss, RankingLoss } from './ranking-loss.js';

/**
 * ListMLE (Xia et al. 2008): minus the log-likelihood of the labels' order under the Plackett-Luce model of the scores,
 * the sum over places k of log(sum over l >= k of exp(s_l)) - s_k. Items with equal labels share the denominator of the first of them
 * (Breslow 1974), and the last of such groups counts nothing, since its order is not known: so nothing depends on the order of the
 * input. The curvature is the diagonal that bounds the Hessian from above, sum of p instead of p (1 - p): a Newton step descends.
 *
 * @example
 * ```ts
 * const [gradient, curvature] = [new Float64Array(2), new Float64Array(2)];
 * listMle().forList([0.9, 0.2]).slopes(new Float64Array(2), gradient, curvature);
 * gradient.map((slope) => Math.round(slope * 1e9) / 1e9); // => Float64Array.of(-0.5, 0.5)
 * ```
 */
export function listMle(): RankingLoss {
  return { name: 'list-mle', forList: listMleList };
}

function listMleList(labels: ArrayLike<number>): ListLoss {
  assertFinite(labels, 'labels');
  const n = labels.length;
  if (constant(labels)) {
    return silent(n);
  }
  const order = inputOrder(n);
  sortDescending(order, Float64Array.from(labels), new Int32Array(n));
  const label = (at: number) => labels[order[at]!];
  // How many items with one label begin at each place; 0 inside a group, and all through the last.
  const starting = new Int32Array(n);
  for (let start = 0; label(start) !== label(n - 1); start += starting[start]!) {
    let end = start;
    while (label(end) === label(start)) {
      end += 1;
    }
    starting[start] = end - start;
  }
  const lastGroup = order.findIndex((_, at) => label(at) === label(n - 1));
  const logWeight = Float64Array.from(starting, Math.log);
  const logTail = new Float64Array(n);

  return {
    slopes: (scores, gradient, curvature) => {
      assertLengths(n, scores, gradient, curvature);
      let tail = Number.NEGATIVE_INFINITY;
      for (let at = n - 1; at >= 0; at -= 1) {
        tail = logSum(tail, scores[order[at]!]!);
        logTail[at] = tail;
      }
      // In logarithms throughout: the quotients stay within [0, 1] however far apart the scores are.
      let inverse = Number.NEGATIVE_INFINITY;
      for (let at = 0; at < n; at += 1) {
        if (starting[at]! > 0) {
          inverse = logSum(inverse, logWeight[at]! - logTail[at]!);
        }
        const item = order[at]!;
        const expected = Math.exp(scores[item]! + inverse);
        gradient[item] = at < lastGroup ? expected - 1 : expected;
        curvature[item] = Math.max(expected, LEAST_CURVATURE);
      }
    },
  };
}

/** log(e^a + e^b); `b` is finite. */
function logSum(a: number, b: number): number {
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}
