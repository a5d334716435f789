import { EXTRACTOR_DIMENSION } from '@edgelore/descriptors';
import { faceDetectorSpace, type SearchSpace } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { rankingLoss } from '../losses/loss-spec.js';
import { RankingError } from '../ranking.error.js';
import { thawBilinear } from '../scorers/bilinear/bilinear-scorer.js';
import { fitBilinear } from '../scorers/bilinear/fit-bilinear.js';
import { type ScoreWeights, sevenDigits } from '../scorers/bilinear/score-network.js';
import { featureWidth } from './configuration-features.js';
import { type ExperienceTask, taskTables } from './experience.js';
import { lessonOf } from './fit-extractor.js';
import { BILINEAR_LOSS } from './ranker-version.js';

const MOST_NEGATIVES = 64;

/** What the platform gives every owner who trains the extractor in a round; plain JSON. */
export interface RoundLesson {
  /** The score function that all owners' gradients come through. */
  readonly score: ScoreWeights;
  /** Means of open tasks' descriptions, `[t][d]`: what the images of another task look like. */
  readonly negatives: readonly (readonly number[])[];
}

/**
 * Fits the score function of a round on all experience, by the descriptions that the platform has anyway. The same input and seed give the same lesson.
 * @throws RankingError TOO_LITTLE_EXPERIENCE without an open task, or without a task that has two different configurations.
 * @see the example of localUpdate
 */
export function makeRoundLesson(options: {
  readonly tasks: readonly ExperienceTask[];
  readonly seed: number | string;
  readonly space?: SearchSpace;
}): RoundLesson {
  const { tasks, seed, space = faceDetectorSpace } = options;
  const tables = taskTables(space, tasks);
  const open = new Set(tasks.filter(({ base }) => base).map(({ id }) => id));
  const negatives = tables
    .filter(({ id }) => open.has(id))
    .slice(0, MOST_NEGATIVES)
    .map(({ mean }) => Array.from(mean, sevenDigits));
  const lists = tables.filter(({ scores }) => scores.length > 1);
  if (negatives.length === 0 || lists.length === 0) {
    throw new RankingError(
      'TOO_LITTLE_EXPERIENCE',
      'A round needs an open task to contrast with and a task with two different configurations; report more trials first.',
    );
  }
  const network = fitBilinear(lists.map(lessonOf), rankingLoss(BILINEAR_LOSS), seededRandom(`${seed}`));
  return { score: network.freeze(), negatives };
}

/**
 * Reads a lesson that came over the wire.
 * @throws RankingError INVALID_MODEL when its parts do not fit each other or this search space.
 * @see the example of localUpdate
 */
export function parseRoundLesson(value: unknown, space: SearchSpace = faceDetectorSpace): RoundLesson {
  const { score, negatives } = (value ?? {}) as Partial<RoundLesson>;
  thawBilinear({ format: 'scorer/1', kind: 'bilinear', weights: score });
  const fits =
    score?.main.length === featureWidth(space) &&
    score.centre.length === EXTRACTOR_DIMENSION &&
    Array.isArray(negatives) &&
    negatives.length > 0 &&
    negatives.length <= MOST_NEGATIVES &&
    negatives.every((row) => row.length === EXTRACTOR_DIMENSION && row.every(Number.isFinite));
  if (!fits) {
    throw new RankingError(
      'INVALID_MODEL',
      'The lesson of the round is for another search space or extractor; use a client of the same version as the platform.',
    );
  }
  return { score, negatives };
}
