import {
  type Alignment,
  alignRows,
  type Description,
  DescriptionPool,
  ExtractorNetwork,
  type ExtractorVersion,
  extract,
  fitAlignment,
  LEAST_IMAGES,
} from '@edgelore/descriptors';
import { defaultConfiguration, faceDetectorSpace, type SearchSpace } from '@edgelore/search-space';
import { type Random, seededRandom } from '@edgelore/tensor';
import { RankingError } from '../ranking.error.js';
import { fitScores } from '../scorers/bilinear/fit-scores.js';
import { sevenDigits } from '../scorers/bilinear/score-network.js';
import { configurationFeatures } from './configuration-features.js';
import { chooseStrategy, foldEvidence, meanRegret } from './evidence.js';
import {
  average,
  type ExperienceTask,
  experienceHash,
  isJudged,
  meanOf,
  type TaskTable,
  taskTables,
} from './experience.js';
import { fitExtractor } from './fit-extractor.js';
import { familiarityOf, memberScores } from './rank.js';
import type { RankerFold, RankerVersion, TaskEvidence } from './ranker-version.js';

/** Members of the ensemble, and folds of the gate, at most. */
export const MOST_FOLDS = 8;
/** Folds that an extractor update is judged by; each trains one extractor. */
const EXTRACTOR_FOLDS = 4;
/** Open tasks without which an update of the extractor is not tried: differences between tasks are what it learns. */
const LEAST_OPEN_TASKS = 4;
/** Gain of out-of-fold NDCG@10 for which descriptions are given a new meaning. */
const EXTRACTOR_GAIN = 0.02;
/** Share of variance that the alignment must explain; below it the descriptions that only it can carry would be guesswork. */
const LEAST_ALIGNMENT_R2 = 0.8;

export interface TrainRankerOptions {
  readonly seed: number | string;
  /** The current extractor; every task's description must be by it. */
  readonly extractor: ExtractorVersion;
  readonly tasks: readonly ExperienceTask[];
  readonly space?: SearchSpace;
  /** Called with the phase and the share of the work done, 0 to 1. */
  readonly onProgress?: (phase: 'ranker' | 'extractor', fraction: number) => void;
}

/** A candidate: plain JSON throughout. */
export interface TrainedModel {
  readonly extractor: ExtractorVersion;
  readonly ranker: RankerVersion;
  /** Carries old descriptions to the new extractor; null when the extractor stayed. */
  readonly alignment: Alignment | null;
  /** Every task's description under `extractor`: made afresh from the images of open tasks, aligned for all others. */
  readonly descriptions: readonly { readonly id: string; readonly description: Description }[];
  readonly metrics: Readonly<Record<string, number>>;
}

/** Folds and tables of one way to see the tasks. */
interface CrossFit {
  readonly folds: readonly RankerFold[];
  readonly evidence: readonly TaskEvidence[];
  readonly residuals: readonly number[];
}

/**
 * Trains the next ranker, and the next extractor where open tasks show out of fold that one is worth it. The same input and seed give
 * the same artefacts bit for bit, whatever the order of tasks and trials.
 *
 * The ensemble is cross-fitted: member k never saw the tasks of fold k. So spread, evidence and gate come from the trained artefact
 * itself. Ten tasks of 24 trials take about 0.7 seconds on one core, and about 3 more when open tasks allow an extractor update.
 *
 * @throws RankingError `TOO_LITTLE_EXPERIENCE` unless some task has two different configurations; `INVALID_EXPERIENCE` for scores
 * outside [0, 1], repeated ids, or a description by another extractor.
 *
 * @example
 * ```ts
 * import { BASE_DIMENSION, EXTRACTOR_DIMENSION, initialExtractor } from '@edgelore/descriptors';
 * import { faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
 * import { seededRandom } from '@edgelore/tensor';
 *
 * const random = seededRandom('made up');
 * const vector = (length: number) => Float32Array.from({ length }, () => random.normal());
 * const extractor = initialExtractor(1, Array.from({ length: 40 }, () => vector(BASE_DIMENSION)));
 * const configurations = sampleConfigurations(faceDetectorSpace, 6, random);
 * const tasks = ['portraits', 'crowds', 'night'].map((id) => ({
 *   id,
 *   description: {
 *     extractorVersion: extractor.version,
 *     extractorHash: extractor.hash,
 *     dimension: EXTRACTOR_DIMENSION,
 *     rows: [[...vector(EXTRACTOR_DIMENSION)]],
 *     images: 32,
 *     batchSize: 32,
 *   },
 *   trials: configurations.map((configuration) => ({ configuration, score: Number(configuration.values.inputSize) / 400 })),
 * }));
 *
 * const { ranker } = trainRanker({ seed: 1, extractor, tasks });
 * gate({ candidate: ranker, current: null, experience: tasks }).verdict; // => 'promote'
 * const { description } = tasks[0]!;
 * rank(ranker, faceDetectorSpace, description, configurations).length; // => 6
 * recommend({ ranker, description, experience: tasks, count: 3, seed: 1, sample: 100 }).length; // => 3
 * ```
 */
