import { type Description, descriptionMean, planPooling } from '@edgelore/descriptors';
import { descriptionNoise, type Guarantee, protectDescription } from '@edgelore/privacy';
import { ndcg } from '@edgelore/ranking';
import type { Random } from '@edgelore/tensor';

/** A task whose trials are known, and a ranker to be judged on it. */
export interface JudgedTask {
  readonly description: Description;
  /** Relevance of its configurations. */
  readonly relevance: ArrayLike<number>;
  /** What the ranker expects of each of them when it reads this description. */
  readonly rank: (description: Description) => ArrayLike<number>;
}

export interface RankingLoss {
  /** NDCG@10 with the descriptions as they are, and with noise on them. */
  readonly plain: number;
  readonly noised: number;
  readonly lost: number;
  readonly standardError: number;
}

/** The same dataset with so many images: the mean stays, the noise that protects it does not. */
export function asIfOf(description: Description, images: number): Description {
  const { rows, batchSize } = planPooling(images);
  const mean = Array.from(descriptionMean(description));
  return { ...description, images, batchSize, rows: Array.from({ length: rows }, () => mean) };
}

/** NDCG@10 that a guarantee costs, were every dataset of so many images: over all tasks, with so many draws of the noise each. */
export function rankingLoss(
  tasks: readonly JudgedTask[],
  { images, guarantee, draws, random }: { images: number; guarantee: Guarantee; draws: number; random: Random },
): RankingLoss {
  const judged = tasks.map(({ description, relevance, rank }) => {
    const quality = (read: Description) => ndcg(rank(read), relevance, 10);
    const sized = asIfOf(description, images);
    const { sigma } = descriptionNoise(sized, guarantee);
    const noised = Array.from({ length: draws }, () => quality(protectDescription(sized, sigma, random)));
    return { plain: quality(sized), noised };
  });
  const plain = mean(judged.map((task) => task.plain));
  const noised = mean(judged.map((task) => mean(task.noised)));
  const variances = judged.map((task) => mean(task.noised.map((value) => (value - mean(task.noised)) ** 2)) / draws);
  return { plain, noised, lost: plain - noised, standardError: Math.sqrt(mean(variances) / tasks.length) };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}
