import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addWords, bytesToWords, decodeSum, encode, greatestError, wordsToBytes } from './fixed-point.js';
import { checkPlan, MOST_SEATS } from './round-plan.js';

const plan = fc.record({
  seats: fc.integer({ min: 1, max: MOST_SEATS }),
  bound: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
  length: fc.constant(3),
});

describe('fixed point', () => {
  it('sums within half a step a contribution, whatever the round', () => {
    fc.assert(
      fc.property(plan, fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })), (round, numbers) => {
        const vectors = Array.from({ length: round.seats }, () =>
          Array.from({ length: 3 }, () => numbers.next().value! * round.bound),
        );
        const words = new Uint32Array(3);
        for (const vector of vectors) addWords(words, encode(vector, round), 1);
        decodeSum(words, round).forEach((value, at) => {
          const exact = vectors.reduce((sum, vector) => sum + vector[at]!, 0);
          expect(Math.abs(value - exact)).toBeLessThanOrEqual(greatestError(round) * (1 + 1e-6));
        });
        expect(greatestError(round)).toBeLessThan(1e-6 * round.bound);
      }),
    );
  });

  it('cannot wrap around with everybody at the bound, on either side', () => {
    for (let seats = 1; seats <= MOST_SEATS; seats += 1) {
      const round = { seats, bound: 0.3, length: 2 };
      const words = new Uint32Array(2);
      for (let seat = 0; seat < seats; seat += 1) addWords(words, encode([0.3, -0.3], round), 1);
      const [high, low] = decodeSum(words, round);
      expect(high).toBeCloseTo(0.3 * seats, 9);
      expect(low).toBeCloseTo(-0.3 * seats, 9);
    }
  });

  it('refuses what does not fit', () => {
    const round = { seats: 4, bound: 1, length: 2 };
    for (const vector of [[1], [0, 1.01], [0, Number.NaN], [Number.POSITIVE_INFINITY, 0]]) {
      expect(() => encode(vector, round)).toThrow(expect.objectContaining({ code: 'INVALID_VECTOR' }));
    }
  });

  it('writes words in an order of bytes that is the same everywhere', () => {
    const words = Uint32Array.of(1, 0x01020304, 0xffffffff);
    expect([...wordsToBytes(words)]).toEqual([1, 0, 0, 0, 4, 3, 2, 1, 255, 255, 255, 255]);
    expect(bytesToWords(wordsToBytes(words))).toEqual(words);
  });
});

describe('a plan', () => {
  const good = { round: 'r', seats: 10, threshold: 7, length: 5, bound: 1 };
  it.each([
    ['round', { round: '' }],
    ['seats', { seats: 2 }],
    ['seats', { seats: MOST_SEATS + 1 }],
    ['threshold', { threshold: 5 }],
    ['threshold', { threshold: 11 }],
    ['length', { length: 0 }],
    ['bound', { bound: Number.NaN }],
  ])('is refused for a bad %s', (field, changes) => {
    expect(checkPlan(good)).toBe(good);
    expect(() => checkPlan({ ...good, ...changes })).toThrow(
      expect.objectContaining({ code: 'INVALID_PLAN', field: `plan.${field}` }),
    );
  });
});
