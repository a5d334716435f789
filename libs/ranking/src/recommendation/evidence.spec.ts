import { describe, expect, it } from '@jest/globals';
import { chooseStrategy, listQuality, meanRegret, pairedMean } from './evidence.js';
import type { TaskEvidence } from './ranker-version.js';

/** Evidence of tasks with these regrets of portfolio, nearest tasks and ranker. */
function evidence(...regrets: [number, number, number][]): TaskEvidence[] {
  return regrets.map(([portfolio, nearest, ranker], at) => {
    const values = { 'cold-portfolio': portfolio, 'nearest-tasks': nearest, ranker };
    return { task: `task-${at}`, trials: 9, regret1: values, regret3: values, ndcg10: values };
  });
}

describe('chooseStrategy', () => {
  it('takes the portfolio while fewer than three tasks were judged', () => {
    expect(chooseStrategy([])).toBe('cold-portfolio');
    expect(chooseStrategy(evidence([0.3, 0.3, 0], [0.3, 0.3, 0]))).toBe('cold-portfolio');
  });

  it('takes the ranker where nothing simpler is surely better', () => {
    expect(chooseStrategy(evidence([0.2, 0.3, 0.1], [0.2, 0.2, 0.1], [0.3, 0.1, 0.1]))).toBe('ranker');
    expect(chooseStrategy(evidence([0.1, 0.1, 0.1], [0.1, 0.1, 0.1], [0.1, 0.1, 0.1]))).toBe('ranker');
    expect(chooseStrategy(evidence([0.0, 0.3, 0.2], [0.2, 0.3, 0.1], [0.1, 0.3, 0.1]))).toBe('ranker');
  });

  it('takes what is better beyond the standard error, the best of two', () => {
    const rows: [number, number, number][] = [
      [0.1, 0.05, 0.2],
      [0.12, 0.06, 0.25],
      [0.1, 0.04, 0.2],
    ];
    expect(chooseStrategy(evidence(...rows))).toBe('nearest-tasks');
    expect(chooseStrategy(evidence(...rows.map(([a, b, c]): [number, number, number] => [b, a, c])))).toBe(
      'cold-portfolio',
    );
    expect(meanRegret(evidence(...rows), 'nearest-tasks')).toBeCloseTo(0.05, 12);
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
