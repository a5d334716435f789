import type { Alignment, Description, ExtractorVersion } from '@edgelore/descriptors';
import type { ExperienceTask, GateVerdict, ProposedExtractor, RankerVersion } from '@edgelore/ranking';

export type TrainingRunState = 'running' | 'promoted' | 'rejected' | 'skipped' | 'failed' | 'abandoned';

export interface TrainingRun {
  readonly id: string;
  readonly state: TrainingRunState;
  readonly phase: string;
  /** 0 to 1. */
  readonly progress: number;
  readonly modelVersion: number | null;
  readonly reason: string | null;
  readonly trialCount: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** Of a running one, by its progress so far; null before there is any, and afterwards. */
  readonly secondsLeft: number | null;
}

/** A client that reported waits until nothing is pending and nothing runs. */
export interface TrainingStatus {
  /** Reports and wishes that no training has taken up to its end yet. */
  readonly pending: number;
  readonly running: boolean;
  readonly currentModel: number;
  readonly lastRun: TrainingRun | null;
}

/** What goes into the training thread; plain data only. */
export interface TrainingInput {
  readonly seed: string;
  readonly extractor: ExtractorVersion;
  readonly ranker: RankerVersion | null;
  readonly tasks: readonly ExperienceTask[];
  /** An extractor to consider in place of training one. */
  readonly proposed?: ProposedExtractor | undefined;
}

/** What comes out: a judged candidate, or why there is nothing to train on yet. */
export type TrainingOutcome =
  | { readonly kind: 'skipped'; readonly reason: string }
  | {
      readonly kind: 'candidate';
      readonly extractor: ExtractorVersion;
      readonly ranker: RankerVersion;
      /** Null when the candidate keeps the extractor. */
      readonly alignment: Alignment | null;
      readonly descriptions: readonly { readonly id: string; readonly description: Description }[];
      readonly metrics: Readonly<Record<string, number>>;
      readonly verdict: GateVerdict;
      /** What became of the proposed extractor; null when none was. */
      readonly proposal: { readonly taken: boolean; readonly reason: string } | null;
    };

export type TrainingMessage =
  | { readonly kind: 'progress'; readonly phase: string; readonly progress: number }
  | { readonly kind: 'outcome'; readonly outcome: TrainingOutcome };
