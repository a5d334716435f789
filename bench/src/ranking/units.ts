import type { SearchMethod, TaskMethod } from './methods.js';

/** A piece of work that gives the same figures whenever it is done, and on any thread. */
export type Unit = SearchUnit | FoldUnit;

/** One search of one target: B trainings in rounds, then the k best-scored. */
export interface SearchUnit {
  readonly kind: 'search';
  readonly target: string;
  readonly budget: number;
  readonly final: number;
  readonly rounds: number;
  readonly seed: number;
  readonly method: SearchMethod;
}

/** One fold of tasks: the rest is learnt from, on its tasks all items are ranked. */
export interface FoldUnit {
  readonly kind: 'fold';
  readonly fold: number;
  readonly method: TaskMethod;
}
