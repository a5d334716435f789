import { seededRandom } from '@edgelore/tensor';
import { RankingError } from '../../ranking.error.js';
import { flatFeatures } from '../flat-features.js';
import type { FitOptions, Items, LabelledList, Scorer, ScorerArtefact } from '../scorer.js';
import { type BilinearOptions, fitBilinear, type Lesson } from './fit-bilinear.js';
import type { ScoreWeights } from './score-network.js';

/** A list with further, noisier descriptions of its task. */
export interface ViewedList extends LabelledList {
  /** What training may see in place of `task`, [d] each: batch means of its images, for one. */
  readonly views?: readonly ArrayLike<number>[];
}

/** The bilinear score function as plain JSON. */
export interface BilinearArtefact extends ScorerArtefact {
  readonly kind: 'bilinear';
  readonly weights: ScoreWeights;
}

/**
 * A linear score whose weights depend linearly, through a low rank, on the task's description: few parameters for few data, on the
 * items' flat features. Scores are in the unit of the labels. Repeats are byte-identical.
 * @throws RankingError `TOO_LITTLE_EXPERIENCE` where no list has two items, `INVALID_EXPERIENCE` where descriptions differ in length.
 *
 * @example
 * ```ts
 * const items = { count: 3, features: Float32Array.of(-1, 0, 1), width: 1 };
 * // What is best on one task is worst on the other.
 * const list = (task: number, labels: number[]) => ({
 *   task: Float32Array.of(task),
 *   items: Int32Array.of(0, 1, 2),
 *   labels: Float64Array.from(labels),
 * });
 * const scorer = fitBilinearScorer(items, [list(1, [-1, 0, 1]), list(-1, [1, 0, -1])], { loss: rankNet(), seed: 1 });
 * const scores = scorer.score(items, Float32Array.of(2));
 * scores[2]! > scores[0]!; // => true
 * ```
 */
export function fitBilinearScorer(
  items: Items,
  lists: readonly ViewedList[],
  options: FitOptions & BilinearOptions,
): Scorer {
  const useful = lists.filter(({ labels }) => labels.length > 1);
  if (useful.length === 0) {
    throw new RankingError('TOO_LITTLE_EXPERIENCE', 'No list has two items, so there is nothing to rank; add labels.');
  }
  const dimension = useful[0]!.task?.length ?? 0;
  if (useful.some(({ task }) => (task?.length ?? 0) !== dimension)) {
    throw new RankingError('INVALID_EXPERIENCE', 'Descriptions of tasks differ in length; pass all of one extractor.');
  }
  const { features, width } = flatFeatures(items);
  const row = (item: number) => Float64Array.from(features.subarray(item * width, (item + 1) * width));
  const lessons = useful.map(({ items: rows, labels, task = new Float32Array(0), views = [task] }): Lesson => {
    return { task, views, labels, features: Array.from(rows, row), loss: options.loss.forList(labels) };
  });
  return bilinearScorer(fitBilinear(lessons, options.loss, seededRandom(options.seed), options).freeze());
}

/**
 * The scorer that was frozen.
 * @throws RankingError `INVALID_MODEL` on anything but an artefact of a bilinear scorer, or one whose parts do not fit each other.
 *
 * @example
 * ```ts
 * const weights = { centre: [0], scale: 1, main: [1], configuration: [[1]], task: [[2]] };
 * const scorer = thawBilinear({ format: 'scorer/1', kind: 'bilinear', weights });
 * // 1 x + (2 m) (1 x) at m = 3.
 * scorer.score({ count: 2, features: Float32Array.of(1, 2), width: 1 }, Float32Array.of(3)); // => Float64Array.of(7, 14)
 * ```
 */
export function thawBilinear(artefact: unknown): Scorer {
  const { format, kind, weights } = (artefact ?? {}) as Partial<BilinearArtefact>;
  if (format !== 'scorer/1' || kind !== 'bilinear') {
    throw new RankingError(
      'INVALID_MODEL',
      `The artefact is of format ${format} and kind ${kind}, not scorer/1 of a bilinear scorer.`,
    );
  }
  return bilinearScorer(assertWeights(weights));
}

function bilinearScorer(weights: ScoreWeights): Scorer {
  const { main, centre } = weights;
  return {
    kind: 'bilinear',
    score(items, task) {
      const { features, width } = flatFeatures(items);
      if (width !== main.length || (task?.length ?? 0) !== centre.length) {
        throw new RankingError(
          'INVALID_MODEL',
          `The scorer reads ${main.length} features and descriptions of ${centre.length} numbers, not ${width} and ${task?.length ?? 0}; encode as in training.`,
        );
      }
      const slopes = slopesFor(weights, task ?? []);
      const scores = new Float64Array(items.count);
      for (let item = 0; item < items.count; item += 1) {
        let score = 0;
        for (let at = 0; at < width; at += 1) {
          score += slopes[at]! * features[item * width + at]!;
        }
        scores[item] = score;
      }
      return scores;
    },
    freeze: (): BilinearArtefact => ({ format: 'scorer/1', kind: 'bilinear', weights }),
  };
}

/** For one task the score is linear in the features: main + sum_j (task_j . m') configuration_j, [F]. */
function slopesFor({ centre, scale, main, configuration, task }: ScoreWeights, mean: ArrayLike<number>): Float64Array {
  const slopes = Float64Array.from(main);
  task.forEach((direction, j) => {
    const code = direction.reduce((sum, weight, at) => sum + (weight * (mean[at]! - centre[at]!)) / scale, 0);
    configuration[j]!.forEach((weight, at) => {
      slopes[at]! += code * weight;
    });
  });
  return slopes;
}

function assertWeights(weights: ScoreWeights | undefined): ScoreWeights {
  const { centre = [], scale, main = [], configuration = [], task = [] } = weights ?? ({} as Partial<ScoreWeights>);
  const fits =
    main.length > 0 &&
    configuration.length === task.length &&
    configuration.every((row) => row.length === main.length) &&
    task.every((row) => row.length === centre.length) &&
    [scale, ...centre, ...main, ...configuration.flat(), ...task.flat()].every(Number.isFinite);
  if (!fits || weights === undefined) {
    throw new RankingError(
      'INVALID_MODEL',
      'The weights of the bilinear scorer do not fit each other or are not finite numbers; train it anew.',
    );
  }
  return weights;
}
