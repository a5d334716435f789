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

/** An extractor that was trained elsewhere, such as by owners together in a round. */
export interface ProposedExtractor {
  readonly extractor: ExtractorVersion;
  /** Ids of the tasks that it learnt from; it is judged by tasks that are no relatives of theirs. */
  readonly taught: readonly string[];
}

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
  const judged = judge({ space, tables, groups, views, seed }).better;
  if (!judged) {
    return null;
  }
  const final = redescribe(tasks, tables, open, current, random);
  onProgress(1);
  return final && final.alignment.r2 >= LEAST_ALIGNMENT_R2 ? { ...final, groups, views, judged } : null;
}

/** What became of a proposal, and why. */
export interface ConsideredExtractor {
  readonly update: ExtractorUpdate | null;
  /** One sentence. */
  readonly reason: string;
}

/** Takes an extractor that was trained elsewhere by the same measure as {@link updateExtractor} its own, on tasks that it did not learn from. */
export function considerExtractor(
  space: SearchSpace,
  tasks: readonly ExperienceTask[],
  tables: readonly TaskTable[],
  current: ExtractorVersion,
  { extractor, taught }: ProposedExtractor,
  random: Random,
  seed: string,
): ConsideredExtractor {
  const open = sortedById(tasks.filter(({ base }) => base && base.length >= LEAST_IMAGES));
  const teachers = new Set(tables.flatMap(({ id, collection }) => (taught.includes(id) ? [collection] : [])));
  const unseen = tables.filter(({ collection }) => !teachers.has(collection));
  if (open.length === 0 || unseen.filter(isJudged).length < 2) {
    return {
      update: null,
      reason: 'Fewer than two tasks outside the round, or no open one, can judge the new extractor.',
    };
  }
  const seen = redescribeBy(extractor, tasks, tables, open, current, random);
  const groups = splitFolds(unseen, EXTRACTOR_FOLDS);
  const views = groups.map(() => seen.tables);
  const { better, figures } = judge({ space, tables, groups, views, seed });
  const { r2 } = seen.alignment;
  if (!better) {
    return { update: null, reason: `The new extractor is not clearly better on tasks outside the round: ${figures}.` };
  }
  if (!(r2 >= LEAST_ALIGNMENT_R2)) {
    return {
      update: null,
      reason: `Old descriptions cannot be carried to the new extractor: alignment R2 ${r2.toFixed(3)}.`,
    };
  }
  return {
    update: { ...seen, groups, views, judged: better },
    reason: `The new extractor is better on tasks outside the round: ${figures}.`,
  };
}

interface Judging {
  readonly space: SearchSpace;
  readonly tables: readonly TaskTable[];
  readonly groups: readonly (readonly string[])[];
  readonly views: readonly (readonly TaskTable[])[];
  readonly seed: string;
}

/** The bilinear scorer out of fold by the new views, where it is clearly better by them than by the old tables. */
function judge({ space, tables, groups, views, seed }: Judging): { better: CrossFit | null; figures: string } {
  const cross = (tablesOf: (fold: number) => readonly TaskTable[]) =>
    crossFit({ recipe: bilinearRecipe, space, groups, tablesOf, seed, runtime: undefined });
  const before = cross(() => tables);
  const judged = cross((fold) => views[fold]!);
  if (!before || !judged) {
    return { better: null, figures: 'training diverged' };
  }
  const ndcg = ({ evidence }: CrossFit) => average(evidence.map(({ ndcg10 }) => ndcg10.ranker));
  const regret = ({ evidence }: CrossFit) => meanRegret(evidence, 'ranker');
  const gain = ndcg(judged) - ndcg(before);
  const isBetter = gain > EXTRACTOR_GAIN && regret(judged) <= regret(before);
  const figures = `NDCG@10 ${ndcg(judged).toFixed(3)} against ${ndcg(before).toFixed(3)}, ${EXTRACTOR_GAIN} more are asked, regret@1 ${regret(judged).toFixed(3)} against ${regret(before).toFixed(3)}`;
  return { better: isBetter ? judged : null, figures };
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
  const sorted = sortedById(open);
  const extractor = fitExtractor(
    sorted.map(({ id, base }) => ({
      table: tables.find((table) => table.id === id)!,
      inputs: base!.map((image) => before.standardise(image)),
    })),
    current,
    random.fork('fit'),
  ).freeze(current.version + 1);
  return redescribeBy(extractor, tasks, tables, sorted, current, random);
}

/** Sees all tasks through an extractor: open ones afresh, the others by an alignment that is fitted on the images of `open`. */
function redescribeBy(
  extractor: ExtractorVersion,
  tasks: readonly ExperienceTask[],
  tables: readonly TaskTable[],
  open: readonly ExperienceTask[],
  current: ExtractorVersion,
  random: Random,
): Redescribed {
  const images = open.flatMap(({ base }) => base!);
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

function sortedById(tasks: readonly ExperienceTask[]): ExperienceTask[] {
  return [...tasks].sort((a, b) => (a.id < b.id ? -1 : 1));
}
