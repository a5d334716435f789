import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adviseStop, type CurvePoint } from './advise-stop.js';

const curveOf = (ap50s: readonly number[], steps = 100): CurvePoint[] =>
  ap50s.map((ap50, at) => ({ step: Math.round(((at + 1) * steps) / 4), ap50 }));
const curve = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });

describe('adviseStop', () => {
  const past = [
    [0.1, 0.3, 0.5, 0.6],
    [0.2, 0.4, 0.6, 0.7],
    [0.4, 0.6, 0.7, 0.7],
  ].map((each) => curveOf(each));

  it('compares the best so far with the median of running averages (Vizier, section 3.2.2), less the noise', () => {
    // Averages up to half: 0.2, 0.3, 0.5; up to a quarter: 0.1, 0.2, 0.4.
    const stop = (ap50s: number[]) => adviseStop({ curve: curveOf(ap50s), steps: 100 }, past).stop;
    expect([stop([0.05, 0.279]), stop([0.05, 0.281]), stop([0.31, 0.05])]).toEqual([true, false, false]);
    expect([stop([0.179]), stop([0.181])]).toEqual([true, false]);
  });

  it('compares shares of the budget, however many steps they are and a little apart', () => {
    const fast = { curve: curveOf([0.1, 0.27], 4000), steps: 4000 };
    expect(adviseStop(fast, past).stop).toBe(true);
    // 27 % and 53 % of the steps were looks at a quarter and half of the time.
    const uneven = past.map((points) => points.map((point, at) => ({ ...point, step: [50, 99, 142, 185][at] ?? 0 })));
    expect(adviseStop(fast, uneven)).toEqual(adviseStop(fast, past));
  });

  it('says nothing against a run before three others have finished, or before a first look', () => {
    expect(adviseStop({ curve: curveOf([0]), steps: 100 }, past.slice(1)).stop).toBe(false);
    expect(adviseStop({ curve: [], steps: 100 }, past)).toEqual({ stop: false, because: 'nothing was measured yet' });
  });

  it('never stops what is at least as good as every finished run was at the same point', () => {
    fc.assert(
      fc.property(fc.array(curve, { minLength: 3, maxLength: 8 }), fc.integer({ min: 1, max: 4 }), (all, looks) => {
        const top = all.reduce((a, b) => a.map((value, at) => Math.max(value, b[at] ?? 0)));
        const run = { curve: curveOf(top).slice(0, looks), steps: 100 };
        expect(
          adviseStop(
            run,
            all.map((each) => curveOf(each)),
          ).stop,
        ).toBe(false);
      }),
    );
  });
});
