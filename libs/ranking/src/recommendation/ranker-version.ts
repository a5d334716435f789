import type { ExtractorReference } from '@edgelore/descriptors';
import type { ScoreWeights } from '../scorers/bilinear/score-network.js';

/** How configurations were chosen: what did well everywhere, what did well on similar tasks, or the learned ranker. */
export type Strategy = 'cold-portfolio' | 'nearest-tasks' | 'ranker';

/** A member trained without the named tasks; its view of them is therefore out of fold. */
export interface RankerFold {
  /** The tasks left out, with the mean of their descriptions [d] as this fold's extractor makes it. */
  readonly heldOut: readonly { readonly id: string; readonly mean: readonly number[] }[];
  readonly weights: ScoreWeights;
}

/** Out-of-fold quality on one task, over the configurations tried there. */
export interface TaskEvidence {
  readonly task: string;
  readonly trials: number;
  /** Regret@1 in units of the score, by strategy. */
  readonly regret1: Readonly<Record<Strategy, number>>;
  /** Regret@3, the same. */
  readonly regret3: Readonly<Record<Strategy, number>>;
  /** NDCG@10, by strategy. */
  readonly ndcg10: Readonly<Record<Strategy, number>>;
}

/** One immutable ranker, as plain JSON. It holds means of past descriptions and stays on the platform. */
export interface RankerVersion {
  readonly format: 'ranker/1';
  readonly space: string;
  /** The extractor whose descriptions it reads. */
  readonly extractor: ExtractorReference;
  /** The ensemble that answers: leave-fold-out members. */
  readonly members: readonly ScoreWeights[];
  /** The same recipe with each fold's tasks unseen by extractor and ranker: what evidence and gate judge by. */
  readonly folds: readonly RankerFold[];
  /** Lower Cholesky factor, by rows, of I + sum of x x' over the different configurations tried: how familiar a configuration is. */
  readonly familiarity: readonly (readonly number[])[];
  /** Deviation of out-of-fold residuals, in standardised scores. */
  readonly residual: number;
  readonly evidence: readonly TaskEvidence[];
  /** The strategy that the evidence favours. */
  readonly strategy: Strategy;
  readonly training: {
    readonly seed: string;
    readonly dataHash: string;
    readonly tasks: number;
    readonly trials: number;
    readonly extractorUpdated: boolean;
  };
}
