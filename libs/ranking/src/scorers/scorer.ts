import type { RankingLoss } from '../losses/ranking-loss.js';

/** The things that are ranked, encoded once and never changed; item i is row i everywhere. */
export interface Items {
  readonly count: number;
  /** Numbers of an item (hyperparameters, macro features, weak labels given as features), [count × width] by rows. */
  readonly features: Float32Array;
  readonly width: number;
  /** Where the space is one of networks: their cells. */
  readonly graphs?: Graphs;
}

/** Directed acyclic graphs whose nodes carry operations, padded to one number of nodes. */
export interface Graphs {
  /** Graphs an item has, such as normal and reduction cell. */
  readonly cells: number;
  /** Most nodes of a graph. */
  readonly nodes: number;
  /** Different operations. */
  readonly operations: number;
  /** Operation of each node, [count × cells × nodes]; -1 where there is no node. */
  readonly nodeOperations: Int8Array;
  /** 1 at [from][to] where an edge runs, [count × cells × nodes × nodes]; from < to. */
  readonly edges: Uint8Array;
}

/** What one task tells: items that were tried on it, and how well they did. */
export interface LabelledList {
  /** Description of the task, [d]; the same d for all lists. Absent where there is one task only. */
  readonly task?: Float32Array;
  /** Rows of the items, [n]. */
  readonly items: Int32Array;
  /** Higher is better, [n], finite. */
  readonly labels: Float64Array;
}

export interface FitOptions {
  readonly loss: RankingLoss;
  readonly seed: number | string;
}

/** A trained function that ranks items for a task. */
export interface Scorer {
  readonly kind: ScorerKind;
  /**
   * Scores of all items, [count]: higher is better, comparable within one call only.
   * @param task description of the task, [d], where the scorer was trained with descriptions
   */
  score(items: Items, task?: Float32Array): Float64Array;
  /** Plain JSON from which `thawScorer` makes the same scorer again. */
  freeze(): ScorerArtefact;
}

export type ScorerKind = 'bilinear' | 'trees' | 'mlp' | 'graph';

export interface ScorerArtefact {
  readonly format: 'scorer/1';
  readonly kind: ScorerKind;
}
