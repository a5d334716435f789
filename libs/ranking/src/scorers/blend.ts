import type { Scorer } from './scorer.js';

/**
 * Several scorers as one: the mean of their scores, each brought to mean 0 and deviation 1 over the items asked about. Scorers of different kinds err
 * differently, so that their mean is often better than the best of them.
 *
 * @example
 * ```ts
 * const items = { count: 3, features: Float32Array.of(1, 2, 6), width: 1 };
 * const rising = { score: () => Float64Array.of(1, 2, 3) };
 * const steep = { score: () => Float64Array.of(10, 40, 70) };
 * blend([rising, steep]).score(items)[1]; // => 0
 * ```
 */
export function blend(scorers: readonly Pick<Scorer, 'score'>[]): Pick<Scorer, 'score'> {
  return {
    score(items, task) {
      const total = new Float64Array(items.count);
      for (const scorer of scorers) {
        const scores = scorer.score(items, task);
        const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
        const deviation = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length);
        scores.forEach((score, item) => {
          total[item]! += deviation > 0 ? (score - mean) / deviation / scorers.length : 0;
        });
      }
      return total;
    },
  };
}
