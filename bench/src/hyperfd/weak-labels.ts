import { Choices, type Ranker } from '@edgelore/ranking';
import { faceDetectorSpace } from '@edgelore/search-space';
import { figureOf } from '../figures.js';
import type { Situation } from './policy.js';
import { standardised } from './standardised.js';

/**
 * What a supernet's scores of the target's architectures, without training, add to the ranker's: they times their slope on what past tasks' scores departed from
 * the ranker by, out of fold; the slope is shrunk by its standard error over tasks, to nothing where that is the larger. [configurations]
 */
export function weakCorrection({ configurations, past, target }: Situation, ranker: Ranker): Float64Array {
  const none = new Float64Array(configurations.length);
  if (!target.weak) return none;
  const items = new Choices(faceDetectorSpace, configurations).items(ranker.version.scorer);
  const slopes = past.flatMap(({ id, scores, weak }) => {
    const fold = ranker.folds.find(({ heldOut }) => heldOut.some((task) => task.id === id));
    if (!weak || !fold) return [];
    const expected = fold.member.score(items, fold.heldOut.find((task) => task.id === id)!.mean);
    const [x, y, said] = [weak, scores, expected].map(standardised) as [Float64Array, Float64Array, Float64Array];
    return [x.reduce((sum, value, at) => sum + value * (y[at]! - said[at]!), 0) / x.length];
  });
  if (slopes.length < 2) return none;
  const { mean, se } = figureOf(slopes);
  const slope = mean * Math.max(0, 1 - (se / mean) ** 2);
  return standardised(target.weak).map((value) => slope * value);
}
