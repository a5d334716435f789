import type { Strategy } from '@edgelore/ranking';

/** How a past recommendation turned out, by the trials that were made of it and all that is known of the task by now. */
export interface RealisedRegret {
  readonly recommendationId: string;
  readonly taskId: string;
  readonly taskName: string;
  readonly modelVersion: number;
  readonly reason: Strategy;
  /** Completed trials that were made of it. */
  readonly trials: number;
  /** Average precision that its first choice fell short of the best known; null where that was not tried. */
  readonly firstRegret: number | null;
  /** The same of the best that was tried of it. */
  readonly bestRegret: number;
  readonly bestKnown: number;
  readonly createdAt: Date;
}

export interface RegretFilter {
  readonly taskId?: string | null;
  readonly modelVersion?: number | null;
}

/** Realised regret of one model version's recommendations, with standard errors. */
export interface VersionRegret {
  readonly modelVersion: number;
  /** Past tasks and trials that the version had learnt from. */
  readonly taskCount: number;
  readonly trialCount: number;
  readonly createdAt: Date;
  /** Recommendations that at least one trial was made of. */
  readonly recommendations: number;
  /** Of those whose first choice was tried. */
  readonly firsts: number;
  readonly firstRegret: number | null;
  readonly firstError: number | null;
  readonly bestRegret: number;
  readonly bestError: number | null;
  /** What its own evidence had promised of first choices; null without evidence. */
  readonly expectedRegret: number | null;
}
