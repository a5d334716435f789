/** Noise that an owner put on a description, and the guarantee that it keeps, as the owner's machine says. */
export interface DescriptionNoise {
  readonly epsilon: number;
  readonly delta: number;
  /** Deviation per coordinate. */
  readonly sigma: number;
}

/** One private dataset with a goal, as its owner and the operator see it: never its description's rows. */
export interface Task {
  readonly id: string;
  readonly name: string;
  readonly clientKey: string;
  readonly open: boolean;
  readonly images: number;
  readonly faces: number | null;
  /** The extractor that made the description; it is carried to the current one where tasks are compared. */
  readonly extractorVersion: number;
  readonly dimension: number;
  readonly batches: number;
  readonly batchSize: number;
  /** Null: the description carries none. */
  readonly noise: DescriptionNoise | null;
  readonly trialCount: number;
  readonly bestScore: number | null;
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
