import { RankingError } from '../ranking.error.js';
import type { ListLoss } from './ranking-loss.js';

/** Least curvature of a pair of weight 1: a Newton step on a pair that is hopelessly wrong stays finite. LightGBM's is alike. */
export const LEAST_CURVATURE = 1e-11;

/** Differences of scores up to this are taken from one exponential an item; e^700 is about the largest finite number. */
const WIDEST = 600;

/** The loss of a list that says nothing. */
export function silent(n: number): ListLoss {
  return {
    slopes: (scores, gradient, curvature) => {
      assertLengths(n, scores, gradient, curvature);
      gradient.fill(0);
      curvature.fill(0);
    },
  };
}

export function assertLengths(n: number, ...lists: readonly ArrayLike<number>[]): void {
  for (const list of lists) {
    if (list.length !== n) {
      throw new RankingError(
        'INVALID_SCORES',
        `A list of ${list.length} stands against ${n} labels; pass scores, gradient and curvature of one length.`,
      );
    }
  }
}

/** Whether nothing differs. */
export function constant(values: ArrayLike<number>): boolean {
  for (let index = 1; index < values.length; index += 1) {
    if (values[index] !== values[0]) {
      return false;
    }
  }
  return true;
}

/** Labels with mean 0 and (population) standard deviation 1; at least two of them differ. */
export function standardised(labels: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(labels);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  // Brought to a size of one first, so that no square under- or overflows.
  const size = centred.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const deviation = Math.sqrt(centred.reduce((sum, value) => sum + (value / size) ** 2, 0) / values.length);
  return centred.map((value) => value / size / deviation);
}

/**
 * Fills `out` with e^value, each divided by one common factor, so that the logistic of a difference of two is a quotient: n
 * exponentials in place of n². Gives false where the values lie too far apart for that.
 */
export function exponentials(values: Float64Array, out: Float64Array): boolean {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    least = Math.min(value, least);
    most = Math.max(value, most);
  }
  if (!(most - least <= WIDEST)) {
    return false;
  }
  const middle = (least + most) / 2;
  for (let index = 0; index < values.length; index += 1) {
    out[index] = Math.exp(values[index]! - middle);
  }
  return true;
}

/** e^difference, kept finite. */
export function boundedExp(difference: number): number {
  return Math.exp(Math.min(difference, WIDEST));
}
