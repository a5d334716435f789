import { kendallTau, listQuality } from '@edgelore/ranking';
import { type Grid, type JudgedTask, pastOf } from './judged-task.js';
import type { MakePolicy, Told } from './policy.js';

/** Trials that a policy may spend. */
export const TRIALS = 20;

/** What a policy came to on one task. */
export interface Outcome {
  /** The best configuration's score less the best found, after 1, 2, 3, ... trials. */
  readonly regrets: readonly number[];
  /** Quality of the ranking before any trial; null where a policy has none. */
  readonly ranking: { readonly ndcg10: number; readonly tau: number } | null;
  /** Place of the first choice among all configurations, 1 being the best. */
  readonly rank1: number;
}

/** Lets a policy choose on one task, learning from all tasks that are not its relatives. */
export function judge(grid: Grid, task: JudgedTask, make: MakePolicy, seed: number): Outcome {
  const { configurations } = grid;
  const policy = make({
    configurations,
    past: pastOf(grid, task),
    target: { id: task.id, base: task.base, weak: task.weak },
    seed,
  });
  const told: Told[] = [];
  for (let trial = 0; trial < Math.min(configurations.length, TRIALS); trial += 1) {
    const at = policy.next(told);
    told.push({ at, score: task.scores[at]! });
  }
  const best = task.scores.reduce((most, score) => Math.max(most, score));
  let found = 0;
  const first = told[0]!.score;
  return {
    regrets: told.map(({ score }) => {
      found = Math.max(found, score);
      return best - found;
    }),
    ranking: policy.scores
      ? { ndcg10: listQuality(policy.scores, task.scores).ndcg10, tau: kendallTau(policy.scores, task.scores) }
      : null,
    rank1: 1 + task.scores.reduce((better, score) => better + (score > first ? 1 : 0), 0),
  };
}
