import type { ExtractorReference } from '@edgelore/descriptors';
import type { LossSpec } from '../losses/loss-spec.js';
import { RankingError } from '../ranking.error.js';
import type { BilinearArtefact } from '../scorers/bilinear/bilinear-scorer.js';
import type { ScoreWeights } from '../scorers/bilinear/score-network.js';
import type { ScorerArtefact, ScorerKind } from '../scorers/scorer.js';

/** How configurations were chosen: what did well everywhere, what did well on similar tasks, or the learned ranker. */
export type Strategy = 'cold-portfolio' | 'nearest-tasks' | 'ranker';

/** A scorer and the unit of its scores: (score - centre) * scale is in standard deviations of a task's trials. */
export interface RankerMember {
  readonly scorer: ScorerArtefact;
  readonly centre: number;
  readonly scale: number;
}

/** A member trained without the named tasks; its view of them is therefore out of fold. */
export interface RankerFold {
  /** The tasks left out, with the mean of their descriptions [d] as this fold's extractor makes it. */
  readonly heldOut: readonly { readonly id: string; readonly mean: readonly number[] }[];
  readonly member: RankerMember;
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

/** Mean out-of-fold quality of one kind of scorer on the tasks judged. */
export interface ScorerTrial {
  readonly scorer: ScorerKind;
  readonly loss: LossSpec;
  readonly ndcg10: number;
  readonly regret1: number;
}

/** One immutable ranker, as plain JSON. It holds means of past descriptions and stays on the platform. */
export interface RankerVersion {
  readonly format: 'ranker/2';
  readonly space: string;
  /** The extractor whose descriptions it reads. */
  readonly extractor: ExtractorReference;
  readonly scorer: ScorerKind;
  readonly loss: LossSpec;
  /** Every kind that was tried, the chosen one among them; empty where nothing could be judged. */
  readonly tried: readonly ScorerTrial[];
  /** The ensemble that answers: leave-fold-out members. */
  readonly members: readonly RankerMember[];
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

/** The first format: all members were bilinear. */
interface RankerVersion1 extends Omit<RankerVersion, 'format' | 'scorer' | 'loss' | 'tried' | 'members' | 'folds'> {
  readonly format: 'ranker/1';
  readonly members: readonly ScoreWeights[];
  readonly folds: readonly { readonly heldOut: RankerFold['heldOut']; readonly weights: ScoreWeights }[];
}

/**
 * A stored ranker in today's form. Versions of the first format, whose members were all bilinear, are read as such.
 * @throws RankingError `INVALID_MODEL` for any other format.
 *
 * @example
 * ```ts
 * let code: string | undefined;
 * try {
 *   parseRanker({ format: 'ranker/9' });
 * } catch (error) {
 *   code = (error as RankingError).code;
 * }
 * code; // => 'INVALID_MODEL'
 * ```
 */
export function parseRanker(json: unknown): RankerVersion {
  const stored = json as RankerVersion | RankerVersion1 | null | undefined;
  switch (stored?.format) {
    case 'ranker/2':
      return stored;
    case 'ranker/1':
      return {
        ...stored,
        format: 'ranker/2',
        scorer: 'bilinear',
        loss: BILINEAR_LOSS,
        tried: [],
        members: stored.members.map(bilinearMember),
        folds: stored.folds.map(({ heldOut, weights }) => ({ heldOut, member: bilinearMember(weights) })),
      };
    default:
      throw new RankingError(
        'INVALID_MODEL',
        `${JSON.stringify((stored as { format?: unknown } | null | undefined)?.format)} is no format of a ranker; train it anew.`,
      );
  }
}

/** Grades for lists of a dozen noisy trials: the gain doubles every fifth of the span, which noise in a score does not turn over. */
export const BILINEAR_LOSS: LossSpec = { name: 'lambdarank', relevance: { scale: 5 } };

function bilinearMember(weights: ScoreWeights): RankerMember {
  const scorer: BilinearArtefact = { format: 'scorer/1', kind: 'bilinear', weights };
  return { scorer, centre: 0, scale: 1 };
}
