import type { Alignment, ExtractorVersion } from '@edgelore/descriptors';
import type { LossSpec, RankerVersion, ScorerKind } from '@edgelore/ranking';

export type ModelState = 'candidate' | 'current' | 'rejected' | 'retired';

/** What a version is made of. It never changes. */
export interface ModelArtefact {
  readonly extractor: ExtractorVersion;
  /** Null before anything was learned: recommendations then come from the portfolio. */
  readonly ranker: RankerVersion | null;
  /** Carries descriptions of the parent's extractor to this one; null when the extractor stayed. */
  readonly alignment: Alignment | null;
}

/** What a version was trained on. */
export interface TrainingFacts {
  readonly parent: number | null;
  readonly dataHash: string;
  /** Kind of the ranker's scorer and the loss that it learnt by; null before anything was learned, absent from versions of old. */
  readonly scorer?: ScorerKind | null;
  readonly loss?: LossSpec | null;
  readonly seed?: string | null;
  readonly taskCount: number;
  readonly trialCount: number;
  readonly seconds: number;
}

/** What the gate saw: figures of the candidate, and one line for each held-out task. */
export interface Evaluation {
  readonly metrics: Readonly<Record<string, number>>;
  readonly folds: readonly Readonly<Record<string, string | number | null>>[];
}

/** An evaluated pair of extractor and ranker. */
export interface ModelVersion {
  readonly number: number;
  readonly parent: number | null;
  readonly state: ModelState;
  readonly extractorVersion: number;
  readonly extractorHash: string;
  readonly dataHash: string;
  /** Kind of the ranker's scorer; null where nothing was learned, or of a version that did not say. */
  readonly scorer: ScorerKind | null;
  /** The loss that it learnt by. */
  readonly loss: LossSpec | null;
  readonly seed: string | null;
  readonly taskCount: number;
  readonly trialCount: number;
  readonly verdict: 'promote' | 'reject' | null;
  readonly reason: string | null;
  readonly evaluation: Evaluation | null;
  readonly createdAt: Date;
  readonly decidedAt: Date | null;
}

/** What a client needs to describe its images. */
export interface CurrentModel {
  readonly number: number;
  readonly extractorVersion: number;
  readonly extractorHash: string;
  readonly extractor: ExtractorVersion;
}
