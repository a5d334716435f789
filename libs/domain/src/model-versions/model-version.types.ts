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
  /** The earlier version whose models this one brought back, by an operator's hand. */
  readonly restores?: number;
}

/** What the gate saw: figures of the candidate, and one line for each held-out task. */
export interface Evaluation {
  readonly metrics: Readonly<Record<string, number>>;
  readonly folds: readonly Readonly<Record<string, string | number | null>>[];
}

/** How a version ranks tasks that it never saw. */
export interface ModelQuality {
  readonly ndcg10: number | null;
  /** Average precision that its first choice fell short of the best by. */
  readonly regret1: number | null;
  /** The same of what did well on similar tasks, and of what did well everywhere. */
  readonly regret1NearestTasks: number | null;
  readonly regret1Portfolio: number | null;
  /** What the gate saw: tasks that this version and the one before were judged on, and what chance makes of them. */
  readonly gate: GateQuality | null;
  /** Share of variance that the way from the parent's extractor explains; null where the extractor stayed. */
  readonly alignmentR2: number | null;
}

export interface GateQuality {
  readonly tasks: number;
  readonly tau: number;
  readonly ndcg10: number;
  readonly ndcg10Before: number | null;
  readonly ndcg10Chance: number;
  readonly regret1: number;
  readonly regret1Before: number | null;
  readonly regret1Chance: number;
  /** NDCG@10 lost on average, where the version before was better; null without one. */
  readonly forgetting: number | null;
}

/** One extractor and the versions that hold it. */
export interface ExtractorSummary {
  readonly version: number;
  readonly hash: string;
  /** First model version with it. */
  readonly firstModel: number;
  readonly models: number;
  readonly current: boolean;
  /** Descriptions that were made by it. */
  readonly tasks: number;
  readonly alignmentR2: number | null;
}

/** What the current model lacks. */
export interface ModelHealth {
  readonly current: ModelVersion;
  /** Completed trials that no version has learnt from. */
  readonly trialsSince: number;
  /** Versions after the current one, which were not promoted. */
  readonly versionsSince: number;
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
  /** Of training. */
  readonly seconds: number;
  readonly restores: number | null;
  readonly pinnedAt: Date | null;
  readonly quality: ModelQuality | null;
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
