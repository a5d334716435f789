import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { STEPS } from './messages.js';
import { usualThreshold } from './round-plan.js';
import { type Losses, runRound } from './testing/index.js';

const SEATS = 10;
const plan = { round: 'spec', seats: SEATS, threshold: usualThreshold(SEATS), length: 5, bound: 1 };
const seats = Array.from({ length: SEATS }, (_, at) => at + 1);

const vectors = fc.array(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }), {
  minLength: SEATS,
  maxLength: SEATS,
});
/** Seats that drop out, and when: at any of the four steps each. */
const lossesOf = (count: number) =>
  fc
    .record({
      gone: fc.subarray(seats, { minLength: count, maxLength: count }),
      when: fc.array(fc.constantFrom(...STEPS), { minLength: count, maxLength: count }),
    })
    .map(({ gone, when }): Losses => {
      return Object.fromEntries(STEPS.map((step) => [step, gone.filter((_, at) => when[at] === step)]));
    });

function expectExact(sum: Float64Array, contributors: readonly number[], given: readonly (readonly number[])[]): void {
  sum.forEach((value, at) => {
    const exact = contributors.reduce((total, seat) => total + given[seat - 1]![at]!, 0);
    expect(Math.abs(value - exact)).toBeLessThan(1e-6);
  });
}

describe('a sum over 10 clients', () => {
  it.each(STEPS)('is exact when any 3 drop out before %s', async (step) => {
    await fc.assert(
      fc.asyncProperty(vectors, fc.subarray(seats, { minLength: 3, maxLength: 3 }), async (given, gone) => {
        const { sum, contributors } = await runRound(plan, given, { [step]: gone });
        const inSum = step === 'unmask' ? seats : seats.filter((seat) => !gone.includes(seat));
        expect(contributors).toEqual(inSum);
        expectExact(sum, inSum, given);
      }),
      { numRuns: 6 },
    );
  });

  it('is exact when up to 3 drop out at different steps', async () => {
    const losses = fc.integer({ min: 0, max: 3 }).chain(lossesOf);
    await fc.assert(
      fc.asyncProperty(vectors, losses, async (given, lost) => {
        const { sum, contributors } = await runRound(plan, given, lost);
        expectExact(sum, contributors, given);
      }),
      { numRuns: 6 },
    );
  });

  it('is not made when 2 more drop out than the threshold allows, whenever they do', async () => {
    await fc.assert(
      fc.asyncProperty(vectors, lossesOf(5), async (given, lost) => {
        await expect(runRound(plan, given, lost)).rejects.toMatchObject({
          name: 'FederationError',
          code: 'BELOW_THRESHOLD',
        });
      }),
      { numRuns: 6 },
    );
  });

  it('is exact in a larger round with other bounds', async () => {
    const large = { round: 'large', seats: 24, threshold: usualThreshold(24), length: 40, bound: 2 };
    const given = Array.from({ length: 24 }, (_, seat) =>
      Array.from({ length: 40 }, (_, at) => 2 * Math.sin(seat * 7 + at)),
    );
    const { sum, contributors } = await runRound(large, given, { input: [1, 17, 24], unmask: [2] });
    expect(contributors).toHaveLength(21);
    sum.forEach((value, at) => {
      expect(Math.abs(value - contributors.reduce((total, seat) => total + given[seat - 1]![at]!, 0))).toBeLessThan(
        2e-6,
      );
    });
  });
});
