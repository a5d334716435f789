import { describe, expect, it } from '@jest/globals';
import { configurationSimilarity, greedyPortfolio, nearestTasks } from './neighbours.js';

describe('nearestTasks', () => {
  it('sorts by Euclidean distance, ties by id', () => {
    const at = (id: string, ...mean: number[]) => ({ id, mean: Float64Array.from(mean) });
    expect(nearestTasks([0, 0], [at('b', 3, 4), at('c', 0, 1), at('a', 5, 0)])).toEqual([
      { id: 'c', distance: 1 },
      { id: 'a', distance: 5 },
      { id: 'b', distance: 5 },
    ]);
  });
});

describe('configurationSimilarity', () => {
  it('falls from one as the features part', () => {
    const at = (...values: number[]) => Float64Array.from(values);
    expect(configurationSimilarity(at(1, 2), at(1, 2))).toBe(1);
    const [near, far] = [at(1.1, 2), at(2, 2)].map((other) => configurationSimilarity(at(1, 2), other));
    expect(near).toBeLessThan(1);
    expect(far).toBeLessThan(near!);
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
