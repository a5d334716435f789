import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { type Belief, condition } from './belief.js';
import type { TaskTable } from './experience.js';
import { chooseNext, taskBelief, VARIANCES } from './task-belief.js';

const features = [0, 1, 2, 3, 4, 5].map((value) => Float64Array.of(4 * value));
/** A past task that has tried everything. */
const past = (id: string, standardised: readonly number[]): TaskTable => ({
  id,
  collection: id,
  rows: [[0]],
  mean: Float64Array.of(0),
  configurations: [],
  configurationIds: features.map((_, at) => `${at}`),
  features,
  scores: Float64Array.from(standardised),
  standardised: Float64Array.from(standardised),
});
const small = past('small faces', [2, 1, 0, 0, -1, -2]);
const large = past('large faces', [-2, -1, 0, 0, 1, 2]);
const flat = past('all alike', [0, 0, 0, 0, 0, 0]);
const belief = (weights = [1, 1, 1]) =>
  taskBelief({ expected: new Float64Array(6), features, past: [small, large, flat], weights });
const random = () => seededRandom('next');

describe('taskBelief', () => {
  it('expects what the ranker says', () => {
    const expected = Float64Array.of(1, 2, 3, 4, 5, 6);
    expect(taskBelief({ expected, features, past: [small], weights: [1] }).mean).toEqual(expected);
  });

  it('takes candidates to depart together as they did on past tasks', () => {
    const { covariance } = belief();
    const level = covariance(2, 5);
    expect(covariance(0, 1)).toBeGreaterThan(level + 0.5);
    expect(covariance(0, 5)).toBeLessThan(level - 0.5);
    // Nothing ever departed there: its own variance is all there is.
    expect(covariance(2, 2) - level).toBeCloseTo(VARIANCES.own, 6);
  });

  it('listens to the tasks that are like the new one', () => {
    const { covariance } = belief([0, 0, 1]);
    expect(covariance(0, 5)).toBeCloseTo(covariance(0, 1), 6);
  });

  it('learns from a trial which past task the new one is like, whatever the level of its scores', () => {
    for (const level of [-7, 0, 40]) {
      const { mean } = condition(belief(), [
        { candidate: 2, score: level, noise: VARIANCES.noise },
        { candidate: 4, score: level + 1, noise: VARIANCES.noise },
      ]);
      expect(mean[5]! - mean[2]!).toBeGreaterThan(0.5);
      expect(mean[0]! - mean[2]!).toBeLessThan(-0.2);
    }
  });
});

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
    const next = chooseNext(belief(), [3, 0], 9, random());
    expect([...next].sort()).toEqual([1, 2, 4, 5]);
    expect(chooseNext(belief(), [0, 1, 2, 3, 4, 5], 2, random())).toEqual([]);
  });

  it('repeats under a seed', () => {
    expect(chooseNext(belief(), [2], 4, random())).toEqual(chooseNext(belief(), [2], 4, random()));
  });
});
