import { ndcg, relevance, topKRegret } from '../metrics.js';
import { average, isJudged, type TaskTable } from './experience.js';
import { PastTasks } from './past-tasks.js';
import type { Strategy, TaskEvidence } from './ranker-version.js';

/** Grades for NDCG where tasks have a dozen noisy trials: the gain doubles every fifth of the span, not every twentieth. */
const GRADES = 5;
/** Judged tasks below which no strategy is believed to beat what did well everywhere. */
const LEAST_EVIDENCE = 3;
/** Quality of a ranking of one task's trials. */
export interface ListQuality {
  readonly regret1: number;
  readonly regret3: number;
  readonly ndcg10: number;
}

/**
 * How well `predicted` ranks trials with these true scores.
 *
 * @example
 * ```ts
 * listQuality([3, 2, 1], Float64Array.of(0.9, 0.6, 0.1)); // => { regret1: 0, regret3: 0, ndcg10: 1 }
 * ```
 */
export function listQuality(predicted: ArrayLike<number>, scores: Float64Array): ListQuality {
  return {
    regret1: topKRegret(predicted, scores, 1),
    regret3: topKRegret(predicted, scores, 3),
    ndcg10: ndcg(predicted, relevance(scores, { scale: GRADES }), 10),
  };
}

/**
 * Judges the three strategies on every held-out task with enough trials.
 * @param known the tables of the other folds, as this fold's extractor sees them
 * @param scoresOf what the ranker that never saw the held-out tasks says of a table's configurations, [n]
 */
export function foldEvidence(
  held: readonly TaskTable[],
  known: readonly TaskTable[],
  scoresOf: (table: TaskTable) => Float64Array,
): TaskEvidence[] {
  const past = new PastTasks(known);
  const unexplained = new Map(known.map((table) => [table.id, departures(table, scoresOf(table))]));
  return held.filter(isJudged).map((table) => {
    const { mean, features, scores } = table;
    const nothing = new Float64Array(scores.length);
    const quality = (expected: Float64Array, departuresOf: (known: TaskTable) => Float64Array, isDescribed: boolean) =>
      listQuality(past.believe({ mean, expected, features }, departuresOf, isDescribed).mean, scores);
    const byStrategy: Record<Strategy, ListQuality> = {
      'cold-portfolio': quality(nothing, ({ standardised }) => standardised, false),
      'nearest-tasks': quality(nothing, ({ standardised }) => standardised, true),
      ranker: quality(scoresOf(table), ({ id }) => unexplained.get(id)!, true),
    };
    const pick = (read: (quality: ListQuality) => number): Record<Strategy, number> => ({
      'cold-portfolio': read(byStrategy['cold-portfolio']),
      'nearest-tasks': read(byStrategy['nearest-tasks']),
      ranker: read(byStrategy.ranker),
    });
    return {
      task: table.id,
      trials: table.scores.length,
      regret1: pick(({ regret1 }) => regret1),
      regret3: pick(({ regret3 }) => regret3),
      ndcg10: pick(({ ndcg10 }) => ndcg10),
    };
  });
}

/** Standardised scores of a task's trials less what was expected of them, whose level says nothing, [n]. */
export function departures({ standardised }: TaskTable, expected: Float64Array): Float64Array {
  const level = average(expected);
  return standardised.map((score, at) => score - (expected[at]! - level));
}

/**
 * Mean out-of-fold regret of a strategy: of the first choice and of the best of three.
 *
 * @example
 * ```ts
 * const same = (value: number) => ({ 'cold-portfolio': value, 'nearest-tasks': value, ranker: value });
 * const evidence = [{ task: 'a', trials: 9, regret1: same(0.2), regret3: same(0.1), ndcg10: same(0.8) }];
 * meanRegret(evidence, 'ranker').toFixed(2); // => '0.15'
 * ```
 */
export function meanRegret(evidence: readonly TaskEvidence[], strategy: Strategy): number {
  return average(evidence.map((task) => regretOf(task, strategy)));
}

/**
 * The strategy with the highest mean out-of-fold NDCG@10; the ranker only where it beats the better of the simpler two by more than the standard error of the paired
 * differences. Regret is not what decides: it hangs on one noisy choice a task. The portfolio while fewer than three tasks were judged.
 *
 * @example
 * ```ts
 * // Nothing is known yet.
 * chooseStrategy([]); // => 'cold-portfolio'
 * ```
 */
export function chooseStrategy(evidence: readonly TaskEvidence[]): Strategy {
  if (evidence.length < LEAST_EVIDENCE) {
    return 'cold-portfolio';
  }
  const mean = (strategy: Strategy) => average(evidence.map(({ ndcg10 }) => ndcg10[strategy]));
  const simple: Strategy = mean('nearest-tasks') > mean('cold-portfolio') ? 'nearest-tasks' : 'cold-portfolio';
  const gain = pairedMean(evidence.map(({ ndcg10 }) => ndcg10.ranker - ndcg10[simple]));
  return gain.mean > gain.error ? 'ranker' : simple;
}

/** Mean of paired differences and its standard error. */
export function pairedMean(differences: readonly number[]): { mean: number; error: number } {
  const mean = average(differences);
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const freedom = Math.max(1, differences.length - 1);
  return { mean, error: Math.sqrt(squares / freedom / differences.length) };
}

/** Regret of the first choice and of the best of three, averaged. */
function regretOf({ regret1, regret3 }: TaskEvidence, strategy: Strategy): number {
  return (regret1[strategy] + regret3[strategy]) / 2;
}
