/** A loss over one list of items, made for that list's labels: whatever depends on labels alone is computed once. */
export interface ListLoss {
  /**
   * Adds nothing, overwrites: `gradient[i]` = dLoss/dscore of item i and `curvature[i]` = its second derivative (or an upper bound of
   * it, for Newton steps), [n] each. Curvatures are positive, also where the derivative has all but vanished. A list that says
   * nothing (one item, all labels equal) gives zeros in both. Scores are finite.
   * @throws RankingError `INVALID_SCORES` unless all three are as long as the labels.
   */
  slopes(scores: Float64Array, gradient: Float64Array, curvature: Float64Array): void;
}

/** How a scorer learns to rank. Every scorer takes every loss. */
export interface RankingLoss {
  readonly name: LossName;
  /**
   * @param labels what is to be ranked by, higher is better [n], finite; raw scores or grades
   * @throws RankingError `INVALID_SCORES` on an empty list or a label that the loss cannot take.
   */
  forList(labels: ArrayLike<number>): ListLoss;
}

export type LossName = 'lambdarank' | 'ranknet' | 'pairwise-softmax' | 'list-mle' | 'squared-error';
