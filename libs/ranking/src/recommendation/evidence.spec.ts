import { describe, expect, it } from '@jest/globals';
import { chooseStrategy, listQuality, meanRegret, pairedMean } from './evidence.js';
import type { TaskEvidence } from './ranker-version.js';

/** Evidence of tasks with these figures of portfolio, nearest tasks and ranker. */
function evidence(...figures: [number, number, number][]): TaskEvidence[] {
  return figures.map(([portfolio, nearest, ranker], at) => {
    const values = { 'cold-portfolio': portfolio, 'nearest-tasks': nearest, ranker };
    return { task: `task-${at}`, trials: 9, regret1: values, regret3: values, ndcg10: values };
  });
}

describe('chooseStrategy', () => {
  it('takes the portfolio while fewer than three tasks were judged', () => {
    expect(chooseStrategy([])).toBe('cold-portfolio');
    expect(chooseStrategy(evidence([0.3, 0.3, 0.9], [0.3, 0.3, 0.9]))).toBe('cold-portfolio');
  });

  it('takes the ranker where it is better beyond the standard error, else the better of the simpler two', () => {
    const rows: [number, number, number][] = [
      [0.8, 0.82, 0.9],
      [0.7, 0.75, 0.8],
      [0.9, 0.9, 0.95],
    ];
    const swapped = (...order: readonly [number, number, number]) =>
      evidence(...rows.map((row): [number, number, number] => [row[order[0]]!, row[order[1]]!, row[order[2]]!]));
    expect(chooseStrategy(swapped(0, 1, 2))).toBe('ranker');
    expect(chooseStrategy(swapped(0, 2, 1))).toBe('nearest-tasks');
    expect(chooseStrategy(swapped(2, 1, 0))).toBe('cold-portfolio');
    // Better on average, but on one task alone.
    expect(chooseStrategy(evidence([0.8, 0.8, 0.8], [0.7, 0.7, 0.7], [0.6, 0.6, 0.7]))).toBe('cold-portfolio');
  });
});

describe('meanRegret', () => {
  it('is the mean over tasks of the first choice and of the best of three', () => {
    const [task] = evidence([0.1, 0.2, 0.3]);
    const better = { ...task!, regret3: { 'cold-portfolio': 0, 'nearest-tasks': 0, ranker: 0.1 } };
    expect(meanRegret([better], 'ranker')).toBeCloseTo(0.2, 12);
    expect(meanRegret([task!, better], 'nearest-tasks')).toBeCloseTo(0.15, 12);
  });
});

describe('pairedMean', () => {
  it('is the mean with its standard error', () => {
    expect(pairedMean([1, 2, 3])).toEqual({ mean: 2, error: expect.closeTo(1 / Math.sqrt(3), 12) });
    expect(pairedMean([5])).toEqual({ mean: 5, error: 0 });
  });
});

describe('listQuality', () => {
  it('is perfect for the true order and the expectation of chance for a constant', () => {
    const scores = Float64Array.of(0.1, 0.5, 0.3, 0.9);
    expect(listQuality(scores, scores)).toEqual({ regret1: 0, regret3: 0, ndcg10: 1 });
    expect(listQuality([0, 0, 0, 0], scores).regret1).toBeCloseTo(0.9 - 0.45, 12);
  });
});
