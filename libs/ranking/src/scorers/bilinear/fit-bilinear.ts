import type { Random } from '@edgelore/tensor';
import type { ListLoss, RankingLoss } from '../../losses/ranking-loss.js';
import { Adam } from './adam.js';
import { ScoreNetwork } from './score-network.js';

export interface BilinearOptions {
  /** Rank of the interaction of description and item. Default 4. */
  readonly rank?: number;
  /** Times that training looks at every list. Default 200. */
  readonly epochs?: number;
  /** Rate of Adam at the start. Default 0.02. */
  readonly rate?: number;
  /** Pull of every weight towards zero; the data are few. Default 0.02. */
  readonly weightDecay?: number;
  /** Weight of the ranking loss beside the anchor. Default 0.3. */
  readonly lossWeight?: number;
}

export const BILINEAR_DEFAULTS: Required<BilinearOptions> = {
  rank: 4,
  epochs: 200,
  rate: 0.02,
  weightDecay: 0.02,
  lossWeight: 0.3,
};

/** Items of one list that one step looks at, so that its cost stays bounded. */
const MOST_LISTED = 64;

/** A list ready for training. */
export interface Lesson {
  /** Description of the task, [d]. */
  readonly task: ArrayLike<number>;
  /** What a pass may see in its place, [m][d]. */
  readonly views: readonly ArrayLike<number>[];
  /** [n][F] */
  readonly features: readonly Float64Array[];
  /** [n] */
  readonly labels: Float64Array;
  readonly loss: ListLoss;
}

/**
 * dLoss/dscore of a list: the ranking loss, plus the gradient of the squared distance between centred scores and centred labels. A
 * ranking loss alone leaves the scale of scores open and overfits lists of a dozen; the anchor gives scores the unit of the labels.
 * Both sum to zero.
 */
export function listSlopes(
  scores: Float64Array,
  { labels, loss }: Pick<Lesson, 'labels' | 'loss'>,
  lossWeight = BILINEAR_DEFAULTS.lossWeight,
): Float64Array {
  const n = scores.length;
  const gradient = new Float64Array(n);
  loss.slopes(scores, gradient, new Float64Array(n));
  const shift = mean(scores) - mean(labels);
  return gradient.map((slope, at) => lossWeight * slope + (scores[at]! - shift - labels[at]!) / n);
}

/**
 * Trains the score function on fixed descriptions. Every epoch sees every list once, through a random one of its views: the noise that
 * a new task's description will have. Lists weigh by their items.
 */
export function fitBilinear(
  lessons: readonly Lesson[],
  loss: RankingLoss,
  random: Random,
  options: BilinearOptions = {},
): ScoreNetwork {
  const { rank, epochs, rate, weightDecay, lossWeight } = { ...BILINEAR_DEFAULTS, ...options };
  const network = freshNetwork(lessons, rank, random);
  const listed = lessons.reduce((total, { labels }) => total + Math.min(MOST_LISTED, labels.length), 0);
  const adam = new Adam(network.parameters.length);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const gradient = network.parameters.map((value) => weightDecay * value);
    for (const whole of lessons) {
      const lesson = sampled(whole, loss, random);
      const pass = network.forward(lesson.views[random.integer(lesson.views.length)]!, lesson.features);
      const weight = lesson.labels.length / listed;
      network.backward(
        pass,
        listSlopes(pass.scores, lesson, lossWeight).map((slope) => slope * weight),
        gradient,
      );
    }
    adam.step(network.parameters, gradient, (rate / 2) * (1 + Math.cos((Math.PI * epoch) / epochs)));
  }
  return network;
}

/** A network for these lists: descriptions centred on their mean, scaled by their distance from it, weights as drawn. */
function freshNetwork(lessons: readonly Lesson[], rank: number, random: Random): ScoreNetwork {
  const dimension = lessons[0]!.task.length;
  const centre = Float64Array.from({ length: dimension }, (_, at) => mean(lessons.map(({ task }) => task[at]!)));
  const spread = Math.sqrt(
    mean(lessons.map(({ task }) => centre.reduce((sum, value, at) => sum + (task[at]! - value) ** 2, 0))),
  );
  const network = new ScoreNetwork(
    lessons[0]!.features[0]!.length,
    dimension,
    rank,
    centre,
    spread > 1e-6 ? spread : 1,
  );
  network.initialise(random);
  return network;
}

function sampled(lesson: Lesson, loss: RankingLoss, random: Random): Lesson {
  if (lesson.labels.length <= MOST_LISTED) {
    return lesson;
  }
  const chosen = random.shuffle([...lesson.labels.keys()]).slice(0, MOST_LISTED);
  const labels = Float64Array.from(chosen, (at) => lesson.labels[at]!);
  return { ...lesson, features: chosen.map((at) => lesson.features[at]!), labels, loss: loss.forList(labels) };
}

function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < values.length; at += 1) {
    total += values[at]!;
  }
  return total / values.length;
}
