import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bestFoundRank, dcg, discount, gain, kendallTau, ndcg, relevance, spearman, topKRegret } from './metrics.js';

/** Eighths, so that an affine map is exact. */
const scores = fc.array(
  fc.integer({ min: -40, max: 40 }).map((eighths) => eighths / 8),
  { minLength: 2, maxLength: 12 },
);
/** Few different values, so that ties are common. */
const tiedPairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), {
  minLength: 1,
  maxLength: 9,
});

describe('relevance', () => {
  it('is zero up to the quantile, the scale at the maximum and linear between', () => {
    expect([...relevance([0, 10, 20, 30, 40, 50], { scale: 4 })]).toEqual([0, 0, 1, 2, 3, 4]);
  });

  it('takes floor and top from the reference and clips', () => {
    expect([...relevance([-1, 0.5, 2], { scale: 20, floorQuantile: 0, reference: [0, 1] })]).toEqual([0, 10, 20]);
  });

  it('is zero everywhere when nothing differs', () => {
    expect([...relevance([0.3, 0.3, 0.3])]).toEqual([0, 0, 0]);
  });

  it('does not change under a positive affine map of the scores', () => {
    fc.assert(
      fc.property(scores, fc.constantFrom(0.5, 1, 2, 4), (values, factor) => {
        const mapped = relevance(values.map((value) => factor * value - 7));
        relevance(values).forEach((graded, at) => {
          expect(mapped[at]!).toBeCloseTo(graded, 6);
        });
      }),
    );
  });

  it('refuses values that are not finite, and nothing', () => {
    expect(() => relevance([0.1, Number.NaN])).toThrow(expect.objectContaining({ code: 'INVALID_SCORES' }));
    expect(() => relevance([])).toThrow('empty');
  });

  it('refuses a scale or a quantile that means nothing', () => {
    expect(() => relevance([1, 2], { scale: 0 })).toThrow(expect.objectContaining({ code: 'INVALID_SCORES' }));
    expect(() => relevance([1, 2], { floorQuantile: 1.5 })).toThrow('quantile 1.5');
  });
});

describe('DCG and NDCG', () => {
  it('agree with the closed form on a list without ties', () => {
    const graded = [3, 2, 3, 0, 1, 2];
    const predicted = [6, 5, 4, 3, 2, 1];
    const expected = 7 / Math.log2(2) + 3 / Math.log2(3) + 7 / Math.log2(4) + 0 + 1 / Math.log2(6) + 3 / Math.log2(7);
    const ideal = 7 / Math.log2(2) + 7 / Math.log2(3) + 3 / Math.log2(4) + 3 / Math.log2(5) + 1 / Math.log2(6);
    expect(dcg(predicted, graded)).toBeCloseTo(expected, 12);
    expect(ndcg(predicted, graded)).toBeCloseTo(expected / ideal, 12);
    expect(dcg(predicted, graded, 3)).toBeCloseTo(7 + 3 / Math.log2(3) + 3.5, 12);
  });

  it('average over all orders of tied predictions', () => {
    const graded = [2, 0, 1];
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    const mean =
      orders
        .map((order) => order.slice(0, 2).reduce((sum, item, at) => sum + gain(graded[item]!) * discount(at), 0))
        .reduce((a, b) => a + b, 0) / orders.length;
    expect(dcg([5, 5, 5], graded, 2)).toBeCloseTo(mean, 12);
  });

  it('are 1 for the ideal order and for a list without gain', () => {
    expect(ndcg([3, 2, 1], [2, 1, 0])).toBe(1);
    expect(ndcg([1, 2, 3], [0, 0, 0])).toBe(1);
    expect(ndcg([1, 2, 3], [0, 0, 0], 2)).toBe(1);
  });

  it('stay in [0, 1] and do not depend on the order of the input', () => {
    fc.assert(
      fc.property(tiedPairs, fc.integer({ min: 1, max: 10 }), (pairs, k) => {
        const value = ndcg(
          pairs.map(([score]) => score),
          pairs.map(([, graded]) => graded),
          k,
        );
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
        const reversed = [...pairs].reverse();
        expect(
          ndcg(
            reversed.map(([score]) => score),
            reversed.map(([, graded]) => graded),
            k,
          ),
        ).toBeCloseTo(value, 12);
      }),
    );
  });

  it('refuse lists of different length and NaN', () => {
    expect(() => ndcg([1], [1, 2])).toThrow('1 scores stand against 2');
    expect(() => ndcg([Number.NaN, 1], [1, 2])).toThrow('scores[0] is NaN');
  });

  it('refuse grades out of range and a cut before the first place', () => {
    expect(() => ndcg([1, 2], [1, -1])).toThrow('grades[1] is -1');
    expect(() => ndcg([1, 2], [1, 51])).toThrow('grades[1] is 51');
    expect(() => ndcg([1, 2], [1, 0], 0)).toThrow('k is 0');
    expect(() => ndcg([1, 2], [1, 0], Number.NaN)).toThrow('k is NaN');
  });

  it('give tied items places in input order where that is asked for, and 0 to a list without gain', () => {
    expect(dcg([5, 5], [2, 0], 1, { ties: 'input-order' })).toBe(3);
    expect(dcg([5, 5], [0, 2], 1, { ties: 'input-order' })).toBe(0);
    expect(ndcg([5, 5], [0, 2], 1, { ties: 'input-order' })).toBe(0);
    expect(ndcg([5, 5], [0, 0], 1, { withoutGain: 0 })).toBe(0);
  });
});

