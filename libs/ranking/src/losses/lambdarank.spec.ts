import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { descending } from '../metrics/descending.js';
import { discount, gain } from '../metrics.js';
import { slopesOf } from '../testing/slopes.js';
import { type LambdaRankOptions, lambdaRank } from './lambdarank.js';

/** Scores are eighths, so that a shift keeps their differences exactly. */
const lists = fc.array(
  fc.tuple(
    fc.integer({ min: -24, max: 24 }).map((eighths) => eighths / 8),
    fc.integer({ min: 0, max: 4 }),
  ),
  {
    minLength: 2,
    maxLength: 9,
  },
);

/** The cost whose gradient the lambdas are while positions, and so the pairs' weights, stand still. */
function frozenCost(scores: readonly number[], grades: readonly number[], at: readonly number[]): number {
  const order = descending(at);
  const ideal = [...grades].sort((a, b) => b - a).reduce((sum, grade, place) => sum + gain(grade) * discount(place), 0);
  let cost = 0;
  for (let i = 0; i < order.length; i += 1) {
    for (let j = i + 1; j < order.length; j += 1) {
      const [a, b] = [order[i]!, order[j]!];
      const gap = gain(grades[a]!) - gain(grades[b]!);
      const weight = (Math.abs(gap) * (discount(i) - discount(j))) / ideal;
      cost += weight * Math.log1p(Math.exp(-Math.sign(gap) * (scores[a]! - scores[b]!))) * Math.abs(Math.sign(gap));
    }
  }
  return cost;
}

const lambdas = (scores: readonly number[], grades: readonly number[], options: LambdaRankOptions = {}) =>
  slopesOf(lambdaRank({ ...options, relevance: 'labels' }), grades, scores);

describe('lambdaRank', () => {
  it('agree with a list of three worked by hand', () => {
    // Predicted order: item 1, item 0, item 2 with gains 0, 1, 3; ideal DCG 3 + 1 / log2(3).
    const { gradient } = lambdas([1, 2, 0], [1, 0, 2]);
    const ideal = 3 + 1 / Math.log2(3);
    const wrong = (lead: number) => 1 / (1 + Math.exp(lead));
    const zeroOne = ((1 - 1 / Math.log2(3)) * wrong(-1)) / ideal;
    const twoOne = (3 * (1 - 1 / 2) * wrong(-2)) / ideal;
    const twoZero = (2 * (1 / Math.log2(3) - 1 / 2) * wrong(-1)) / ideal;
    expect(gradient[0]).toBeCloseTo(twoZero - zeroOne, 12);
    expect(gradient[1]).toBeCloseTo(zeroOne + twoOne, 12);
    expect(gradient[2]).toBeCloseTo(-twoOne - twoZero, 12);
  });

  it('are the finite differences of the cost with positions held, and so is the curvature of them', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const scores = list.map(([score]) => score);
        const grades = list.map(([, grade]) => grade);
        fc.pre(grades.some((grade) => grade > 0));
        const { gradient, curvature } = lambdas(scores, grades);
        scores.forEach((_, item) => {
          const moved = (by: number) => scores.map((score, at) => (at === item ? score + by : score));
          const [up, here, down] = [1e-4, 0, -1e-4].map((by) => frozenCost(moved(by), grades, scores));
          expect((up! - down!) / 2e-4).toBeCloseTo(gradient[item]!, 6);
          expect((up! - 2 * here! + down!) / 1e-8).toBeCloseTo(curvature[item]!, 4);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('sum to zero, ignore a shift of all scores, and turn round with the list', () => {
    fc.assert(
      fc.property(lists, fc.boolean(), (list, normalise) => {
        const scores = list.map(([score]) => score);
        const grades = list.map(([, grade]) => grade);
        fc.pre(new Set(scores).size === scores.length);
        const { gradient } = lambdas(scores, grades, { normalise });
        expect(gradient.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 10);
        const shifted = lambdas(
          scores.map((score) => score + 10),
          grades,
          { normalise },
        ).gradient;
        const turned = lambdas([...scores].reverse(), [...grades].reverse(), { normalise }).gradient.reverse();
        gradient.forEach((slope, at) => {
          expect(shifted[at]!).toBeCloseTo(slope, 6);
          expect(turned[at]!).toBeCloseTo(slope, 10);
        });
      }),
    );
  });

  it('are zero where grades are equal, and for a single item', () => {
    expect([...lambdas([3, 1, 2], [2, 2, 2]).gradient]).toEqual([0, 0, 0]);
    expect([...lambdas([3, 1, 2], [0, 0, 0]).gradient]).toEqual([0, 0, 0]);
    expect([...lambdas([3], [2]).gradient]).toEqual([0]);
  });

  it('touch no pair beyond the truncation', () => {
    const { gradient } = lambdas([4, 3, 2, 1], [0, 0, 3, 1], { truncation: 1 });
    expect(gradient[1]).toBe(0);
    expect(gradient[0]!).toBeGreaterThan(0);
  });
});
