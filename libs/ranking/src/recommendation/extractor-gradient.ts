import type { ExtractorNetwork } from '@edgelore/descriptors';
import { type Lesson, listSlopes } from '../scorers/bilinear/fit-bilinear.js';
import type { ScoreNetwork } from '../scorers/bilinear/score-network.js';
import { meanOf } from './experience.js';

/** Images in a batch mean during training: as few as a row of a description may have. */
const BATCH = 16;
const TRIPLET_WEIGHT = 0.1;
/** Squared distance, within the unit ball, by which another task's batch must lie further away than one of the same task. */
const TRIPLET_MARGIN = 0.25;

/** What one task teaches the extractor and the score function at one step. */
export interface ExtractorGradient {
  /** Laid out like the extractor's parameters. */
  readonly extractor: Float64Array;
  /** Laid out like the score function's parameters. */
  readonly score: Float64Array;
}

/**
 * The gradient of one task's loss: the ranking loss through a batch mean of its images, and a triplet loss between batch means. After HyperFD (arXiv
 * 2203.08399), whose exact losses are not public.
 * @param shuffled standardised base descriptors, `[n][Dx]`, of which the first two batches are used
 * @param negativeOf the mean of a batch of another task, `[d]`, given this one's
 * @param tripletWeight weight of the triplet loss beside the ranking loss; default 0.1
 */
export function extractorGradient(
  extractor: ExtractorNetwork,
  network: ScoreNetwork,
  lesson: Pick<Lesson, 'features' | 'labels' | 'loss'>,
  shuffled: readonly Float64Array[],
  negativeOf: (mean: Float64Array) => Float64Array,
  tripletWeight: number = TRIPLET_WEIGHT,
): ExtractorGradient {
  const size = Math.min(BATCH, Math.floor(shuffled.length / 2));
  const pass = extractor.forward(shuffled.slice(0, 2 * size));
  const anchorMean = meanOf(pass.outputs.slice(0, size));
  const positiveMean = meanOf(pass.outputs.slice(size));
  const scores = network.forward(anchorMean, lesson.features);
  const score = new Float64Array(network.parameters.length);
  const anchorGradient = network.backward(scores, listSlopes(scores.scores, lesson), score);
  const triplet = tripletGradient(anchorMean, positiveMean, negativeOf(anchorMean), TRIPLET_MARGIN);
  const outputGradients = pass.outputs.map((_, row) =>
    row < size
      ? anchorGradient.map((slope, at) => (slope + tripletWeight * triplet.anchor[at]!) / size)
      : triplet.positive.map((slope) => (tripletWeight * slope) / size),
  );
  return { extractor: extractor.backward(pass, outputGradients), score };
}

/**
 * max(0, |a - p|^2 - |a - n|^2 + margin) and its gradients with respect to a and p (n is taken as fixed), [d] each. The loss is zero,
 * and so are the gradients, once the negative lies `margin` further away than the positive.
 */
export function tripletGradient(
  anchor: Float64Array,
  positive: Float64Array,
  negative: Float64Array,
  margin: number,
): { loss: number; anchor: Float64Array; positive: Float64Array } {
  let loss = margin;
  for (let at = 0; at < anchor.length; at += 1) {
    loss += (anchor[at]! - positive[at]!) ** 2 - (anchor[at]! - negative[at]!) ** 2;
  }
  if (loss <= 0) {
    return { loss: 0, anchor: new Float64Array(anchor.length), positive: new Float64Array(anchor.length) };
  }
  return {
    loss,
    anchor: anchor.map((_, at) => 2 * (negative[at]! - positive[at]!)),
    positive: positive.map((value, at) => 2 * (value - anchor[at]!)),
  };
}
