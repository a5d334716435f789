import type { RankingLoss } from '../losses/ranking-loss.js';

/** Gradient and curvature of a loss in arrays of their own. */
export function slopesOf(loss: RankingLoss, labels: readonly number[], scores: readonly number[]) {
  const gradient = new Float64Array(labels.length).fill(Number.NaN);
  const curvature = new Float64Array(labels.length).fill(Number.NaN);
  loss.forList(labels).slopes(Float64Array.from(scores), gradient, curvature);
  return { gradient, curvature };
}
