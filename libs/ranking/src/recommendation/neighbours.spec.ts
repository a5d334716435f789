import { faceDetectorSpace } from '@edgelore/search-space';
import { describe, expect, it } from '@jest/globals';
import { taskTables } from './experience.js';
import { greedyPortfolio, kernelScores, nearestTasks, nearnessWeights } from './neighbours.js';
import { simulatedWorld } from './testing/simulated-tasks.js';

const tables = taskTables(
  faceDetectorSpace,
  simulatedWorld(51, { tasks: 4, trials: 10 }).tasks.map(({ task }) => task),
);

describe('nearestTasks', () => {
  it('sorts by Euclidean distance, ties by id', () => {
    const at = (id: string, ...mean: number[]) => ({ id, mean: Float64Array.from(mean) });
    expect(nearestTasks([0, 0], [at('b', 3, 4), at('c', 0, 1), at('a', 5, 0)])).toEqual([
      { id: 'c', distance: 1 },
      { id: 'a', distance: 5 },
      { id: 'b', distance: 5 },
    ]);
  });

  it('weighs the nearest most', () => {
    const weights = nearnessWeights(tables[2]!.mean, tables);
    expect(weights.indexOf(Math.max(...weights))).toBe(2);
  });
});

describe('kernelScores', () => {
  it('comes close to a tried score, and to nothing far away from all', () => {
    const [table] = tables;
    const { scores, spreads } = kernelScores([table!], [1], [table!.features[0]!, table!.features[0]!.map(() => 30)]);
    expect(scores[0]! * table!.standardised[0]!).toBeGreaterThan(0);
    expect([scores[1], spreads[1]]).toEqual([0, 1]);
    expect(spreads[0]!).toBeLessThan(0.6);
  });
});

describe('greedyPortfolio', () => {
  it('takes the best on average first, then what helps the tasks that it serves badly', () => {
    const expected = [
      [0.8, 1.1, 0.0, 0.7],
      [0.8, 0.0, 0.1, 0.7],
      [0.8, 0.1, 1.0, 0.7],
    ];
    expect(greedyPortfolio(expected, [1, 1, 1], 3)).toEqual([0, 1, 2]);
    expect(greedyPortfolio(expected, [1, 0, 0], 2)).toEqual([1, 0]);
  });

  it('never repeats itself and ends with the configurations', () => {
    expect(greedyPortfolio([[1, 1, 1]], [1], 9).sort()).toEqual([0, 1, 2]);
  });
});
