import type { ExtractorVersion } from '@edgelore/descriptors';
import type { RoundPlan, Step } from '@edgelore/federation';
import type { RoundLesson, Trial } from '@edgelore/ranking';

/** The step that runs; then, with the sum known, whether the extractor that it makes was promoted. */
export type RoundState = Step | 'summed' | 'promoted' | 'rejected' | 'aborted';

/** Several owners train the extractor together; of what each contributes the platform sees nothing but the sum. */
export interface Round {
  readonly id: string;
  readonly state: RoundState;
  /** The model version whose extractor is trained. */
  readonly parent: number;
  readonly seats: number;
  /** Owners without whom there is no sum. */
  readonly threshold: number;
  /** Greatest norm of one owner's contribution. */
  readonly clip: number;
  /** Steps that each owner trains. */
  readonly steps: number;
  /** Owners who joined. */
  readonly joined: number;
  /** Owners whose contributions are in the sum; null before it is known who they are. */
  readonly contributors: number | null;
  /** The caller's seat, if it has one. */
  readonly seat: number | null;
  /** When those who have not taken the step that runs are given up; null when none runs. */
  readonly deadlineAt: Date | null;
  /** The version that came out, promoted or rejected. */
  readonly modelVersion: number | null;
  readonly reason: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

export interface OpenRound {
  /** Owners that may take part, 3 to 64. */
  readonly seats: number;
  /** Owners that must stay to the end; more than half. Default two thirds and one. */
  readonly threshold?: number | null | undefined;
  /** Default 1. */
  readonly clip?: number | null | undefined;
  /** Steps that each owner trains. */
  readonly steps?: number | null | undefined;
  /** Time for each step, at most a day; default five minutes. */
  readonly stepSeconds?: number | null | undefined;
}

/** What an owner needs to take part. */
export interface JoinedRound {
  readonly round: Round;
  readonly seat: number;
  readonly plan: RoundPlan;
  readonly extractor: ExtractorVersion;
  readonly lesson: RoundLesson;
  /** The owner's own trials, as the platform knows them. */
  readonly trials: readonly Trial[];
}
