import type { ListLoss } from '../../losses/ranking-loss.js';

export interface PlainOptions {
  readonly trees: number;
  readonly leaves: number;
  readonly learningRate: number;
  readonly minLeafRows: number;
  readonly minLeafCurvature: number;
  readonly l2: number;
}

/** Rows on each side of the best cut of a leaf. */
interface Cut {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly gain: number;
}

/**
 * Scores after boosting on one list by the definition: every cut of every column of every leaf is tried, sums are taken anew each
 * time. Shares no code with the learner.
 */
export function plainBoosting(
  rows: readonly (readonly number[])[],
  loss: ListLoss,
  options: PlainOptions,
): Float64Array {
  const scores = new Float64Array(rows.length);
  const gradient = new Float64Array(rows.length);
  const curvature = new Float64Array(rows.length);
  const sum = (values: Float64Array, of: readonly number[]) => of.reduce((total, row) => total + values[row]!, 0);
  const score = (of: readonly number[]) => sum(gradient, of) ** 2 / (sum(curvature, of) + options.l2);
  const fits = (of: readonly number[]) =>
    of.length >= options.minLeafRows && sum(curvature, of) >= options.minLeafCurvature;
  const bestCut = (leaf: readonly number[]): Cut | undefined => {
    let best: Cut | undefined;
    for (const column of rows[0]!.keys()) {
      for (const threshold of new Set(leaf.map((row) => rows[row]![column]!))) {
        const left = leaf.filter((row) => rows[row]![column]! <= threshold);
        const right = leaf.filter((row) => rows[row]![column]! > threshold);
        const gain = score(left) + score(right) - score(leaf);
        if (fits(left) && fits(right) && gain > (best?.gain ?? 1e-12)) {
          best = { left, right, gain };
        }
      }
    }
    return best;
  };
  for (let tree = 0; tree < options.trees; tree += 1) {
    loss.slopes(scores, gradient, curvature);
    const leaves: (readonly number[])[] = [[...rows.keys()]];
    while (leaves.length < options.leaves) {
      const cuts = leaves.map(bestCut);
      const at = cuts.reduce((most, cut, leaf) => ((cut?.gain ?? 0) > (cuts[most]?.gain ?? 0) ? leaf : most), 0);
      const cut = cuts[at];
      if (cut === undefined) {
        break;
      }
      leaves.splice(at, 1, cut.left, cut.right);
    }
    for (const leaf of leaves) {
      for (const row of leaf) {
        scores[row]! -= (options.learningRate * sum(gradient, leaf)) / (sum(curvature, leaf) + options.l2);
      }
    }
  }
  return scores;
}
