import type { Configuration } from '@edgelore/search-space';
import type { JudgedTask } from './judged-task.js';

/** What a policy may know of the task that it is judged on: never its scores. */
export type Target = Pick<JudgedTask, 'id' | 'base' | 'weak'>;

export interface Situation {
  readonly configurations: readonly Configuration[];
  readonly past: readonly JudgedTask[];
  readonly target: Target;
  readonly seed: number;
}

/** A trial of the judged task: which configuration of the grid, and what it scored. */
export interface Told {
  readonly at: number;
  readonly score: number;
}

/** Chooses what to train next on one task. */
export interface Policy {
  /** How the grid is ranked before any trial, higher first; a policy that only searches has none. */
  readonly scores?: ArrayLike<number>;
  /** The next configuration of the grid, none of those told. */
  next(told: readonly Told[]): number;
}

export type MakePolicy = (situation: Situation) => Policy;

/** Down the ranking, whatever the trials say. */
export function inOrder(scores: ArrayLike<number>): Policy {
  const order = Array.from(scores, (_, at) => at).sort((a, b) => scores[b]! - scores[a]! || a - b);
  return { scores, next: (told) => order.find((at) => told.every((trial) => trial.at !== at))! };
}
