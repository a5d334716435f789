import { describe, expect, it } from '@jest/globals';
import { type MethodFigures, slopeWithin, trialsToMatch } from './tables.js';

describe('slopeWithin', () => {
  it('finds the slope that groups of different levels share', () => {
    const points = [0, 1, 4].flatMap((x) => [
      { group: 'easy', x, y: 0.1 - 0.01 * x },
      { group: 'hard', x: x + 3, y: 0.9 - 0.01 * (x + 3) },
    ]);
    const { slope, se } = slopeWithin(points);
    expect(slope).toBeCloseTo(-0.01, 12);
    expect(se).toBeCloseTo(0, 12);
  });

  it('has the standard error of a regression with a level for each group', () => {
    // One group of three: the plain regression of the textbook.
    const points = [0, 1, 0].map((y, x) => ({ group: 'one', x, y }));
    const { slope, se } = slopeWithin(points);
    expect(slope).toBeCloseTo(0, 12);
    expect(se).toBeCloseTo(Math.sqrt(2 / 3 / 1 / 2), 12);
    expect(slopeWithin([{ group: 'one', x: 1, y: 2 }])).toEqual({ slope: 0, se: 0 });
  });
});

describe('trialsToMatch', () => {
  const ofRegrets = (...mean_regrets: number[]): MethodFigures => ({
    regret: {},
    mean_regrets,
    ndcg10: null,
    tau: null,
    rank1: { mean: 1, se: 0 },
  });

  it('counts the trials until the regret is that of the other at its end', () => {
    expect(trialsToMatch(ofRegrets(0.3, 0.1, 0.05), ofRegrets(0.9, 0.4, 0.1))).toBe(2);
    expect(trialsToMatch(ofRegrets(0.1, 0.1, 0.1), ofRegrets(0.9, 0.4, 0.1))).toBe(1);
    expect(trialsToMatch(ofRegrets(0.3, 0.2, 0.2), ofRegrets(0.9, 0.4, 0.1))).toBeNull();
  });
});
