import { type Random, seededRandom } from '@edgelore/tensor';
import type { ListLoss } from '../../losses/ranking-loss.js';
import { RankingError } from '../../ranking.error.js';
import { type BinnedRows, binRows } from './binned-rows.js';
import { type BinTree, type Leaf, TreeGrower } from './grow-tree.js';
import { TreeEnsemble } from './tree-ensemble.js';

/**
 * How trees are boosted. Names in brackets are LightGBM's. The defaults suit a list of fifty items as well as many lists; the shares halve
 * the regret of what trees trained on 50 to 100 cells of NAS-Bench-201 rank first.
 */
export interface TreeOptions {
  /** Trees, one after the other [num_iterations]. Default 100. */
  readonly trees?: number;
  /** Most leaves of a tree [num_leaves]. Default 31. */
  readonly leaves?: number;
  /** Most splits above a leaf [max_depth]. Default: no limit. */
  readonly maxDepth?: number;
  /** Share of a tree's Newton step that is taken [learning_rate]. Default 0.1. */
  readonly learningRate?: number;
  /** Fewest rows of a leaf [min_data_in_leaf]. Default: a 25th of the rows, between 3 and 20. */
  readonly minLeafRows?: number;
  /** Least sum of curvatures of a leaf [min_sum_hessian_in_leaf]. Default 1e-3. */
  readonly minLeafCurvature?: number;
  /** Added to the curvature of a leaf [lambda_l2]. Default 0. */
  readonly l2?: number;
  /** Share of the rows that a tree learns from, drawn anew for each [bagging_fraction, bagging_freq 1]. Default 0.7. */
  readonly rowShare?: number;
  /** Share of the features that a tree may split by, drawn anew for each [feature_fraction]. Default 0.5, but eight features. */
  readonly featureShare?: number;
  /** Most bins of a feature, 2 to 256 [max_bin]. Default 255. */
  readonly maxBins?: number;
}

/** Rows to learn from; lists share no rows, and a row of no list has no say. */
export interface TrainingRows {
  /** Finite, [rows × width] by rows. */
  readonly features: Float32Array;
  readonly width: number;
  readonly lists: readonly TrainingList[];
}

/** Rows `start .. end` are ranked against each other. */
export interface TrainingList {
  readonly start: number;
  readonly end: number;
  readonly loss: ListLoss;
}

type Settings = Required<TreeOptions>;

/**
 * Gradient boosting (Friedman 2001) with Newton steps (Chen and Guestrin 2016) on the slopes of any list loss. Scores start at 0.
 * @returns the sum of the trees: `predict(features)` scores rows [rows × width], higher is better where the loss has it so.
 * @throws RankingError `INVALID_EXPERIENCE` on features that are not finite or make no whole rows, or a list outside the rows;
 * `INVALID_MODEL` on an option out of range.
 *
 * @example
 * ```ts
 * const lists = [{ start: 0, end: 4, loss: rankNet().forList([0, 0, 1, 1]) }];
 * const trees = fitTrees({ features: Float32Array.of(1, 2, 3, 4), width: 1, lists }, { minLeafRows: 1 }, 'seed');
 * const [low, high] = trees.predict(Float32Array.of(2.2, 2.8));
 * low! < high!; // => true
 * ```
 */
export function fitTrees(training: TrainingRows, options: TreeOptions, seed: number | string): TreeEnsemble {
  const { features, width, lists } = training;
  assertFeatures(features, width);
  assertLists(lists, features.length / width);
  const rows = features.length / width;
  const settings = complete(options, rows, width);
  const data = binRows(features, width, { ...settings, minBinRows: Math.min(3, settings.minLeafRows) });
  const grower = new TreeGrower(data, settings);
  const random = seededRandom(seed);
  const scores = new Float64Array(rows);
  const gradient = new Float64Array(rows);
  const curvature = new Float64Array(rows);
  const slices = lists.map(({ start, end, loss }) => ({
    loss,
    scores: scores.subarray(start, end),
    gradient: gradient.subarray(start, end),
    curvature: curvature.subarray(start, end),
  }));
  const tables = emptyTables(width);
  for (let tree = 0; tree < settings.trees; tree += 1) {
    for (const slice of slices) {
      slice.loss.slopes(slice.scores, slice.gradient, slice.curvature);
    }
    const bag = draw(rows, settings.rowShare, random);
    const grown = grower.grow(bag, gradient, curvature, draw(data.columns.length, settings.featureShare, random));
    const values = grown.leaves.map((leaf) => newtonStep(leaf, settings));
    addTables(tables, data, grown, values);
    addScores(data, grown, values, scores);
  }
  return new TreeEnsemble(tables);
}

function newtonStep({ gradient, curvature }: Leaf, { learningRate, l2 }: Settings): number {
  return curvature + l2 > 0 ? rounded((-learningRate * gradient) / (curvature + l2)) : 0;
}

function emptyTables(width: number) {
  const list = (): number[] => [];
  return { width, splits: list(), feature: list(), threshold: list(), children: list(), value: list() };
}

