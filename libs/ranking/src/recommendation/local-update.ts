import {
  ExtractorNetwork,
  type ExtractorVersion,
  LEAST_IMAGES,
  type SynapticIntelligence,
} from '@edgelore/descriptors';
import { faceDetectorSpace, type SearchSpace } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { RankingError } from '../ranking.error.js';
import { Adam } from '../scorers/bilinear/adam.js';
import { thaw } from '../scorers/bilinear/score-network.js';
import { meanOf, type Trial, taskTables } from './experience.js';
import { extractorGradient } from './extractor-gradient.js';
import { lessonOf } from './fit-extractor.js';
import type { RoundLesson } from './round-lesson.js';

const STEPS = 30;
const RATE = 5e-4;
const SCORE_RATE = 5e-3;

export interface LocalUpdateOptions {
  readonly extractor: ExtractorVersion;
  readonly lesson: RoundLesson;
  /** Base descriptors of the owner's images, `[n][Dx]`; they are read here and nowhere else. */
  readonly base: readonly Float32Array[];
  /** The owner's trials. */
  readonly trials: readonly Trial[];
  readonly seed: number | string;
  /** Default 30. */
  readonly steps?: number;
  /** Weight of the triplet loss beside the ranking loss. Default 0.1. */
  readonly tripletWeight?: number;
  /** What earlier updates found important: moving it costs. It is told of every step; consolidating is the caller's. */
  readonly memory?: SynapticIntelligence;
  readonly space?: SearchSpace;
}

/**
 * What an owner's images and trials would change in the extractor, `[EXTRACTOR_PARAMETERS]`: new parameters less old ones after some steps of
 * {@link extractorGradient}, the round's score function trained along and then left behind. Several owners' changes, averaged, are a step of federated averaging (McMahan et
 * al., arXiv 1602.05629). Neither clipped nor noised.
 * @throws RankingError TOO_LITTLE_EXPERIENCE for too few images, or trials of fewer than two configurations.
 *
 * @example
 * ```ts
 * import { BASE_DIMENSION, EXTRACTOR_DIMENSION, EXTRACTOR_PARAMETERS, initialExtractor } from '@edgelore/descriptors';
 * import { faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
 * import { seededRandom } from '@edgelore/tensor';
 *
 * const random = seededRandom('made up');
 * const vector = (length: number) => Float32Array.from({ length }, () => random.normal());
 * const base = Array.from({ length: 40 }, () => vector(BASE_DIMENSION));
 * const extractor = initialExtractor(1, base);
 * const trials = sampleConfigurations(faceDetectorSpace, 4, random).map((configuration, at) => ({ configuration, score: at / 4 }));
 * const description = {
 *   extractorVersion: extractor.version,
 *   extractorHash: extractor.hash,
 *   dimension: EXTRACTOR_DIMENSION,
 *   rows: [[...vector(EXTRACTOR_DIMENSION)]],
 *   images: 40,
 *   batchSize: 40,
 * };
 *
 * // The platform, of what it knows; then an owner, of images that stay there; then the platform, of the owners' mean.
 * const sent = JSON.stringify(makeRoundLesson({ tasks: [{ id: 'open', description, base, trials }], seed: 1 }));
 * const change = localUpdate({ extractor, lesson: parseRoundLesson(JSON.parse(sent)), base, trials, seed: 1 });
 * change.length; // => EXTRACTOR_PARAMETERS
 * updatedExtractor(extractor, change).version; // => 1
 * ```
 */
export function localUpdate(options: LocalUpdateOptions): Float64Array {
  const { extractor: start, lesson, base, trials, seed, steps = STEPS, space = faceDetectorSpace, memory } = options;
  if (base.length < LEAST_IMAGES) {
    throw new RankingError(
      'TOO_LITTLE_EXPERIENCE',
      `The extractor can learn from ${LEAST_IMAGES} images or more; these are ${base.length}.`,
    );
  }
  const extractor = new ExtractorNetwork(start);
  const before = Float64Array.from(extractor.parameters);
  const inputs = base.map((image) => extractor.standardise(image));
  const rows = [Array.from(meanOf(extractor.forward(inputs).outputs))];
  const description = { extractorVersion: start.version, extractorHash: start.hash, dimension: rows[0]!.length, rows };
  const own = { id: 'own', description: { ...description, images: base.length, batchSize: base.length }, trials };
  const table = taskTables(space, [own])[0]!;
  if (table.scores.length < 2) {
    throw new RankingError(
      'TOO_LITTLE_EXPERIENCE',
      'The extractor learns from how configurations differ; train and report two different ones first.',
    );
  }
  const list = lessonOf(table);
  const network = thaw(lesson.score);
  const negatives = lesson.negatives.map((row) => Float64Array.from(row));
  const random = seededRandom(`${seed}`);
  const adam = new Adam(extractor.parameters.length);
  const scoreAdam = new Adam(network.parameters.length);
  for (let step = 0; step < steps; step += 1) {
    const negative = negatives[random.integer(negatives.length)]!;
    const gradient = extractorGradient(
      extractor,
      network,
      list,
      random.shuffle(inputs),
      () => negative,
      options.tripletWeight,
    );
    const cooling = (1 + Math.cos((Math.PI * step) / steps)) / 2;
    const whole = Float64Array.from(gradient.extractor);
    memory?.addPenaltyGradient(extractor.parameters, whole);
    const at = Float64Array.from(extractor.parameters);
    adam.step(extractor.parameters, whole, RATE * cooling);
    memory?.step(gradient.extractor, at, extractor.parameters);
    scoreAdam.step(network.parameters, gradient.score, SCORE_RATE * cooling);
  }
  return extractor.parameters.map((value, at) => value - before[at]!);
}

/**
 * The next extractor: the current one, changed by the mean of what owners' images and trials would change.
 * @see the example of {@link localUpdate}
 */
export function updatedExtractor(current: ExtractorVersion, change: ArrayLike<number>): ExtractorVersion {
  const network = new ExtractorNetwork(current);
  for (let at = 0; at < network.parameters.length; at += 1) network.parameters[at]! += change[at]!;
  return network.freeze(current.version + 1);
}
