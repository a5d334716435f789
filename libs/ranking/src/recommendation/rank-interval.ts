/** Two-sided 95 % of a normal distribution. */
const DEVIATIONS = 1.96;

/** The best and the worst rank that a configuration may turn out to have among those ranked with it; 1 is the best. */
export interface RankInterval {
  readonly low: number;
  readonly high: number;
}

/**
 * For each item the ranks that its score and the others' leave open: those surely better stand before it, those surely worse behind it, where sure means
 * that the difference of two scores is beyond 1.96 of its standard errors. The rank by score always lies inside.
 * @param scores expected scores, higher is better
 * @param spreads their standard errors, taken as independent
 *
 * @example
 * ```ts
 * rankIntervals([3, 1, 0.9], [0.1, 0.1, 0.1]); // => [{ low: 1, high: 1 }, { low: 2, high: 3 }, { low: 2, high: 3 }]
 * ```
 */
export function rankIntervals(scores: readonly number[], spreads: readonly number[]): RankInterval[] {
  return scores.map((score, at) => {
    const margin = (other: number) => DEVIATIONS * Math.hypot(spreads[at]!, spreads[other]!);
    const better = scores.filter((value, other) => other !== at && value - score > margin(other)).length;
    const worse = scores.filter((value, other) => other !== at && score - value > margin(other)).length;
    return { low: better + 1, high: scores.length - worse };
  });
}
