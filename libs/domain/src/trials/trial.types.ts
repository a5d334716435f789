import type { Configuration, Cost, Difference } from '@edgelore/search-space';
import type { SortDirection } from '../sorted-page.js';

export type TrialState = 'completed' | 'failed';

export interface TrialCost extends Cost {
  /** Optimiser steps, where the client told. */
  readonly steps?: number;
}

/** Held-out average precision at IoU 0.5 after so many optimiser steps. */
export interface CurvePoint {
  readonly step: number;
  readonly score: number;
}

/** One configuration trained on a task, with its score (average precision at IoU 0.5) and what it cost. */
export interface Trial {
  readonly id: string;
  readonly organisationId: string;
  readonly taskId: string;
  readonly taskName: string;
  readonly recommendationId: string | null;
  readonly reportId: string;
  readonly configuration: Configuration;
  readonly configurationId: string;
  /** What sets the configuration apart from the default. */
  readonly difference: readonly Difference[];
  readonly state: TrialState;
  /** Null when the training failed. */
  readonly score: number | null;
  readonly seconds: number;
  readonly steps: number | null;
  /** By rising step; empty where the client told none. */
  readonly curve: readonly CurvePoint[];
  readonly backend: string;
  readonly cost: Cost;
  /** The first model version trained with it. */
  readonly countedIn: number | null;
  readonly createdAt: Date;
}

export interface ReportTrial {
  readonly taskId: string;
  /** The client's own name for the report: sending the same again returns the first trial. */
  readonly reportId: string;
  readonly recommendationId?: string | null | undefined;
  readonly configuration: unknown;
  /** Null when the training failed. */
  readonly score?: number | null | undefined;
  readonly seconds: number;
  readonly steps?: number | null | undefined;
  /** The learning curve, by rising step, at most 1,000 points. */
  readonly curve?: readonly CurvePoint[] | null | undefined;
  readonly backend?: string | null | undefined;
}

export interface DimensionFilter {
  readonly name: string;
  /** As texts: `0.003`, `fpn`. */
  readonly values: readonly string[];
}

/** Which trials; what is left out does not bind. */
export interface TrialFilter {
  readonly taskId?: string | null;
  readonly ids?: readonly string[] | null;
  readonly organisationId?: string | null;
  readonly recommendationId?: string | null;
  /** Made from a recommendation. */
  readonly recommended?: boolean | null;
  /** The one that recommended the configuration. */
  readonly modelVersion?: number | null;
  readonly configurationId?: string | null;
  readonly dimensions?: readonly DimensionFilter[] | null;
  readonly state?: TrialState | null;
  readonly backend?: string | null;
  readonly minScore?: number | null;
  readonly maxScore?: number | null;
  readonly maxSeconds?: number | null;
  readonly maxMacs?: number | null;
  readonly maxBytes?: number | null;
  readonly since?: Date | null;
  readonly until?: Date | null;
}

export type TrialOrder = 'created' | 'score' | 'seconds' | 'macs' | 'bytes';

export interface TrialSort {
  readonly field: TrialOrder;
  readonly direction: SortDirection;
}

export interface TrialTotals {
  readonly count: number;
  readonly completed: number;
  readonly failed: number;
  readonly bestScore: number | null;
  readonly meanScore: number | null;
  /** Of training. */
  readonly seconds: number;
  /** That the trials are of. */
  readonly tasks: number;
}
