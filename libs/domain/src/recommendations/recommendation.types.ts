import type { ExpectedRegret, Explanation, RankInterval, Strategy } from '@edgelore/ranking';
import type { Configuration, Cost, Difference } from '@edgelore/search-space';
import type { SortDirection } from '../sorted-page.js';

export interface RecommendationLimits {
  readonly maxMacs?: number;
  readonly maxBytes?: number;
}

/** A trial that was made of a recommended configuration. */
export interface TriedConfiguration {
  readonly id: string;
  readonly score: number | null;
}

/** One configuration of a recommendation. */
export interface RecommendedConfiguration {
  /** 1 is tried first. */
  readonly rank: number;
  /** The ranks that scores and spreads leave open, with 95 % confidence for each pair. */
  readonly rankInterval: RankInterval;
  /** Expected score in standard deviations of a task's trials; not an average precision. */
  readonly score: number;
  readonly spread: number;
  readonly configuration: Configuration;
  readonly configurationId: string;
  /** What sets the configuration apart from the default. */
  readonly difference: readonly Difference[];
  readonly cost: Cost;
  readonly reason: Strategy;
  /** Null in answers of old. */
  readonly explanation: Explanation | null;
  readonly trials: readonly TriedConfiguration[];
}

/** A past task like this one; what it is called and how well it did is said only of the caller's own and of open ones. */
export interface Neighbour {
  readonly name: string | null;
  readonly distance: number;
  readonly bestScore: number | null;
}

export interface Recommendation {
  readonly id: string;
  readonly organisationId: string;
  readonly taskId: string;
  readonly taskName: string;
  readonly modelVersion: number;
  readonly limits: RecommendationLimits;
  readonly items: readonly RecommendedConfiguration[];
  readonly neighbours: readonly Neighbour[];
  /** By the evidence of the model version that answered; null where it had none. */
  readonly expectedRegret: ExpectedRegret | null;
  readonly trialCount: number;
  readonly bestScore: number | null;
  readonly createdAt: Date;
}

export interface AskRecommendation {
  readonly taskId: string;
  readonly count?: number | null | undefined;
  readonly limits?: { maxMacs?: number | null | undefined; maxBytes?: number | null | undefined } | null | undefined;
  /** Asking again under the same key returns the first answer. */
  readonly clientKey?: string | null | undefined;
}

/** Which recommendations; what is left out does not bind. */
export interface RecommendationFilter {
  readonly taskId?: string | null;
  readonly organisationId?: string | null;
  readonly modelVersion?: number | null;
  readonly reason?: Strategy | null;
  /** With at least one trial. */
  readonly tried?: boolean | null;
  readonly since?: Date | null;
  readonly until?: Date | null;
}

export type RecommendationOrder = 'created' | 'model-version';

export interface RecommendationSort {
  readonly field: RecommendationOrder;
  readonly direction: SortDirection;
}
