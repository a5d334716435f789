import { initialExtractor } from '@edgelore/descriptors';
import { describeOpenTask } from '@edgelore/domain';
import {
  chooseNext,
  condition,
  configurationFeatures,
  type ExperienceTask,
  fitBilinearScorer,
  nearnessWeights,
  rankingLoss,
  type TaskTable,
  taskBelief,
  taskTables,
  VARIANCES,
} from '@edgelore/ranking';
import { faceDetectorSpace } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { inOrder, type MakePolicy, type Situation, type Told } from './policy.js';

/** Parts of our method that can be taken away. */
export interface OursOptions {
  /** Whether the task's own trials change what comes next. */
  readonly adaptive: boolean;
  /** Whether the ranker sees the description; else the mean of all. */
  readonly described: boolean;
  readonly members?: number;
  readonly variances?: typeof VARIANCES;
}

export function ours({ adaptive, described, members = 4, variances = VARIANCES }: OursOptions): MakePolicy {
  return (situation) => {
    const { configurations, target, seed } = situation;
    const { tables, own } = seen(situation);
    const mean = described ? own : average(tables);
    const features = configurations.map((each) => configurationFeatures(faceDetectorSpace, each));
    const items = {
      count: features.length,
      width: features[0]!.length,
      features: Float32Array.from(features.flatMap((row) => [...row])),
    };
    const all = Int32Array.from(features, (_, at) => at);
    const lists = tables.map(({ mean: task, rows, standardised }) => ({
      task: Float32Array.from(described ? task : average(tables)),
      views: described ? rows : [average(tables)],
      items: all,
      labels: standardised,
    }));
    const scores = new Float64Array(features.length);
    for (let member = 0; member < members; member += 1) {
      const scorer = fitBilinearScorer(items, lists, {
        loss: rankingLoss({ name: 'ranknet' }),
        seed: `${seed}/${member}`,
      });
      scorer.score(items, Float32Array.from(mean)).forEach((value, at) => {
        scores[at]! += value / members;
      });
    }
    if (!adaptive) {
      return inOrder(scores);
    }
    const weights = described ? nearnessWeights(mean, tables) : tables.map(() => 1);
    const belief = taskBelief({ expected: scores, features, past: tables, weights }, variances);
    const unit = Math.sqrt(tables.reduce((sum, table) => sum + deviation(table.scores) ** 2, 0) / tables.length);
    return {
      scores,
      next(told: readonly Told[]) {
        const after = condition(
          belief,
          told.map(({ at, score }) => ({ candidate: at, score: score / unit, noise: variances.noise })),
        );
        return chooseNext(
          after,
          told.map(({ at }) => at),
          1,
          seededRandom(`${seed}/${target.id}/${told.length}`),
        )[0]!;
      },
    };
  };
}

/** Past tasks' tables and the target's description, by an extractor that was made for the past tasks. Tables keep the grid's order. */
function seen({ configurations, past, target, seed }: Situation): { tables: TaskTable[]; own: Float64Array } {
  const extractor = initialExtractor(
    seed,
    past.flatMap(({ base }) => base),
  );
  const tasks = [...past, { id: target.id, base: target.base, scores: new Float64Array(configurations.length) }].map(
    ({ id, base, scores }): ExperienceTask => ({
      id,
      description: describeOpenTask(extractor, { id, base }),
      trials: configurations.map((configuration, at) => ({ configuration, score: scores[at]! })),
    }),
  );
  const tables = taskTables(faceDetectorSpace, tasks);
  const own = tables.find(({ id }) => id === target.id)!.mean;
  return {
    tables: taskTables(
      faceDetectorSpace,
      tasks.filter(({ id }) => id !== target.id),
    ),
    own,
  };
}

function average(tables: readonly TaskTable[]): Float64Array {
  return tables[0]!.mean.map((_, at) => tables.reduce((sum, { mean }) => sum + mean[at]!, 0) / tables.length);
}

function deviation(scores: Float64Array): number {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length);
}
