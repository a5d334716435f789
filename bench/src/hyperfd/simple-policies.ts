import { greedyPortfolio } from '@edgelore/ranking';
import { configurationId, defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import type { JudgedTask } from './judged-task.js';
import { inOrder, type MakePolicy, type Policy, type Target } from './policy.js';

/** Any order. */
export const random: MakePolicy = ({ configurations, target, seed }) => ({
  next: shuffled(configurations.length, `random/${target.id}/${seed}`).next,
});

/** The default, then any order. */
export const standard: MakePolicy = ({ configurations, target, seed }) => {
  const id = configurationId(defaultConfiguration(faceDetectorSpace));
  const first = configurations.findIndex((each) => configurationId(each) === id);
  const rest = shuffled(configurations.length, `default/${target.id}/${seed}`);
  return { next: (told) => (told.length === 0 ? first : rest.next(told)) };
};

/** A static portfolio: each is chosen for the past tasks that those before serve badly; the rest by its mean score. */
export const bestOnAverage: MakePolicy = ({ configurations, past }) =>
  inOrder(portfolioScores(configurations.length, past));

/** What has the highest mean score on the past tasks, whatever became of those before. */
export const bestMean: MakePolicy = ({ configurations, past }) =>
  inOrder(configurations.map((_, at) => past.reduce((sum, { scores }) => sum + scores[at]! / past.length, 0)));

/** What scored best on the task whose images are most alike, by the means of their base descriptors. */
export const nearestTask: MakePolicy = ({ past, target }) => inOrder(nearest(past, target).scores);

function portfolioScores(count: number, past: readonly JudgedTask[]): Float64Array {
  const order = greedyPortfolio(
    past.map(({ scores }) => scores),
    past.map(() => 1),
    count,
  );
  const scores = new Float64Array(count);
  order.forEach((at, place) => {
    scores[at] = -place;
  });
  return scores;
}

/** Means of base descriptors, of past tasks and then of the target, each coordinate in deviations over the past tasks' means. */
export function standardisedMeans(past: readonly JudgedTask[], target: Target): Float64Array[] {
  const means = past.map(({ base }) => meanOf(base));
  const centre = means[0]!.map((_, at) => means.reduce((sum, mean) => sum + mean[at]!, 0) / means.length);
  const spread = centre.map((value, at) =>
    Math.sqrt(means.reduce((sum, mean) => sum + (mean[at]! - value) ** 2, 0) / means.length),
  );
  return [...means, meanOf(target.base)].map((mean) =>
    mean.map((value, at) => (spread[at]! > 0 ? (value - centre[at]!) / spread[at]! : 0)),
  );
}

function meanOf(base: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(base[0]!.length);
  for (const image of base) {
    image.forEach((value, at) => {
      mean[at]! += value / base.length;
    });
  }
  return mean;
}

function nearest(past: readonly JudgedTask[], target: Target): JudgedTask {
  const means = standardisedMeans(past, target);
  const own = means.at(-1)!;
  const distance = (at: number) =>
    means[at]!.reduce((sum, value, coordinate) => sum + (value - own[coordinate]!) ** 2, 0);
  return past.reduce((best, task, at) => (distance(at) < distance(past.indexOf(best)) ? task : best));
}

function shuffled(count: number, seed: string): Policy {
  const order = seededRandom(seed).shuffle(Array.from({ length: count }, (_, at) => at));
  return { next: (told) => order.find((at) => told.every((trial) => trial.at !== at))! };
}