export function trainRanker(options: TrainRankerOptions): TrainedModel {
  const { extractor, tasks, space = faceDetectorSpace, onProgress = () => {} } = options;
  const foreign = tasks.find(({ description }) => description.extractorHash !== extractor.hash);
  if (foreign) {
    throw new RankingError(
      'INVALID_EXPERIENCE',
      `Task ${foreign.id} was described by extractor ${foreign.description.extractorVersion}, not by version ${extractor.version}; align it first.`,
    );
  }
  const tables = taskTables(space, tasks);
  if (!tables.some(({ scores }) => scores.length > 1)) {
    throw new RankingError(
      'TOO_LITTLE_EXPERIENCE',
      'No task has trials of two different configurations, so there is nothing to rank; report more trials first.',
    );
  }
  const random = seededRandom(`${options.seed}`);
  const update = tryExtractorUpdate(tasks, tables, extractor, random.fork('extractor'), (fraction) =>
    onProgress('extractor', fraction * 0.7),
  );
  const finalTables = update?.tables ?? tables;
  onProgress('ranker', 0.7);
  const members = crossFit(
    splitFolds(finalTables, MOST_FOLDS),
    () => finalTables,
    random.fork('members'),
    (fraction) => onProgress('ranker', 0.7 + 0.3 * fraction),
  );
  const judged = update?.judged ?? members;
  const next = update?.extractor ?? extractor;
  const tried = new Map(
    finalTables.flatMap(({ configurationIds, features }) => configurationIds.map((id, at) => [id, features[at]!])),
  );
  const trials = tasks.reduce((total, task) => total + task.trials.length, 0);
  const ranker: RankerVersion = {
    format: 'ranker/1',
    space: space.id,
    extractor: { version: next.version, hash: next.hash },
    members: members.folds.map(({ weights }) => weights),
    folds: judged.folds,
    familiarity: familiarityOf(
      [...tried].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row),
      configurationFeatures(space, defaultConfiguration(space)).length,
    ).map((row) => row.map(sevenDigits)),
    residual: judged.residuals.length > 0 ? sevenDigits(Math.sqrt(average(judged.residuals))) : 1,
    evidence: judged.evidence,
    strategy: chooseStrategy(judged.evidence),
    training: {
      seed: `${options.seed}`,
      dataHash: experienceHash(tasks),
      tasks: tasks.length,
      trials,
      extractorUpdated: update !== null,
    },
  };
  onProgress('ranker', 1);
  return {
    extractor: next,
    ranker,
    alignment: update?.alignment ?? null,
    descriptions: update?.descriptions ?? tasks.map(({ id, description }) => ({ id, description })),
    metrics: metricsOf(ranker, update?.alignment ?? null),
  };
}

/** Groups of task ids, as even as can be in judged tasks and in others. A single group when there is nothing to leave out. */
function splitFolds(tables: readonly TaskTable[], most: number): string[][] {
  const ordered = [...tables.filter(isJudged), ...tables.filter((table) => !isJudged(table))];
  const count = Math.min(most, tables.length, Math.max(2, tables.filter(isJudged).length));
  return Array.from({ length: count }, (_, fold) => ordered.filter((_, at) => at % count === fold).map(({ id }) => id));
}

/** One member for each fold, trained on the other folds' tasks as `tablesOf(fold)` sees them, and judged on its own. */
function crossFit(
  groups: readonly (readonly string[])[],
  tablesOf: (fold: number) => readonly TaskTable[],
  random: Random,
  onProgress: (fraction: number) => void,
): CrossFit {
  const residuals: number[] = [];
  const fitted = groups.map((group, fold) => {
    const tables = tablesOf(fold);
    const known = tables.filter(({ id }) => groups.length === 1 || !group.includes(id));
    // All members start alike, so that they differ by the tasks they saw and by nothing else.
    const weights = fitScores(known, random.fork('start')).freeze();
    const held = groups.length === 1 ? [] : tables.filter(({ id }) => group.includes(id));
    for (const table of held.filter(isJudged)) {
      residuals.push(squaredResidual(memberScores(weights, table.mean, table.features), table.standardised));
    }
    onProgress((fold + 1) / groups.length);
    return {
      tables,
      fold: {
        heldOut: held.map(({ id, mean }) => ({ id, mean: Array.from(mean, sevenDigits) })),
        weights,
      },
    };
  });
  return {
    folds: fitted.map(({ fold }) => fold),
    evidence: fitted.flatMap(({ fold, tables }) => foldEvidence(fold, tables)),
    residuals,
  };
}

function squaredResidual(scores: Float64Array, standardised: Float64Array): number {
  const centre = average(scores);
  return average(scores.map((score, at) => (score - centre - standardised[at]!) ** 2));
}

