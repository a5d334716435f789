/**
 * A search that is asked what to train next and told how it went. Any caller may stop between the two, keep what was told, and tell it to a new
 * search of the same settings later: the same answers follow.
 */
export interface Search<Candidate> {
  /** What to train next; empty when the budget is spent. Asking twice gives the same. */
  ask(): readonly Candidate[];
  /**
   * How well those did, higher is better, in the order asked.
   * @throws RankingError `INVALID_SCORES` unless there is one finite score for each.
   */
  tell(scores: ArrayLike<number>): void;
  /** All that was told, in order. */
  readonly told: readonly Told<Candidate>[];
}

export interface Told<Candidate> {
  readonly candidate: Candidate;
  readonly score: number;
}
