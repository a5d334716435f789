import { describe, expect, it } from '@jest/globals';
import { rankIntervals } from './rank-interval.js';

describe('rankIntervals', () => {
  it('is a point where nothing is in doubt', () => {
    expect(rankIntervals([3, 2, 1], [0, 0, 0])).toEqual([
      { low: 1, high: 1 },
      { low: 2, high: 2 },
      { low: 3, high: 3 },
    ]);
  });

  it('is every rank where all is in doubt, and for equal scores', () => {
    const all = { low: 1, high: 3 };
    expect(rankIntervals([3, 2, 1], [9, 9, 9])).toEqual([all, all, all]);
    expect(rankIntervals([1, 1, 1], [0, 0, 0])).toEqual([all, all, all]);
  });

  it('separates what is beyond 1.96 standard errors of the difference', () => {
    const spread = 1 / Math.SQRT2;
    expect(rankIntervals([1.97, 0], [spread, spread])[0]).toEqual({ low: 1, high: 1 });
    expect(rankIntervals([1.95, 0], [spread, spread])[0]).toEqual({ low: 1, high: 2 });
  });

  it('holds the rank by score', () => {
    const scores = [0.9, 0.7, 0.65, 0.2, 0.1];
    const intervals = rankIntervals(scores, [0.3, 0.05, 0.01, 0.2, 0.4]);
    for (const [at, { low, high }] of intervals.entries()) {
      expect(low).toBeLessThanOrEqual(at + 1);
      expect(high).toBeGreaterThanOrEqual(at + 1);
    }
  });
});
