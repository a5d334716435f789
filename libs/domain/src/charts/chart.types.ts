import type { DimensionImportance } from '@edgelore/ranking';
import type { DimensionKind, DimensionType, DimensionValue } from '@edgelore/search-space';
import type { CurvePoint } from '../trials/trial.types.js';

/** A trial in the order of reports; 1 is the first. */
export interface ScoredTrial {
  readonly index: number;
  readonly trialId: string;
  readonly at: Date;
  readonly score: number;
}

export interface BestSoFar {
  /** Of many trials those that keep the looks. */
  readonly points: readonly ScoredTrial[];
  /** Where the best became better. */
  readonly steps: readonly ScoredTrial[];
}

/** A trial beside what was predicted of it; both ranks are among the trials made of the same recommendation. */
export interface PredictedTrial {
  readonly trialId: string;
  readonly recommendationId: string;
  readonly modelVersion: number;
  readonly predictedRank: number;
  readonly measuredRank: number;
  /** Trials made of the recommendation. */
  readonly of: number;
  readonly predictedScore: number;
  readonly spread: number;
  readonly score: number;
}

export interface Predicted {
  readonly points: readonly PredictedTrial[];
  /** Mean of Kendall's tau over the recommendations that two trials or more were made of. */
  readonly kendallTau: number | null;
  readonly recommendations: number;
}

export interface LearningCurve {
  readonly trialId: string;
  readonly score: number | null;
  readonly points: readonly CurvePoint[];
}

export interface ChartDimension {
  readonly name: string;
  readonly kind: DimensionKind;
  readonly type: DimensionType;
  readonly values: readonly DimensionValue[];
}

export interface ParallelRow {
  readonly trialId: string;
  readonly score: number;
  readonly macs: number;
  readonly bytes: number;
  /** Of each dimension the position of its value. */
  readonly positions: readonly number[];
}

export interface ParallelCoordinates {
  readonly dimensions: readonly ChartDimension[];
  readonly rows: readonly ParallelRow[];
}

export interface SliceValue {
  readonly value: DimensionValue;
  readonly trials: number;
  readonly mean: number;
  readonly least: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly best: number;
}

/** Scores by the values of one dimension; values without a trial are left out. */
export interface Slice {
  readonly dimension: string;
  readonly kind: DimensionKind;
  readonly values: readonly SliceValue[];
}

export interface Importance {
  readonly trials: number;
  readonly items: readonly DimensionImportance[];
}

export type CostKind = 'macs' | 'bytes';

export interface ParetoPoint {
  readonly trialId: string;
  readonly configurationId: string;
  readonly score: number;
  readonly macs: number;
  readonly bytes: number;
}

export interface Pareto {
  /** Trials that none beats in score at the same cost or less, by rising cost. */
  readonly front: readonly ParetoPoint[];
  readonly others: readonly ParetoPoint[];
}
