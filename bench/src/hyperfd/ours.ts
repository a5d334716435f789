import { type Description, initialExtractor } from '@edgelore/descriptors';
import { describeOpenTask } from '@edgelore/domain';
import { descriptionNoise, protectDescription } from '@edgelore/privacy';
import {
  type ExperienceTask,
  type Ranker,
  Recommender,
  type TrainedModel,
  thawRanker,
  trainRanker,
} from '@edgelore/ranking';
import { configurationId } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { inOrder, type MakePolicy, type Situation } from './policy.js';
import { weakCorrection } from './weak-labels.js';

/** Parts of our method that can be taken away. */
export interface OursOptions {
  /** Whether the task's own trials change what comes next. */
  readonly adaptive: boolean;
  /** Whether descriptions say anything; else all tasks have the same. */
  readonly described: boolean;
  /** Whether past tasks' images may change the extractor; else only the ranker learns (head-only). */
  readonly imaged: boolean;
  /** Whether a supernet's scores without training change the first ranking; only where nothing is adaptive. */
  readonly weak?: boolean;
  /** Noise on the judged task's description, at delta 1e-5. */
  readonly epsilon?: number;
}

const DELTA = 1e-5;

/** What the platform would do: its ranker, trained on past tasks, and its recommendations, of configurations of the grid. */
export function ours({ adaptive, described, imaged, weak, epsilon }: OursOptions): MakePolicy {
  return (situation) => {
    const { configurations, target, seed } = situation;
    const { model, ranker } = platform(situation, described, imaged);
    const whole = describeOpenTask(model.extractor, target);
    const heard = epsilon === undefined ? whole : noised(whole, epsilon, `${target.id}/${seed}`);
    const description = described ? heard : blank(heard);
    const experience = experienceOf(situation, model);
    const scores = new Recommender({ ranker, experience, seed, sample: 0 }).scores({ description }, configurations);
    if (weak) {
      const correction = weakCorrection(situation, ranker);
      return inOrder(scores.map((score, at) => score + correction[at]!));
    }
    if (!adaptive) return inOrder(scores);
    const order = new Map(configurations.map((each, at) => [configurationId(each), at]));
    return {
      scores,
      next(told) {
        const trials = told.map(({ at, score }) => ({ configuration: configurations[at]!, score }));
        const own = trials.length > 0 ? [{ id: target.id, description, trials }] : [];
        const [first] = new Recommender({ ranker, experience: [...experience, ...own], seed, sample: 0 }).recommend({
          description,
          count: 1,
          task: target.id,
        });
        return order.get(configurationId(first!.configuration))!;
      },
    };
  };
}

interface Platform {
  readonly model: TrainedModel;
  readonly ranker: Ranker;
}

/** The last one trained: policies that differ in the judged task's part alone share it. */
let latest: { readonly key: string; readonly platform: Platform } | undefined;

function platform({ configurations, past, seed }: Situation, described: boolean, imaged: boolean): Platform {
  const key = JSON.stringify([past.map(({ id }) => id), seed, described, imaged]);
  if (latest?.key !== key) {
    const extractor = initialExtractor(
      seed,
      past.flatMap(({ base }) => base),
    );
    const model = trainRanker({
      seed,
      extractor,
      tasks: past.map((task) => {
        const description = describeOpenTask(extractor, task);
        return {
          id: task.id,
          collection: task.collection,
          description: described ? description : blank(description),
          base: imaged ? task.base : null,
          trials: configurations.map((configuration, at) => ({ configuration, score: task.scores[at]! })),
        };
      }),
    });
    latest = { key, platform: { model, ranker: thawRanker(model.ranker) } };
  }
  return latest.platform;
}

/** Past tasks as the model sees them. */
function experienceOf({ configurations, past }: Situation, { descriptions }: TrainedModel): ExperienceTask[] {
  const byId = new Map(descriptions.map(({ id, description }) => [id, description]));
  return past.map((task) => ({
    id: task.id,
    description: byId.get(task.id)!,
    trials: configurations.map((configuration, at) => ({ configuration, score: task.scores[at]! })),
  }));
}

function noised(description: Description, epsilon: number, seed: string): Description {
  const { sigma } = descriptionNoise(description, { epsilon, delta: DELTA });
  const random = seededRandom(`noise/${seed}`);
  return protectDescription(description, sigma, random);
}

/** Says nothing: rows that are all the same on every task, told apart by less than anything is read to. */
function blank(description: Description): Description {
  return { ...description, rows: description.rows.map((row) => row.map(() => 0)) };
}
