import {
  alignRows,
  type Description,
  descriptionMean,
  ExtractorNetwork,
  type ExtractorVersion,
  extract,
  fitAlignment,
  initialExtractor,
  SynapticIntelligence,
} from '@edgelore/descriptors';
import { describeOpenTask } from '@edgelore/domain';
import {
  configurationFeatures,
  type ExperienceTask,
  kendallTau,
  localUpdate,
  makeRoundLesson,
  PastTasks,
  taskTables,
  topKRegret,
  updatedExtractor,
} from '@edgelore/ranking';
import { faceDetectorSpace } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import type { Grid, JudgedTask } from './judged-task.js';

/** How the platform learns from a task that arrives. */
export interface OnlineVariant {
  /** Whether the newest owner's images change the extractor; else only the ranker learns (head-only). */
  readonly update: boolean;
  /** Whether stored descriptions are carried along to the new extractor. */
  readonly aligned: boolean;
  /** Whether Synaptic Intelligence holds important parameters. */
  readonly remembered: boolean;
  readonly triplet: boolean;
  /** Whether an update that ranks the stored tasks worse, or that alignment cannot follow, is taken back. */
  readonly canary: boolean;
}

export const ONLINE_VARIANTS: Readonly<Record<string, OnlineVariant>> = {
  'head-only': { update: false, aligned: false, remembered: false, triplet: false, canary: false },
  full: { update: true, aligned: true, remembered: true, triplet: true, canary: true },
  'without canary': { update: true, aligned: true, remembered: true, triplet: true, canary: false },
  'without Synaptic Intelligence': { update: true, aligned: true, remembered: false, triplet: true, canary: false },
  'without triplet': { update: true, aligned: true, remembered: true, triplet: false, canary: false },
  'without alignment': { update: true, aligned: false, remembered: true, triplet: true, canary: false },
};

/** Quality of a task's ranking. */
export interface Quality {
  readonly regret1: number;
  readonly regret3: number;
  readonly tau: number;
}

export interface OnlineRun {
  /** By the number of tasks known before, from the first arrival on. */
  readonly arrivals: readonly (Quality & { readonly task: string; readonly known: number })[];
  /** The arrived tasks again at the end, described anew by the last extractor. */
  readonly returns: readonly (Quality & { readonly task: string })[];
}

/** Tasks that the platform begins with, images and all. */
export const SEED_TASKS = 2;
/** Trials of an arriving task: what the ranker puts first, and some at random. */
const TOP = 10;
const EXPLORED = 20;
const CANARY_TAU = 0.02;
const CANARY_R2 = 0.8;

interface Stored {
  readonly task: JudgedTask;
  /** By the current extractor, or carried to it. */
  readonly description: Description;
  readonly observed: readonly number[];
}

/** Tasks arrive one after another; each is ranked by what is known, then learnt from. */
export function runOnline(grid: Grid, order: readonly JudgedTask[], variant: OnlineVariant, seed: number): OnlineRun {
  const seeds = order.slice(0, SEED_TASKS);
  let extractor = initialExtractor(
    seed,
    seeds.flatMap(({ base }) => base),
  );
  let stored: readonly Stored[] = seeds.map((task) => ({
    task,
    description: describeOpenTask(extractor, task),
    observed: Array.from(task.scores, (_, at) => at),
  }));
  let memory = new SynapticIntelligence(new ExtractorNetwork(extractor).parameters);
  const arrivals: OnlineRun['arrivals'][number][] = [];
  for (const task of order.slice(SEED_TASKS)) {
    const strangers = stored.filter((known) => known.task.collection !== task.collection);
    const description = describeOpenTask(extractor, task);
    const scores = rankBy(grid, strangers, description);
    arrivals.push({ task: task.id, known: stored.length, ...qualityOf(scores, task) });
    const newest: Stored = { task, description, observed: observe(scores, `${seed}/${task.id}`) };
    const before = { extractor, stored: [...stored, newest] };
    const remembered = memory.state();
    const after = variant.update ? learn(grid, extractor, stored, newest, variant, memory, seed) : before;
    const kept = variant.canary && variant.update ? better(grid, before, after) : after;
    if (kept === before) {
      memory = new SynapticIntelligence(new ExtractorNetwork(extractor).parameters, {}, remembered);
    }
    extractor = kept.extractor;
    stored = kept.stored;
  }
  const returns = stored.slice(SEED_TASKS).map(({ task }) => {
    const strangers = stored.filter((known) => known.task.collection !== task.collection);
    return { task: task.id, ...qualityOf(rankBy(grid, strangers, describeOpenTask(extractor, task)), task) };
  });
  return { arrivals, returns };
}

