export type TrainingErrorCode =
  | 'NO_IMAGES'
  | 'NO_FACES'
  | 'DIVERGED'
  | 'ABORTED'
  | 'FOREIGN_CHECKPOINT'
  | 'BROKEN_CHECKPOINT';

/** Training could not begin or go on. */
export class TrainingError extends Error {
  readonly code: TrainingErrorCode;
  /** Steps done before. */
  readonly step: number;

  constructor(code: TrainingErrorCode, message: string, step = 0) {
    super(message);
    this.name = 'TrainingError';
    this.code = code;
    this.step = step;
  }
}
