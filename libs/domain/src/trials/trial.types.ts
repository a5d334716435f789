import type { Configuration, Cost } from '@edgelore/search-space';

export type TrialState = 'completed' | 'failed';

export interface TrialCost extends Cost {
  /** Optimiser steps, where the client told. */
  readonly steps?: number;
}

/** One configuration trained on a task, with its score (average precision at IoU 0.5) and what it cost. */
export interface Trial {
  readonly id: string;
  readonly taskId: string;
  readonly recommendationId: string | null;
  readonly reportId: string;
  readonly configuration: Configuration;
  readonly configurationId: string;
  readonly state: TrialState;
  /** Null when the training failed. */
  readonly score: number | null;
  readonly seconds: number;
  readonly steps: number | null;
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
  readonly backend?: string | null | undefined;
}
