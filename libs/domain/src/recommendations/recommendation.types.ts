import type { ExpectedRegret, Explanation, Strategy } from '@edgelore/ranking';
import type { Configuration, Cost } from '@edgelore/search-space';

export interface RecommendationLimits {
  readonly maxMacs?: number;
  readonly maxBytes?: number;
}

/** One configuration of a recommendation. */
export interface RecommendedConfiguration {
  /** 1 is tried first. */
  readonly rank: number;
  /** Expected score in standard deviations of a task's trials; not an average precision. */
  readonly score: number;
  readonly spread: number;
  readonly configuration: Configuration;
  readonly configurationId: string;
  readonly cost: Cost;
  readonly reason: Strategy;
  /** Null in answers of old. */
  readonly explanation: Explanation | null;
}

/** A past task like this one; what it is called and how well it did is said only of the caller's own and of open ones. */
export interface Neighbour {
  readonly name: string | null;
  readonly distance: number;
  readonly bestScore: number | null;
}

export interface Recommendation {
  readonly id: string;
  readonly taskId: string;
  readonly modelVersion: number;
  readonly items: readonly RecommendedConfiguration[];
  readonly neighbours: readonly Neighbour[];
  /** By the evidence of the model version that answered; null where it had none. */
  readonly expectedRegret: ExpectedRegret | null;
  readonly createdAt: Date;
}

export interface AskRecommendation {
  readonly taskId: string;
  readonly count?: number | null | undefined;
  readonly limits?: { maxMacs?: number | null | undefined; maxBytes?: number | null | undefined } | null | undefined;
  /** Asking again under the same key returns the first answer. */
  readonly clientKey?: string | null | undefined;
}
