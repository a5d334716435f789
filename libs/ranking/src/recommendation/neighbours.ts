import type { TaskTable } from './experience.js';

/** Width of the configuration kernel as a share of the number of features: one or two dimensions apart still count. */
const CONFIGURATION_WIDTH = 0.06;

/** A past task and how far its description is from the one asked about. */
export interface Neighbour {
  readonly id: string;
  /** Euclidean distance of the descriptions' means. */
  readonly distance: number;
}

/**
 * All tasks, nearest first; ties by id.
 *
 * @example
 * ```ts
 * const tasks = [
 *   { id: 'far', mean: Float64Array.of(3, 4) },
 *   { id: 'near', mean: Float64Array.of(0, 1) },
 * ];
 * nearestTasks([0, 0], tasks)[0]; // => { id: 'near', distance: 1 }
 * ```
 */
export function nearestTasks(mean: ArrayLike<number>, tables: readonly Pick<TaskTable, 'id' | 'mean'>[]): Neighbour[] {
  return tables
    .map(({ id, mean: other }) => ({
      id,
      distance: Math.sqrt(other.reduce((sum, value, at) => sum + (value - mean[at]!) ** 2, 0)),
    }))
    .sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1));
}

/** How far two configurations are alike by their features, 0 to 1: a Gaussian kernel. */
export function configurationSimilarity(a: Float64Array, b: Float64Array): number {
  let squared = 0;
  for (let at = 0; at < a.length; at += 1) {
    squared += (a[at]! - b[at]!) ** 2;
  }
  return Math.exp(-squared / (2 * CONFIGURATION_WIDTH * a.length));
}

/**
 * A static portfolio: indices of configurations, chosen greedily so that the mean over tasks of the best score among those chosen
 * is as high as can be (regret as low).
 * @param expected expected standardised score [tasks][configurations]
 *
 * @example
 * ```ts
 * // Two tasks, three configurations: the second is good on both, the first and the third each best on one.
 * greedyPortfolio([[2, 1.5, 0], [0, 1.5, 2]], [1, 1], 2)[0]; // => 1
 * ```
 */
export function greedyPortfolio(
  expected: readonly ArrayLike<number>[],
  weights: readonly number[],
  count: number,
): number[] {
  const size = expected[0]?.length ?? 0;
  const best = expected.map(() => Number.NEGATIVE_INFINITY);
  const chosen: number[] = [];
  while (chosen.length < Math.min(count, size)) {
    let winner = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (let candidate = 0; candidate < size; candidate += 1) {
      if (chosen.includes(candidate)) {
        continue;
      }
      let value = 0;
      expected.forEach((row, task) => {
        // A little of the plain score decides between candidates that improve on no task.
        value += weights[task]! * (Math.max(best[task]!, row[candidate]!) + 0.001 * row[candidate]!);
      });
      if (value > most) {
        most = value;
        winner = candidate;
      }
    }
    chosen.push(winner);
    expected.forEach((row, task) => {
      best[task] = Math.max(best[task]!, row[winner]!);
    });
  }
  return chosen;
}