/** A new extractor, when out of fold it ranks better than the old one; else null. */
function tryExtractorUpdate(
  tasks: readonly ExperienceTask[],
  tables: readonly TaskTable[],
  current: ExtractorVersion,
  random: Random,
  onProgress: (fraction: number) => void,
): (Omit<Redescribed, 'table'> & { tables: TaskTable[]; judged: CrossFit }) | null {
  const open = tasks.filter(
    ({ id, base }) => base && base.length >= LEAST_IMAGES && tables.some((table) => table.id === id && isJudged(table)),
  );
  if (open.length < LEAST_OPEN_TASKS) {
    return null;
  }
  const groups = splitFolds(tables, EXTRACTOR_FOLDS);
  const steps = groups.length + 1;
  const views = groups.map((group, fold) => {
    const view = redescribe(
      tasks,
      tables,
      open.filter(({ id }) => !group.includes(id)),
      current,
      random,
    );
    onProgress((fold + 1) / steps);
    return view?.tables ?? tables;
  });
  const before = crossFit(
    groups,
    () => tables,
    random.fork('before'),
    () => {},
  );
  const judged = crossFit(
    groups,
    (fold) => views[fold]!,
    random.fork('before'),
    () => {},
  );
  const gain =
    average(judged.evidence.map(({ ndcg10 }) => ndcg10.ranker)) -
    average(before.evidence.map(({ ndcg10 }) => ndcg10.ranker));
  if (!(gain > EXTRACTOR_GAIN) || meanRegret(judged.evidence, 'ranker') > meanRegret(before.evidence, 'ranker')) {
    return null;
  }
  const final = redescribe(tasks, tables, open, current, random);
  onProgress(1);
  return final && final.alignment.r2 >= LEAST_ALIGNMENT_R2 ? { ...final, judged } : null;
}

interface Redescribed {
  readonly extractor: ExtractorVersion;
  readonly alignment: Alignment;
  readonly descriptions: { id: string; description: Description }[];
  readonly tables: TaskTable[];
}

/** Trains an extractor on the open tasks given and sees all tasks through it. Null when too few tasks are left to contrast. */
function redescribe(
  tasks: readonly ExperienceTask[],
  tables: readonly TaskTable[],
  open: readonly ExperienceTask[],
  current: ExtractorVersion,
  random: Random,
): Redescribed | null {
  if (open.length < 2) {
    return null;
  }
  const before = new ExtractorNetwork(current);
  const sorted = [...open].sort((a, b) => (a.id < b.id ? -1 : 1));
  const extractor = fitExtractor(
    sorted.map(({ id, base }) => ({
      table: tables.find((table) => table.id === id)!,
      inputs: base!.map((image) => before.standardise(image)),
    })),
    current,
    random.fork('fit'),
  ).freeze(current.version + 1);
  const images = sorted.flatMap(({ base }) => base!);
  const alignment = fitAlignment(
    images.map((image) => extract(current, image)),
    images.map((image) => extract(extractor, image)),
    { from: current, to: extractor },
  );
  const descriptions = tasks.map(({ id, description, base }) => ({
    id,
    description:
      base && base.length >= LEAST_IMAGES
        ? describeAgain(extractor, base, random.fork(`pool/${id}`))
        : {
            ...description,
            extractorVersion: extractor.version,
            extractorHash: extractor.hash,
            rows: alignRows(alignment, description.rows).map((row) => row.map(sevenDigits)),
          },
  }));
  const byId = new Map(descriptions.map(({ id, description }) => [id, description]));
  return {
    extractor,
    alignment,
    descriptions,
    tables: tables.map((table) => {
      const { rows } = byId.get(table.id)!;
      return { ...table, rows, mean: meanOf(rows) };
    }),
  };
}

function describeAgain(extractor: ExtractorVersion, base: readonly Float32Array[], random: Random): Description {
  const pool = new DescriptionPool(extractor, random.integer(2 ** 31));
  for (const image of base) {
    pool.add(extract(extractor, image));
  }
  return pool.finish();
}

function metricsOf(ranker: RankerVersion, alignment: Alignment | null): Record<string, number> {
  const { evidence, training, residual } = ranker;
  return {
    tasks: training.tasks,
    trials: training.trials,
    judgedTasks: evidence.length,
    residual,
    ...(evidence.length > 0 && {
      ndcg10: sevenDigits(average(evidence.map(({ ndcg10 }) => ndcg10.ranker))),
      regret1: sevenDigits(average(evidence.map(({ regret1 }) => regret1.ranker))),
      regret1NearestTasks: sevenDigits(average(evidence.map(({ regret1 }) => regret1['nearest-tasks']))),
      regret1Portfolio: sevenDigits(average(evidence.map(({ regret1 }) => regret1['cold-portfolio']))),
    }),
    ...(alignment && { alignmentR2: sevenDigits(alignment.r2) }),
  };
}
