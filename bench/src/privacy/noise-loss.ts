import { type Description, descriptionMean, initialExtractor, planPooling } from '@edgelore/descriptors';
import { describeOpenTask } from '@edgelore/domain';
import { descriptionNoise, type Guarantee, protectDescription } from '@edgelore/privacy';
import { Choices, fitBilinearScorer, listQuality, rankingLoss, taskTables } from '@edgelore/ranking';
import { faceDetectorSpace } from '@edgelore/search-space';
import type { Random } from '@edgelore/tensor';
import { type Grid, pastOf } from '../hyperfd/judged-task.js';

/** A task whose scores are known, and a ranking of its configurations to be judged on it. */
export interface RankedTask {
  readonly description: Description;
  readonly scores: Float64Array;
  /** What is expected of each configuration by who reads this description. */
  readonly rank: (description: Description) => ArrayLike<number>;
}

export interface NoiseLoss {
  /** NDCG@10 with the descriptions as they are, with noise on them, and with no description at all. */
  readonly plain: number;
  readonly noised: number;
  readonly undescribed: number;
  readonly lost: number;
  /** Of what is lost, from task to task. */
  readonly standard_error: number;
}

/** Our ranking before any trial, on each domain by an extractor and a ranker that learnt from all domains but its relatives. */
export function leftOutTasks(grid: Grid, seed: number): RankedTask[] {
  const items = new Choices(faceDetectorSpace, grid.configurations).items('bilinear');
  const all = Int32Array.from(grid.configurations, (_, at) => at);
  return grid.tasks.map((task) => {
    const past = pastOf(grid, task);
    const extractor = initialExtractor(
      seed,
      past.flatMap(({ base }) => base),
    );
    const experience = past.map((each) => ({
      id: each.id,
      description: describeOpenTask(extractor, each),
      trials: grid.configurations.map((configuration, at) => ({ configuration, score: each.scores[at]! })),
    }));
    const lists = taskTables(faceDetectorSpace, experience).map(({ mean: centre, rows, standardised }) => ({
      task: Float32Array.from(centre),
      views: rows,
      items: all,
      labels: standardised,
    }));
    const scorer = fitBilinearScorer(items, lists, { loss: rankingLoss({ name: 'ranknet' }), seed });
    return {
      description: describeOpenTask(extractor, task),
      scores: task.scores,
      rank: (description) => scorer.score(items, Float32Array.from(descriptionMean(description))),
    };
  });
}

/** The same dataset with so many images: the mean stays, the noise that protects it does not. */
export function asIfOf(description: Description, images: number): Description {
  const { rows, batchSize } = planPooling(images);
  const centre = Array.from(descriptionMean(description));
  return { ...description, images, batchSize, rows: Array.from({ length: rows }, () => centre) };
}

/** NDCG@10 that a guarantee costs, were every dataset of so many images: over all tasks, with so many draws of the noise each. */
export function noiseLoss(
  tasks: readonly RankedTask[],
  { images, guarantee, draws, random }: { images: number; guarantee: Guarantee; draws: number; random: Random },
): NoiseLoss {
  const judged = tasks.map(({ description, scores, rank }) => {
    const quality = (read: Description) => listQuality(rank(read), scores).ndcg10;
    const sized = asIfOf(description, images);
    const { sigma } = descriptionNoise(sized, guarantee);
    const noised = Array.from({ length: draws }, () => quality(protectDescription(sized, sigma, random)));
    const undescribed = quality({ ...sized, rows: [sized.rows[0]!.map(() => 0)] });
    return { plain: quality(sized), noised: mean(noised), undescribed };
  });
  const losses = judged.map(({ plain, noised }) => plain - noised);
  const lost = mean(losses);
  return {
    plain: mean(judged.map(({ plain }) => plain)),
    noised: mean(judged.map(({ noised }) => noised)),
    undescribed: mean(judged.map(({ undescribed }) => undescribed)),
    lost,
    standard_error: Math.sqrt(mean(losses.map((loss) => (loss - lost) ** 2)) / Math.max(1, losses.length - 1)),
  };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}
