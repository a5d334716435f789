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
import type { SearchSpace } from '@edgelore/search-space';
import type { Random } from '@edgelore/tensor';
import { sevenDigits } from '../scorers/bilinear/score-network.js';
import { type CrossFit, crossFit, splitFolds } from './cross-fit.js';
import { meanRegret } from './evidence.js';
import { average, type ExperienceTask, isJudged, meanOf, type TaskTable } from './experience.js';
import { fitExtractor } from './fit-extractor.js';
import { bilinearRecipe } from './scorer-recipe.js';

/** Folds that an extractor update is judged by; each trains one extractor. */
const EXTRACTOR_FOLDS = 4;
/** Open tasks without which an update of the extractor is not tried: differences between tasks are what it learns. */
const LEAST_OPEN_TASKS = 4;
/** Gain of out-of-fold NDCG@10 for which descriptions are given a new meaning. */
const EXTRACTOR_GAIN = 0.02;
/** Share of variance that the alignment must explain; below it the descriptions that only it can carry would be guesswork. */
const LEAST_ALIGNMENT_R2 = 0.8;

/** A new extractor and all tasks seen through it. */
export interface ExtractorUpdate extends Redescribed {
  /** How it was judged: the tasks that each fold leaves out, and all tables as that fold's extractor sees them. */
  readonly groups: readonly (readonly string[])[];
  readonly views: readonly (readonly TaskTable[])[];
  readonly judged: CrossFit;
}

/** A new extractor, when out of fold the bilinear scorer ranks better by it than by the old one; else null. */
export function updateExtractor(
  space: SearchSpace,
  tasks: readonly ExperienceTask[],
  tables: readonly TaskTable[],
  current: ExtractorVersion,
  random: Random,
  seed: string,
  onProgress: (fraction: number) => void,
): ExtractorUpdate | null {
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
  const cross = (tablesOf: (fold: number) => readonly TaskTable[]) =>
    crossFit({ recipe: bilinearRecipe, space, groups, tablesOf, seed, runtime: undefined });
  const before = cross(() => tables);
  const judged = cross((fold) => views[fold]!);
  if (!before || !judged) {
    return null;
  }
  const gain =
    average(judged.evidence.map(({ ndcg10 }) => ndcg10.ranker)) -
    average(before.evidence.map(({ ndcg10 }) => ndcg10.ranker));
  if (!(gain > EXTRACTOR_GAIN) || meanRegret(judged.evidence, 'ranker') > meanRegret(before.evidence, 'ranker')) {
    return null;
  }
  const final = redescribe(tasks, tables, open, current, random);
  onProgress(1);
  return final && final.alignment.r2 >= LEAST_ALIGNMENT_R2 ? { ...final, groups, views, judged } : null;
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
