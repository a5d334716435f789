import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { focalLoss, focalLossScratch } from './focal.js';
import { Draw, relativeError, Trials } from './testing/trial.js';

let trials: Trials;
beforeAll(async () => {
  trials = await Trials.start();
});
afterAll(() => trials.dispose());

function run(logits: Float32Array, classes: Int32Array, balance: number, factor: number) {
  const { slopes, loss } = trials.run(({ input, output, scratch }) => {
    const aligned = (pointer: number) => Math.ceil(pointer / 8) * 8;
    return focalLoss(
      logits.length,
      { balance, factor },
      {
        logits: input(logits),
        classes: input(new Uint8Array(classes.buffer)),
        slopes: output('slopes', logits.length),
        loss: output('loss', 2),
        scratch: aligned(scratch(focalLossScratch(logits.length) + 8)),
      },
    );
  }) as { slopes: Float32Array; loss: Float32Array };
  return { slopes, loss: new Float64Array(loss.buffer)[0] as number };
}

describe('the focal loss', () => {
  it.each([1, 3, 4, 5, 100, 16384, 16387, 50_001])('agrees with its definition for %i logits', (count) => {
    const draw = new Draw(count);
    const logits = draw.floats(count, -2, 12);
    const classes = Int32Array.from({ length: count }, () => draw.whole(-3, 2));
    const [balance, factor] = [0.25, 1 / 7];
    let sum = 0;
    const slopes = Float64Array.from(logits, (logit, i) => {
      const class_ = classes[i] as number;
      if (class_ < -1) return 0;
      const [sign, weight] = class_ >= 0 ? [1, balance] : [-1, 1 - balance];
      const p = 1 / (1 + Math.exp(-sign * logit));
      const [wrong, logP] = [1 / (1 + Math.exp(sign * logit)), -Math.log1p(Math.exp(-sign * logit))];
      sum -= weight * wrong ** 2 * logP;
      return factor * sign * weight * wrong ** 2 * (2 * p * logP - wrong);
    });
    const found = run(logits, classes, balance, factor);
    const worst = slopes.reduce((most, slope, i) => {
      const error = Math.abs((found.slopes[i] as number) - slope);
      return Math.max(most, error / (Math.abs(slope) + 1e-30));
    }, 0);
    expect(worst).toBeLessThan(2e-6);
    expect(relativeError([found.loss], [sum])).toBeLessThan(1e-6);
  });

  it('stays finite at the ends, and passes NaN on where it counts', () => {
    const infinite = Number.POSITIVE_INFINITY;
    const logits = Float32Array.of(200, -200, infinite, 0, Number.NaN, Number.NaN);
    const sure = run(logits.subarray(0, 4).slice(), Int32Array.of(0, -1, 0, -2), 0.25, 1);
    expect(sure.loss).toBeLessThan(1e-30);
    expect(sure.slopes.every((slope) => Math.abs(slope) < 1e-30)).toBe(true);
    const wrong = run(Float32Array.of(200), Int32Array.of(-1), 0.25, 1);
    expect(wrong.loss).toBeCloseTo(150, 4);
    expect(wrong.slopes[0]).toBeCloseTo(0.75, 5);
    const broken = run(logits, Int32Array.of(0, 0, 0, 0, 0, -2), 0.25, 1);
    expect(broken.loss).toBeNaN();
    expect(broken.slopes[4]).toBeNaN();
    expect(broken.slopes[5]).toBe(0);
  });

  it('refuses none', () => {
    const pointers = { logits: 64, classes: 64, slopes: 64, loss: 64, scratch: 64 };
    expect(() => focalLoss(0, { balance: 0.25, factor: 1 }, pointers)).toThrow('0 logits');
  });
});