describe('rank correlations', () => {
  it('of a known example', () => {
    expect(kendallTau([1, 2, 3, 4], [1, 2, 4, 3])).toBeCloseTo(4 / 6, 12);
    expect(spearman([1, 2, 3, 4], [1, 2, 4, 3])).toBeCloseTo(1 - (6 * 2) / (4 * 15), 12);
    expect(kendallTau([1, 1, 2], [1, 2, 2])).toBeCloseTo(1 / 2, 12);
    expect(spearman([1, 1, 2], [1, 2, 2])).toBeCloseTo(0.5, 12);
  });

  it('are 1 against themselves, -1 against the opposite, 0 against a constant', () => {
    const values = [0.3, -1, 4, 2];
    const opposite = values.map((value) => -value);
    expect([kendallTau(values, values), kendallTau(values, opposite), kendallTau(values, [1, 1, 1, 1])]).toEqual([
      1, -1, 0,
    ]);
    expect(spearman(values, values)).toBeCloseTo(1, 12);
    expect(spearman(values, opposite)).toBeCloseTo(-1, 12);
    expect(spearman(values, [1, 1, 1, 1])).toBe(0);
  });

  it('tau-b agrees with counting every pair, ties included', () => {
    fc.assert(
      fc.property(tiedPairs, (pairs) => {
        let balance = 0;
        let differA = 0;
        let differB = 0;
        for (let i = 0; i < pairs.length; i += 1) {
          for (let j = 0; j < i; j += 1) {
            const a = Math.sign(pairs[i]![0] - pairs[j]![0]);
            const b = Math.sign(pairs[i]![1] - pairs[j]![1]);
            balance += a * b;
            differA += Math.abs(a);
            differB += Math.abs(b);
          }
        }
        const expected = differA * differB > 0 ? balance / Math.sqrt(differA * differB) : 0;
        expect(
          kendallTau(
            pairs.map(([a]) => a),
            pairs.map(([, b]) => b),
          ),
        ).toBeCloseTo(expected, 12);
      }),
    );
  });
});

describe('topKRegret', () => {
  it('is what the best of the first k misses', () => {
    const truth = [0.2, 0.9, 0.5, 0.7];
    expect(topKRegret([4, 1, 3, 2], truth, 1)).toBeCloseTo(0.7, 12);
    expect(topKRegret([4, 1, 3, 2], truth, 2)).toBeCloseTo(0.4, 12);
    expect(topKRegret([4, 1, 3, 2], truth, 3)).toBeCloseTo(0.2, 12);
    expect(topKRegret([4, 1, 3, 2], truth, 4)).toBe(0);
    expect(topKRegret([4, 1, 3, 2], truth, 9)).toBe(0);
  });

  it('is the expectation over random orders of tied predictions', () => {
    expect(topKRegret([1, 1, 1], [0, 0.3, 0.9], 1)).toBeCloseTo(0.9 - 0.4, 12);
    expect(topKRegret([1, 1, 1], [0, 0.3, 0.9], 2)).toBeCloseTo(0.9 - (0.9 + 0.9 + 0.3) / 3, 12);
    expect(topKRegret([2, 1, 1], [0.4, 0.3, 0.9], 2)).toBeCloseTo(0.9 - (0.9 + 0.4) / 2, 12);
  });
});

describe('bestFoundRank', () => {
  const truth = [0.1, 0.9, 0.5, 0.7, 0.7];

  it('is 1 more than the number of better items in the whole space', () => {
    expect(bestFoundRank(truth, [0, 2])).toBe(4);
    expect(bestFoundRank(truth, [2, 1])).toBe(1);
    expect(bestFoundRank(truth, [0])).toBe(5);
  });

  it('is the best of their ranks for items that are equal', () => {
    expect([bestFoundRank(truth, [3]), bestFoundRank(truth, [4]), bestFoundRank(truth, [3, 4])]).toEqual([2, 2, 2]);
  });

  it('refuses nothing tried and indices that are none', () => {
    expect(() => bestFoundRank(truth, [])).toThrow(expect.objectContaining({ code: 'INVALID_SCORES' }));
    expect(() => bestFoundRank(truth, [5])).toThrow('tried[0] is 5');
    expect(() => bestFoundRank(truth, [0.5])).toThrow('index into the 5 items');
  });
});
