import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import type { Belief } from './belief.js';
import { chooseNext } from './choose-next.js';

const random = () => seededRandom('next');
const alike: Belief = { mean: Float64Array.of(0, 1, 2, 3, 4, 5), covariance: (a, b) => 1 / (1 + Math.abs(a - b)) };

describe('chooseNext', () => {
  it('begins with what is expected to be best, and then looks where most is left to be gained', () => {
    const certain: Belief = { mean: Float64Array.of(0.2, 0.9, 0.5), covariance: (a, b) => (a === b ? 1e-6 : 0) };
    expect(chooseNext(certain, [], 3, random())).toEqual([1, 2, 0]);
    expect(chooseNext(certain, [1], 2, random())).toEqual([2, 0]);
    const hedged: Belief = {
      mean: Float64Array.of(1, 0.99, 0.8),
      // The first two are as good as the same; the third goes its own way.
      covariance: (a, b) => (a === 2 || b === 2 ? (a === b ? 1 : 0) : 1),
    };
    expect(chooseNext(hedged, [], 2, random())).toEqual([0, 2]);
  });

  it('proposes no candidate that was tried, each once, and as many as there are', () => {
    const next = chooseNext(alike, [3, 0], 9, random());
    expect([...next].sort()).toEqual([1, 2, 4, 5]);
    expect(chooseNext(alike, [0, 1, 2, 3, 4, 5], 2, random())).toEqual([]);
  });

  it('repeats under a seed', () => {
    expect(chooseNext(alike, [2], 4, random())).toEqual(chooseNext(alike, [2], 4, random()));
  });
});
