import { DescriptionPool, ExtractorNetwork, type ExtractorVersion, extract } from '@edgelore/descriptors';
import { faceDetectorSpace, type SearchSpace } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { crossFit } from './cross-fit.js';
import { meanRegret } from './evidence.js';
import { average, type ExperienceTask, meanOf, taskTables } from './experience.js';
import { fitExtractor } from './fit-extractor.js';
import { localUpdate, updatedExtractor } from './local-update.js';
import { makeRoundLesson, type RoundLesson } from './round-lesson.js';
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
 * What each owner contributes to one round, `[owners][EXTRACTOR_PARAMETERS]`: its clipped change, as `edgelore contribute` masks it. Secure aggregation gives
 * their sum to 1e-6 and shows none of them, so simulations may add them up in the open.
 * @see the example of {@link simulateRounds}
 */
export function roundChanges(options: SimulationOptions, extractor: ExtractorVersion, round = 0): Float64Array[] {
  const { owners, clip = ROUND_DEFAULTS.clip } = options;
  const lesson = lessonFor(options, extractor);
  return owners.map((task) => clipped(changeOf(options, extractor, lesson, task, round), clip));
}

/**
 * The extractor after each way of training: left as it is; changed by one owner after the other, each from where the last left it; by rounds in which
 * all owners' clipped changes are averaged; and by all images in one place. Head-only and the others differ in the extractor alone: rankers are fitted by it
 * afterwards, see {@link judgeExtractor}.
 *
 * @example
 * ```ts
 * import { BASE_DIMENSION, initialExtractor } from '@edgelore/descriptors';
 * import { faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
 * import { seededRandom } from '@edgelore/tensor';
 *
 * const configurations = sampleConfigurations(faceDetectorSpace, 6, seededRandom('tried'));
 * const tasks = ['open', 'first', 'second', 'third', 'new'].map((id, at) => {
 *   const random = seededRandom(id);
 *   const base = Array.from({ length: 32 }, () => Float32Array.from({ length: BASE_DIMENSION }, () => at + random.normal()));
 *   return { id, base, trials: configurations.map((configuration) => ({ configuration, score: random.uniform() })) };
 * });
 * const extractor = initialExtractor(1, tasks.flatMap(({ base }) => base));
 * const options = { extractor, open: tasks.slice(0, 1), owners: tasks.slice(1, 4), seed: 1, steps: 2 };
 *
 * roundChanges(options, extractor).length; // => 3
 * const { federated } = simulateRounds(options);
 * const { regret1 } = judgeExtractor(federated, tasks, ['new'], 1);
 * regret1 >= 0; // => true
 * ```
 */
export function simulateRounds(options: SimulationOptions): Readonly<Record<ExtractorTraining, ExtractorVersion>> {
  const { extractor, open, owners, seed, rounds = ROUND_DEFAULTS.rounds, space = faceDetectorSpace } = options;
  let federated = extractor;
  for (let round = 0; round < rounds; round += 1) {
    federated = updatedExtractor(federated, meanOf(roundChanges(options, federated, round)));
  }
  let single = extractor;
  for (const task of owners) {
    single = updatedExtractor(single, changeOf(options, single, lessonFor(options, single), task, 0));
  }
  const all = [...open, ...owners];
  const start = new ExtractorNetwork(extractor);
  const tables = taskTables(space, describeTasks(extractor, all, seed));
  const joint = fitExtractor(
    tables.map((table) => ({
      table,
      inputs: all.find(({ id }) => id === table.id)!.base.map((image) => start.standardise(image)),
    })),
    extractor,
    seededRandom(`${seed}/joint`),
  ).freeze(extractor.version + 1);
  return { 'head-only': extractor, 'single-task': single, federated, joint };
}

export interface JudgedQuality {
  readonly ndcg10: number;
  readonly regret1: number;
}

/**
 * How well tasks are ranked by a score function that is fitted to the descriptions of all others by this extractor: means over the `judged`, which should not be
 * among those that the extractor learnt from.
 * @see the example of {@link simulateRounds}
 */
export function judgeExtractor(
  extractor: ExtractorVersion,
  tasks: readonly ImagedTask[],
  judged: readonly string[],
  seed: number | string,
  space: SearchSpace = faceDetectorSpace,
): JudgedQuality {
  const tables = taskTables(space, describeTasks(extractor, tasks, seed));
  // A single group would be one that nothing is left out for.
  const groups = judged.length === 1 ? [[...judged], []] : judged.map((id) => [id]);
  const fit = crossFit({
    recipe: bilinearRecipe,
    space,
    groups,
    tablesOf: () => tables,
    seed: `${seed}`,
    runtime: undefined,
  });
  const evidence = fit?.evidence ?? [];
  return { ndcg10: average(evidence.map(({ ndcg10 }) => ndcg10.ranker)), regret1: meanRegret(evidence, 'ranker') };
}

function lessonFor({ open, owners, seed, space }: SimulationOptions, extractor: ExtractorVersion): RoundLesson {
  const tasks = describeTasks(extractor, [...open, ...owners], seed);
  const lent = new Set(open.map(({ id }) => id));
  return makeRoundLesson({
    tasks: tasks.map((task) => (lent.has(task.id) ? task : { ...task, base: null })),
    seed,
    ...(space && { space }),
  });
}

function changeOf(
  { seed, steps = ROUND_DEFAULTS.steps, space = faceDetectorSpace }: SimulationOptions,
  extractor: ExtractorVersion,
  lesson: RoundLesson,
  { id, base, trials }: ImagedTask,
  round: number,
): Float64Array {
  return localUpdate({ extractor, lesson, base, trials, seed: `${seed}/${round}/${id}`, steps, space });
}

function describeTasks(
  extractor: ExtractorVersion,
  tasks: readonly ImagedTask[],
  seed: number | string,
): ExperienceTask[] {
  return tasks.map((task) => {
    const pool = new DescriptionPool(extractor, seededRandom(`${seed}/pool/${task.id}`).integer(2 ** 31));
    for (const image of task.base) pool.add(extract(extractor, image));
    return { ...task, description: pool.finish() };
  });
}

function clipped(change: Float64Array, norm: number): Float64Array {
  const length = Math.hypot(...change);
  return length > norm ? change.map((value) => (value / length) * norm) : change;
}
