import type { SortDirection } from '../sorted-page.js';

/** Noise that an owner put on a description, and the guarantee that it keeps, as the owner's machine says. */
export interface DescriptionNoise {
  readonly epsilon: number;
  readonly delta: number;
  /** Deviation per coordinate. */
  readonly sigma: number;
}

/** One private dataset with a goal, as its owner and the operator see it. */
export interface Task {
  readonly id: string;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly name: string;
  readonly clientKey: string;
  readonly open: boolean;
  readonly images: number;
  readonly faces: number | null;
  /** The extractor that made the description; it is carried to the current one where tasks are compared. */
  readonly extractorVersion: number;
  readonly extractorHash: string;
  readonly dimension: number;
  readonly batches: number;
  readonly batchSize: number;
  /** Null: the description carries none. */
  readonly noise: DescriptionNoise | null;
  readonly trialCount: number;
  readonly failedCount: number;
  readonly bestScore: number | null;
  readonly lastTrialAt: Date | null;
  readonly recommendationCount: number;
  readonly createdAt: Date;
}

export interface SubmitDescription {
  /** The client's own name for the dataset: sending the same again returns the first task. */
  readonly clientKey: string;
  readonly name: string;
  readonly description: unknown;
  readonly noise?: DescriptionNoise | null | undefined;
  readonly faces?: number | null | undefined;
}

/** Which tasks; what is left out does not bind. */
export interface TaskFilter {
  /** Part of the name. */
  readonly search?: string | null;
  readonly organisationId?: string | null;
  readonly open?: boolean | null;
  /** With noise on the description. */
  readonly noised?: boolean | null;
  /** With at least one trial. */
  readonly tried?: boolean | null;
  readonly minImages?: number | null;
  readonly maxImages?: number | null;
  readonly since?: Date | null;
  readonly until?: Date | null;
}

export type TaskOrder = 'created' | 'name' | 'images' | 'trials' | 'best-score';

export interface TaskSort {
  readonly field: TaskOrder;
  readonly direction: SortDirection;
}

/** A description as it was sent: all that the platform knows of a dataset's images. */
export interface SentDescription {
  readonly rows: readonly (readonly number[])[];
  readonly dimension: number;
  readonly images: number;
  readonly batchSize: number;
  readonly faces: number | null;
  readonly extractorVersion: number;
  readonly extractorHash: string;
  readonly noise: DescriptionNoise | null;
  /** Of the description's own encoding. */
  readonly bytes: number;
  readonly sentAt: Date;
}