interface Platform {
  readonly extractor: ExtractorVersion;
  readonly stored: readonly Stored[];
  readonly r2?: number;
}

/** The extractor changed by the newest owner on its own images; what is stored follows by alignment. */
function learn(
  grid: Grid,
  extractor: ExtractorVersion,
  stored: readonly Stored[],
  newest: Stored,
  variant: OnlineVariant,
  memory: SynapticIntelligence,
  seed: number,
): Platform {
  const open = stored.slice(0, SEED_TASKS).map((known) => ({ ...experienceOf(grid, known), base: known.task.base }));
  const lesson = makeRoundLesson({
    tasks: [...open, ...stored.slice(SEED_TASKS).map((known) => experienceOf(grid, known))],
    seed,
  });
  const { base } = newest.task;
  const change = localUpdate({
    extractor,
    lesson,
    base,
    trials: experienceOf(grid, newest).trials,
    seed: `${seed}/${newest.task.id}`,
    steps: 200,
    ...(!variant.triplet && { tripletWeight: 0 }),
    ...(variant.remembered && { memory }),
  });
  const next = updatedExtractor(extractor, change);
  memory.consolidate(new ExtractorNetwork(next).parameters);
  const alignment = fitAlignment(
    base.map((image) => extract(extractor, image)),
    base.map((image) => extract(next, image)),
    { from: extractor, to: next },
  );
  const carried = stored.map((known) => ({
    ...known,
    description: variant.aligned
      ? { ...known.description, rows: alignRows(alignment, known.description.rows) }
      : known.description,
  }));
  return {
    extractor: next,
    stored: [...carried, { ...newest, description: describeOpenTask(next, newest.task) }],
    r2: alignment.r2,
  };
}

/** The update, unless stored tasks are ranked worse after it (each by what is known of the others) or alignment could not follow. */
function better(grid: Grid, before: Platform, after: Platform): Platform {
  const tau = ({ stored }: Platform) =>
    stored.reduce((sum, known) => {
      const others = stored.filter(({ task }) => task.collection !== known.task.collection);
      const scores = rankBy(grid, others, known.description);
      const told = (values: ArrayLike<number>) => known.observed.map((at) => values[at]!);
      return sum + kendallTau(told(scores), told(known.task.scores)) / stored.length;
    }, 0);
  return (after.r2 ?? 1) < CANARY_R2 || tau(after) < tau(before) - CANARY_TAU ? before : after;
}

/** Scores of the grid for a description, by what the trials of these tasks say of it (docs/adr/0015, nearest tasks). */
function rankBy(grid: Grid, stored: readonly Stored[], description: Description): Float64Array {
  const tables = taskTables(
    faceDetectorSpace,
    stored.map((known) => experienceOf(grid, known)),
  );
  const candidates = {
    mean: descriptionMean(description),
    expected: new Float64Array(grid.configurations.length),
    features: grid.configurations.map((configuration) => configurationFeatures(faceDetectorSpace, configuration)),
  };
  return new PastTasks(tables).believe(candidates, ({ standardised }) => standardised).mean;
}

function experienceOf({ configurations }: Grid, { task, description, observed }: Stored): ExperienceTask {
  return {
    id: task.id,
    description,
    trials: observed.map((at) => ({ configuration: configurations[at]!, score: task.scores[at]! })),
  };
}

function observe(scores: Float64Array, seed: string): number[] {
  const order = Array.from(scores, (_, at) => at).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const rest = seededRandom(`explored/${seed}`).shuffle(order.slice(TOP));
  return [...order.slice(0, TOP), ...rest.slice(0, EXPLORED)];
}

function qualityOf(scores: Float64Array, { scores: measured }: JudgedTask): Quality {
  return {
    regret1: topKRegret(scores, measured, 1),
    regret3: topKRegret(scores, measured, 3),
    tau: kendallTau(scores, measured),
  };
}
