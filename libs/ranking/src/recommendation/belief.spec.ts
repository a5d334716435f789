import { describe, expect, it } from '@jest/globals';
import { type Belief, condition } from './belief.js';

const places = [0, 0.4, 1, 1.1, 3];
const smooth = (a: number, b: number) => Math.exp(-((places[a]! - places[b]!) ** 2));
const prior: Belief = { mean: Float64Array.of(0.5, 0, -1, 2, 0), covariance: smooth };

/** Inverse by Gauss and Jordan: another way than that of the code. */
function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, at) => [...row, ...Array.from({ length: n }, (_, to) => (at === to ? 1 : 0))]);
  for (let pivot = 0; pivot < n; pivot += 1) {
    const own = rows[pivot]!.map((value) => value / rows[pivot]![pivot]!);
    rows.forEach((row, at) => {
      const share = row[pivot]!;
      rows[at] = at === pivot ? own : row.map((value, to) => value - share * own[to]!);
    });
  }
  return rows.map((row) => row.slice(n));
}

describe('condition', () => {
  it('is Gaussian process regression', () => {
    const observations = [
      { candidate: 1, score: 0.7, noise: 0.1 },
      { candidate: 3, score: 1.2, noise: 0.3 },
      { candidate: 1, score: 0.9, noise: 0.2 },
    ];
    const weights = inverse(
      observations.map((a, row) =>
        observations.map((b, column) => smooth(a.candidate, b.candidate) + (row === column ? a.noise : 0)),
      ),
    );
    const across = (a: number) => observations.map(({ candidate }) => smooth(a, candidate));
    const form = (left: readonly number[], right: readonly number[]) =>
      left.reduce((sum, x, i) => sum + right.reduce((inner, y, j) => inner + x * weights[i]![j]! * y, 0), 0);
    const belief = condition(prior, observations);
    places.forEach((_, a) => {
      const surprise = observations.map(({ candidate, score }) => score - prior.mean[candidate]!);
      expect(belief.mean[a]!).toBeCloseTo(prior.mean[a]! + form(across(a), surprise), 12);
      places.forEach((__, b) => {
        expect(belief.covariance(a, b)).toBeCloseTo(smooth(a, b) - form(across(a), across(b)), 12);
      });
    });
  });

  it('is the same in one go and in two', () => {
    const one = { candidate: 0, score: 1, noise: 0.2 };
    const two = { candidate: 2, score: -1, noise: 0.1 };
    const [together, apart] = [condition(prior, [one, two]), condition(condition(prior, [one]), [two])];
    places.forEach((_, a) => {
      expect(apart.mean[a]!).toBeCloseTo(together.mean[a]!, 12);
      expect(apart.covariance(a, 4)).toBeCloseTo(together.covariance(a, 4), 12);
    });
  });

  it('leaves what was believed where nothing was observed, and forgets a repeat that is all noise', () => {
    expect(condition(prior, [])).toBe(prior);
    const { mean } = condition(prior, [{ candidate: 0, score: 9, noise: 1e12 }]);
    mean.forEach((value, at) => {
      expect(value).toBeCloseTo(prior.mean[at]!, 9);
    });
  });

  it.each([
    { candidate: 5, score: 0, noise: 1 },
    { candidate: -1, score: 0, noise: 1 },
    { candidate: 0.5, score: 0, noise: 1 },
    { candidate: 0, score: Number.NaN, noise: 1 },
    { candidate: 0, score: 0, noise: 0 },
  ])('refuses %j', (observation) => {
    expect(() => condition(prior, [observation])).toThrow(expect.objectContaining({ code: 'INVALID_SCORES' }));
  });
});
