import { topKRegret } from '../metrics.js';
import type { Search } from '../search/search.js';
import type { BenchmarkTarget } from './benchmark.js';

/**
 * Runs a search over a table: it is told validation scores of one training seed, the best-validated of all it trained is selected, and what the
 * selected lacks to the best test score of all that may be tried is its regret, in units of the test score.
 * @param seed of the run; names the training seed, going round
 *
 * @example
 * ```ts
 * const scores = Float64Array.of(0.5, 0.9, 0.7);
 * const weak = { heads: [], labels: new Float32Array(0) };
 * const target = { name: 'accuracy', validation: [scores], test: scores, allowed: Uint8Array.of(1, 1, 1), weak };
 * const candidates = wholeSpace({ count: 3, features: new Float32Array(3), width: 1 }, target.allowed);
 * searchRegret(target, randomSearch(candidates, { budget: 3, seed: 1 }), 1); // => 0
 * ```
 */
export function searchRegret(target: BenchmarkTarget, search: Search<number>, seed: number): number {
  const labels = target.validation[seed % target.validation.length]!;
  for (let asked = search.ask(); asked.length > 0; asked = search.ask()) {
    search.tell(asked.map((row) => labels[row]!));
  }
  const selected = search.told.reduce((best, one) => (one.score > best.score ? one : best));
  return bestTest(target) - target.test[selected.candidate]!;
}

function bestTest({ test, allowed }: BenchmarkTarget): number {
  return test.reduce(
    (best, value, row) => (allowed[row] === 1 ? Math.max(best, value) : best),
    Number.NEGATIVE_INFINITY,
  );
}

/** How many are tried of what is predicted best. */
export const TRIED = [1, 3, 5, 10] as const;

/**
 * Folds over tasks: fold f holds every `count`-th task of the order given, from the f-th on.
 *
 * @example
 * ```ts
 * taskFolds([4, 0, 3, 1, 2], 2); // => [[4, 3, 2], [0, 1]]
 * ```
 */
export function taskFolds(order: readonly number[], count: number): number[][] {
  return Array.from({ length: count }, (_, fold) => order.filter((_task, at) => at % count === fold));
}

/**
 * Regret of the best of the 1, 3, 5 and 10 best-predicted items, in units of the score.
 *
 * @example
 * ```ts
 * taskRegrets([2, 1, 0], [0.5, 0.75, 1]); // => [0.5, 0, 0, 0]
 * ```
 */
export function taskRegrets(predicted: ArrayLike<number>, truth: ArrayLike<number>): number[] {
  return TRIED.map((tried) => topKRegret(predicted, truth, Math.min(tried, truth.length)));
}
