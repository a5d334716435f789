import type { CrossFit } from './cross-fit.js';
import { meanRegret, pairedMean } from './evidence.js';

/** Out-of-fold NDCG@10 that a kind must win over a simpler one. */
const CLEARLY_BETTER = 0.02;
/** Standard errors that the gain must exceed: several kinds have their chance to look better by luck. */
const ERRORS = 2;

/**
 * The kind to rank by: the simplest, unless a later one has more out-of-fold NDCG@10 by a margin and by more than two standard errors of the
 * paired differences, and no more regret. Ties stay with the simpler.
 * @param fits simplest first, judged on the same folds; at least one
 */
export function chooseScorer(fits: readonly CrossFit[]): CrossFit {
  return fits.reduce((best, other) => (clearlyBetter(other, best) ? other : best));
}

function clearlyBetter(other: CrossFit, best: CrossFit): boolean {
  const before = new Map(best.evidence.map(({ task, ndcg10 }) => [task, ndcg10.ranker]));
  const gain = pairedMean(other.evidence.map(({ task, ndcg10 }) => ndcg10.ranker - before.get(task)!));
  return (
    gain.mean > Math.max(CLEARLY_BETTER, ERRORS * gain.error) &&
    meanRegret(other.evidence, 'ranker') <= meanRegret(best.evidence, 'ranker')
  );
}
