import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomSearch } from '../search/baselines.js';
import { wholeSpace } from '../search/candidates.js';
import type { BenchmarkTarget } from './benchmark.js';
import { searchRegret, taskFolds, taskRegrets } from './protocol.js';

describe('folds of tasks', () => {
  it('hold each task once, sizes one apart at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 2, max: 7 }), (tasks, count) => {
        const order = Array.from({ length: tasks }, (_, at) => (at * 7 + 3) % tasks);
        const folds = taskFolds(order, count);
        const sizes = folds.map((fold) => fold.length);
        expect(folds.flat().sort()).toEqual([...order].sort());
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('deals every fifth', () => {
    expect(taskFolds([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], 5)[1]).toEqual([8, 3]);
  });
});

it('regrets what the best of few lacks', () => {
  const truth = [0.9, 0.1, 0.2, 0.3, 1];
  expect(taskRegrets([5, 4, 3, 2, 1], truth).map((regret) => Number(regret.toFixed(9)))).toEqual([0.1, 0.1, 0, 0]);
});

describe('a search on a table', () => {
  const target: BenchmarkTarget = {
    name: 'made up',
    validation: [Float64Array.of(1, 2, 3, 9), Float64Array.of(3, 2, 1, 9)],
    test: Float64Array.of(10, 20, 50, 99),
    allowed: Uint8Array.of(1, 1, 1, 0),
    weak: { heads: [], labels: new Float32Array(0) },
  };
  const items = { count: 4, features: new Float32Array(4), width: 1 };
  const all = () => randomSearch(wholeSpace(items, target.allowed), { budget: 3, seed: 1 });

  it('selects by the validation of one training seed and counts test scores of what is allowed', () => {
    expect([0, 1, 2].map((seed) => searchRegret(target, all(), seed))).toEqual([0, 40, 0]);
  });
});
