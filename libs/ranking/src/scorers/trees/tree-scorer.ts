import { RankingError } from '../../ranking.error.js';
import { flatFeatures } from '../flat-features.js';
import type { FitOptions, Items, LabelledList, Scorer, ScorerArtefact } from '../scorer.js';
import { fitTrees, type TrainingList, type TreeOptions } from './fit-trees.js';
import { assertTreeTables } from './tree-artefact.js';
import { TreeEnsemble, type TreeTables } from './tree-ensemble.js';
import { treesForTask } from './trees-for-task.js';

/** Boosted trees as plain JSON: the tables of the trees over an item's flat features followed by the task's description. */
export interface TreeArtefact extends ScorerArtefact {
  readonly kind: 'trees';
  /** Numbers of a task's description; 0 where there was none. */
  readonly taskWidth: number;
  readonly trees: TreeTables;
}

/**
 * Boosted regression trees that learn to rank by the slopes of any list loss (LambdaMART with lambdarank: Burges 2010), over the
 * items' flat features and, if the lists have one, the task's description. Repeats are byte-identical.
 * @throws RankingError `TOO_LITTLE_EXPERIENCE` without a list, `INVALID_EXPERIENCE` on lists that do not fit the items or each other,
 * `INVALID_MODEL` on an option out of range.
 *
 * @example
 * ```ts
 * const items = { count: 4, features: Float32Array.of(0, 1, 2, 3), width: 1 };
 * const list = { items: Int32Array.of(0, 1, 2, 3), labels: Float64Array.of(0, 1, 2, 3) };
 * const scorer = fitTreeScorer(items, [list], { loss: rankNet(), seed: 1, minLeafRows: 1 });
 * const scores = scorer.score(items);
 * scores[3]! > scores[0]!; // => true
 * ```
 */
export function fitTreeScorer(items: Items, lists: readonly LabelledList[], options: FitOptions & TreeOptions): Scorer {
  const first = lists[0];
  if (first === undefined) {
    throw new RankingError('TOO_LITTLE_EXPERIENCE', 'There is no list to learn from; pass at least one.');
  }
  const taskWidth = first.task?.length ?? 0;
  const flat = flatFeatures(items);
  const width = flat.width + taskWidth;
  const features = new Float32Array(lists.reduce((sum, list) => sum + list.items.length, 0) * width);
  const training: TrainingList[] = [];
  let row = 0;
  lists.forEach((list, index) => {
    assertList(list, index, items.count, taskWidth);
    const start = row;
    for (const item of list.items) {
      features.set(flat.features.subarray(item * flat.width, (item + 1) * flat.width), row * width);
      features.set(list.task ?? [], row * width + flat.width);
      row += 1;
    }
    training.push({ start, end: row, loss: options.loss.forList(list.labels) });
  });
  return treeScorer(fitTrees({ features, width, lists: training }, options, options.seed), taskWidth);
}

/**
 * The scorer that was frozen, to the last bit.
 * @throws RankingError `INVALID_MODEL` on anything but an artefact of trees.
 *
 * @example
 * ```ts
 * // One split: what is at most 0.5 scores -1.
 * const trees = { width: 1, splits: [1], feature: [0], threshold: [0.5], children: [-1, -2], value: [-1, 1] };
 * const scorer = thawTrees({ format: 'scorer/1', kind: 'trees', taskWidth: 0, trees });
 * scorer.score({ count: 2, features: Float32Array.of(0.2, 0.7), width: 1 }); // => Float64Array.of(-1, 1)
 * ```
 */
export function thawTrees(artefact: unknown): Scorer {
  const { format, kind, taskWidth, trees } = (artefact ?? {}) as Partial<TreeArtefact>;
  if (format !== 'scorer/1' || kind !== 'trees') {
    throw new RankingError(
      'INVALID_MODEL',
      `The artefact is of format ${format} and kind ${kind}, not scorer/1 of trees.`,
    );
  }
  const tables = assertTreeTables(trees);
  if (!(Number.isInteger(taskWidth) && taskWidth! >= 0 && taskWidth! <= tables.width)) {
    throw new RankingError(
      'INVALID_MODEL',
      `taskWidth of the artefact is ${taskWidth}; it is a count of the ${tables.width} columns.`,
    );
  }
  return treeScorer(new TreeEnsemble(tables), taskWidth!);
}

function treeScorer(ensemble: TreeEnsemble, taskWidth: number): Scorer {
  const { tables } = ensemble;
  const itemWidth = tables.width - taskWidth;
  return {
    kind: 'trees',
    score(items, task) {
      const flat = flatFeatures(items);
      if (flat.width !== itemWidth || (task?.length ?? 0) !== taskWidth) {
        throw new RankingError(
          'INVALID_EXPERIENCE',
          `The trees know items of ${itemWidth} and tasks of ${taskWidth} numbers, not of ${flat.width} and ${task?.length ?? 0}; encode as in training.`,
        );
      }
      return (task ? new TreeEnsemble(treesForTask(tables, task)) : ensemble).predict(flat.features);
    },
    freeze: (): TreeArtefact => ({ format: 'scorer/1', kind: 'trees', taskWidth, trees: tables }),
  };
}

function assertList({ items, labels, task }: LabelledList, index: number, count: number, taskWidth: number): void {
  const complain = (problem: string) => {
    throw new RankingError('INVALID_EXPERIENCE', `lists[${index}] ${problem}.`);
  };
  if (items.length !== labels.length) {
    complain(`has ${items.length} items and ${labels.length} labels; pass one label an item`);
  }
  if ((task?.length ?? 0) !== taskWidth) {
    complain(
      `has a task of ${task?.length ?? 0} numbers, the first list one of ${taskWidth}; describe all tasks alike`,
    );
  }
  const bad = items.findIndex((item) => item < 0 || item >= count);
  if (bad >= 0) {
    complain(`names item ${items[bad]} at ${bad}; items are numbered 0 to ${count - 1}`);
  }
}
