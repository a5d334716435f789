import { DescriptionPool, ExtractorNetwork, type ExtractorVersion, extract } from '@edgelore/descriptors';
import { faceDetectorSpace, type SearchSpace } from '@edgelore/search-space';
import { type Random, seededRandom } from '@edgelore/tensor';
import { crossFit, splitFolds } from './cross-fit.js';
import { meanRegret } from './evidence.js';
import { average, type ExperienceTask, taskTables } from './experience.js';
import { fitExtractor } from './fit-extractor.js';
import { localUpdate, updatedExtractor } from './local-update.js';
import { makeRoundLesson } from './round-lesson.js';
import { bilinearRecipe } from './scorer-recipe.js';

/** How the extractor learns from tasks whose images stay with their owners, and the reference that sees all images. */
export type ExtractorTraining = 'head-only' | 'single-task' | 'federated' | 'joint';

export interface SimulationOptions {
  readonly extractor: ExtractorVersion;
  /** Tasks whose images the platform has. */
  readonly open: readonly ImagedTask[];
  /** Tasks of owners who take part, whose images only they have. */
  readonly owners: readonly ImagedTask[];
  readonly seed: number | string;
  readonly rounds?: number;
  /** Steps of each owner in a round. */
  readonly steps?: number;
  /** Greatest norm of one owner's change in a round. */
  readonly clip?: number;
  readonly space?: SearchSpace;
}

/** A task with its images' base descriptors. */
export type ImagedTask = Omit<ExperienceTask, 'description'> & { readonly base: readonly Float32Array[] };

/** Rounds, steps and clip that {@link simulateRounds} takes where none are given, and that the platform opens rounds with. */
export const ROUND_DEFAULTS = { rounds: 1, steps: 30, clip: 1 } as const;

/**
 * The extractor after each way of training: left as it is; changed by one owner after the other, each from where the last left it; by rounds in which
 * all owners' clipped changes are averaged, which secure aggregation does without showing any of them; and by all images in one place.
 */
export function simulateRounds(options: SimulationOptions): Readonly<Record<ExtractorTraining, ExtractorVersion>> {
  const { extractor, open, owners, seed, space = faceDetectorSpace } = options;
  const { rounds, steps, clip } = { ...ROUND_DEFAULTS, ...options };
  const random = seededRandom(`${seed}`);
  const all = [...open, ...owners];
  const lessonFor = (by: ExtractorVersion) => {
    const described = describeTasks(by, [...open, ...owners.map((task) => ({ ...task }))], random.fork('pool'));
    const isOpen = new Set(open.map(({ id }) => id));
    const tasks = described.map((task) => (isOpen.has(task.id) ? task : { ...task, base: null }));
    return makeRoundLesson({ tasks, seed: `${seed}`, space });
  };
  const changeOf = (by: ExtractorVersion, task: ImagedTask, round: number, lesson = lessonFor(by)) =>
    localUpdate({ extractor: by, lesson, ...task, seed: `${seed}/${task.id}/${round}`, steps, space });

  let federated = extractor;
  for (let round = 0; round < rounds; round += 1) {
    const lesson = lessonFor(federated);
    const changes = owners.map((task) => clipped(changeOf(federated, task, round, lesson), clip));
    federated = updatedExtractor(federated, meanOfChanges(changes));
  }
  let single = extractor;
  for (const task of owners) single = updatedExtractor(single, changeOf(single, task, 0));

  const start = new ExtractorNetwork(extractor);
  const tables = taskTables(space, describeTasks(extractor, all, random.fork('pool')));
  const joint = fitExtractor(
    tables.map((table) => ({
      table,
      inputs: all.find(({ id }) => id === table.id)!.base.map((image) => start.standardise(image)),
    })),
    extractor,
    random.fork('joint'),
  ).freeze(extractor.version + 1);
  return { 'head-only': extractor, 'single-task': single, federated, joint };
}

/** How well tasks are ranked out of fold, by a score function fitted to descriptions of all of them by this extractor. */
export function judgeExtractor(
  extractor: ExtractorVersion,
  tasks: readonly ImagedTask[],
  seed: number | string,
  space: SearchSpace = faceDetectorSpace,
): { readonly ndcg10: number; readonly regret1: number } {
  const tables = taskTables(space, describeTasks(extractor, tasks, seededRandom(`${seed}`)));
  const groups = splitFolds(tables, tables.length);
  const judged = crossFit({
    recipe: bilinearRecipe,
    space,
    groups,
    tablesOf: () => tables,
    seed: `${seed}`,
    runtime: undefined,
  });
  const evidence = judged?.evidence ?? [];
  return { ndcg10: average(evidence.map(({ ndcg10 }) => ndcg10.ranker)), regret1: meanRegret(evidence, 'ranker') };
}

function describeTasks(extractor: ExtractorVersion, tasks: readonly ImagedTask[], random: Random): ExperienceTask[] {
  return tasks.map((task) => {
    const pool = new DescriptionPool(extractor, random.fork(task.id).integer(2 ** 31));
    for (const image of task.base) pool.add(extract(extractor, image));
    return { ...task, description: pool.finish() };
  });
}

function clipped(change: Float64Array, norm: number): Float64Array {
  const length = Math.hypot(...change);
  return length > norm ? change.map((value) => (value / length) * norm) : change;
}

function meanOfChanges(changes: readonly Float64Array[]): Float64Array {
  return changes[0]!.map((_, at) => average(changes.map((change) => change[at]!)));
}
