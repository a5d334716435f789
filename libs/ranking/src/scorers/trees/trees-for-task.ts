import type { TreeTables } from './tree-ensemble.js';

/**
 * The trees as one task leaves them: splits by its description, the columns after the items', go one way for all items and are gone.
 * Scores are the same to the last bit.
 */
export function treesForTask(tables: TreeTables, task: ArrayLike<number>): TreeTables {
  const width = tables.width - task.length;
  const splits: number[] = [];
  const feature: number[] = [];
  const threshold: number[] = [];
  const children: number[] = [];
  const value: number[] = [];
  let firstSplit = 0;
  let firstLeaf = 0;
  for (const count of tables.splits) {
    const start = feature.length;
    const firstValue = value.length;
    /** Number of the split or ~leaf, in the new tree, that takes the place of one in the old. */
    const place = (node: number): number => {
      let here = node;
      while (here >= 0 && tables.feature[firstSplit + here]! >= width) {
        const split = firstSplit + here;
        const number = Math.fround(task[tables.feature[split]! - width]!);
        here = tables.children[2 * split + +(number > tables.threshold[split]!)]!;
      }
      if (here < 0) {
        value.push(tables.value[firstLeaf + ~here]!);
        return ~(value.length - 1 - firstValue);
      }
      const own = feature.length;
      feature.push(tables.feature[firstSplit + here]!);
      threshold.push(tables.threshold[firstSplit + here]!);
      children.push(0, 0);
      children[2 * own] = place(tables.children[2 * (firstSplit + here)]!);
      children[2 * own + 1] = place(tables.children[2 * (firstSplit + here) + 1]!);
      return own - start;
    };
    place(count > 0 ? 0 : ~0);
    splits.push(feature.length - start);
    firstSplit += count;
    firstLeaf += count + 1;
  }
  return { width, splits, feature, threshold, children, value };
}
