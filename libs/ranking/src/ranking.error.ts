/** What went wrong: bad input to a metric, a loss, to training or a benchmark's table, or limits that no configuration meets. */
export type RankingErrorCode =
  | 'INVALID_SCORES'
  | 'INVALID_LOSS'
  | 'INVALID_EXPERIENCE'
  | 'TOO_LITTLE_EXPERIENCE'
  | 'INVALID_MODEL'
  | 'INVALID_TABLE'
  | 'LIMITS_TOO_TIGHT';

/** Every expected failure of this package; `message` is one sentence that names the culprit and the remedy. */
export class RankingError extends Error {
  override readonly name: string = 'RankingError';

  constructor(
    readonly code: RankingErrorCode,
    message: string,
  ) {
    super(message);
  }
}