function addTables(
  tables: ReturnType<typeof emptyTables>,
  data: BinnedRows,
  tree: BinTree,
  values: readonly number[],
): void {
  tables.splits.push(tree.feature.length);
  tables.feature.push(...tree.feature.map((feature) => data.columns[feature]!));
  const bins = tree.code.map((code, split) => data.firstBin[tree.feature[split]!]! + code);
  tables.threshold.push(...bins.map((bin) => shortestBetween(data.highest[bin]!, data.lowest[bin + 1]!)));
  tables.children.push(...tree.children);
  tables.value.push(...values);
}

/** The new tree's value for every row, whether it learnt from it or not. */
function addScores({ rows, codes }: BinnedRows, tree: BinTree, values: readonly number[], scores: Float64Array): void {
  const column = Int32Array.from(tree.feature, (feature) => feature * rows);
  const last = Int32Array.from(tree.code);
  const children = Int32Array.from(tree.children);
  const root = tree.feature.length > 0 ? 0 : ~0;
  for (let row = 0; row < rows; row += 1) {
    let node = root;
    while (node >= 0) {
      node = children[2 * node + +(codes[column[node]! + row]! > last[node]!)]!;
    }
    scores[row]! += values[~node]!;
  }
}

/** A share of 0 .. count - 1, at least one, in ascending order: each subset is equally likely (Knuth, volume 2, algorithm S). */
function draw(count: number, share: number, random: Random): Int32Array {
  const size = Math.min(count, Math.max(1, Math.round(share * count)));
  const drawn = new Int32Array(size);
  let taken = 0;
  for (let at = 0; taken < size; at += 1) {
    if (size === count || random.uniform() * (count - at) < size - taken) {
      drawn[taken] = at;
      taken += 1;
    }
  }
  return drawn;
}

/** Seven significant digits are kept, so that an artefact is small and says exactly what was trained. */
function rounded(value: number): number {
  return Number(value.toPrecision(7));
}

/** The shortest decimal number that separates the two: at least `low`, less than `high`. */
function shortestBetween(low: number, high: number): number {
  const middle = low + (high - low) / 2;
  let digits = 0;
  let short: number;
  do {
    digits += 1;
    short = Number(middle.toPrecision(digits));
  } while (short < low || short >= high);
  return short;
}

/** Features that a tree may split by, by default, where there are as many: with one or two drawn no tree would see how they go together. */
const LEAST_FEATURES = 8;

/** Range of each option, and whether it is a whole number. */
const RANGES: { readonly [name in keyof Settings]: readonly [least: number, most: number, whole: boolean] } = {
  trees: [1, 100_000, true],
  leaves: [2, 65_536, true],
  maxDepth: [1, Number.POSITIVE_INFINITY, false],
  learningRate: [Number.MIN_VALUE, 1, false],
  minLeafRows: [1, Number.MAX_SAFE_INTEGER, true],
  minLeafCurvature: [0, Number.MAX_VALUE, false],
  l2: [0, Number.MAX_VALUE, false],
  rowShare: [Number.MIN_VALUE, 1, false],
  featureShare: [Number.MIN_VALUE, 1, false],
  maxBins: [2, 256, true],
};

function complete(options: TreeOptions, rows: number, width: number): Settings {
  const settings: Settings = {
    trees: options.trees ?? 100,
    leaves: options.leaves ?? 31,
    maxDepth: options.maxDepth ?? Number.POSITIVE_INFINITY,
    learningRate: options.learningRate ?? 0.1,
    minLeafRows: options.minLeafRows ?? Math.min(20, Math.max(3, Math.round(rows / 25))),
    minLeafCurvature: options.minLeafCurvature ?? 1e-3,
    l2: options.l2 ?? 0,
    rowShare: options.rowShare ?? 0.7,
    featureShare: options.featureShare ?? Math.max(0.5, Math.min(1, LEAST_FEATURES / width)),
    maxBins: options.maxBins ?? 255,
  };
  for (const name of Object.keys(RANGES) as (keyof Settings)[]) {
    const [least, most, whole] = RANGES[name];
    const value = settings[name];
    if (!(value >= least && value <= most && (!whole || Number.isInteger(value)))) {
      throw new RankingError(
        'INVALID_MODEL',
        `Option ${name} of the trees is ${value}; pass ${whole ? 'a whole number' : 'a number'} from ${least} to ${most}.`,
      );
    }
  }
  return settings;
}

function assertFeatures(features: Float32Array, width: number): void {
  if (!(Number.isInteger(width) && width > 0 && features.length > 0 && features.length % width === 0)) {
    throw new RankingError(
      'INVALID_EXPERIENCE',
      `${features.length} features make no rows of ${width} columns; pass at least one row and one column.`,
    );
  }
  for (let at = 0; at < features.length; at += 1) {
    if (!Number.isFinite(features[at])) {
      throw new RankingError(
        'INVALID_EXPERIENCE',
        `Column ${at % width} of row ${Math.floor(at / width)} is ${features[at]}; every feature must be a finite number.`,
      );
    }
  }
}

function assertLists(lists: readonly TrainingList[], rows: number): void {
  const bad = lists.find(({ start, end }) => !(start >= 0 && start <= end && end <= rows));
  if (bad !== undefined) {
    throw new RankingError(
      'INVALID_EXPERIENCE',
      `A list has the rows ${bad.start} to ${bad.end} of ${rows}; lists must lie within the features.`,
    );
  }
}
