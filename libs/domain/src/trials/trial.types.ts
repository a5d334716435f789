import type { Configuration, Cost } from '@edgelore/search-space';

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
