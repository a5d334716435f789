import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { rankNet } from '../../losses/ranknet.js';
import { fitTrees } from './fit-trees.js';
import { assertTreeTables } from './tree-artefact.js';
import { TreeEnsemble } from './tree-ensemble.js';
import { treesForTask } from './trees-for-task.js';

describe('treesForTask', () => {
  const random = seededRandom(3);
  const [rows, itemWidth, taskWidth] = [120, 3, 2];
  const width = itemWidth + taskWidth;
  const features = Float32Array.from({ length: rows * width }, () => random.normal());
  const lists = Array.from({ length: 6 }, (_, list) => ({
    start: 20 * list,
    end: 20 * (list + 1),
    loss: rankNet().forList(Array.from({ length: 20 }, () => random.normal())),
  }));
  const trees = fitTrees({ features, width, lists }, { trees: 30, leaves: 9, minLeafRows: 2 }, 1);

  it('scores as all trees do where every row has that description, to the last bit', () => {
    for (let draw = 0; draw < 5; draw += 1) {
      const task = Float32Array.from({ length: taskWidth }, () => random.normal());
      const items = Float32Array.from({ length: 40 * itemWidth }, () => random.normal());
      const joined = Array.from({ length: 40 }, (_, row) => [
        ...items.subarray(row * itemWidth, (row + 1) * itemWidth),
        ...task,
      ]);
      const own = treesForTask(trees.tables, task);
      expect(new TreeEnsemble(own).predict(items)).toEqual(trees.predict(Float32Array.from(joined.flat())));
      expect(own.feature.every((column) => column < itemWidth)).toBe(true);
      expect(own.feature.length).toBeLessThan(trees.tables.feature.length);
    }
  });

  it('makes sound trees, also where only a leaf remains', () => {
    const table = { width: 2, splits: [1, 0], feature: [1], threshold: [0], children: [-1, -2], value: [3, 4, 5] };
    const own = treesForTask(table, [1]);
    expect(own).toEqual({ width: 1, splits: [0, 0], feature: [], threshold: [], children: [], value: [4, 5] });
    expect(assertTreeTables(treesForTask(trees.tables, [0.3, -1]))).toBeDefined();
  });
});
