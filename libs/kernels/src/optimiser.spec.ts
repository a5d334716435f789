import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adamStep, movingAverage, sgdStep, sumOfSquares, sumOfSquaresScratch } from './optimiser.js';
import { Draw, Trials } from './testing/trial.js';

let trials: Trials;
beforeAll(async () => {
  trials = await Trials.start();
});
afterAll(() => trials.dispose());

const lengths = [...Array.from({ length: 40 }, (_, i) => i + 1), 4096, 4097];

function drawDecays(draw: Draw, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => draw.whole(0, 1) * draw.whole(1, 255));
}

describe('optimiser steps', () => {
  it('make the steps of Adam with decoupled decay, to the last bit', () => {
    for (const length of lengths) {
      const draw = new Draw(length);
      const decays = drawDecays(draw, length);
      const rate = 10 ** -draw.whole(1, 4);
      const factor = draw.of([1, 0.3217]);
      let parameters = draw.floats(length);
      let momentum = new Float32Array(length);
      let variance = new Float32Array(length);
      const expected = { parameters: parameters.slice(), momentum: momentum.slice(), variance: variance.slice() };
      for (let step = 0; step < 3; step++) {
        const gradient = draw.floats(length, 0, 10 ** -draw.whole(0, 5));
        const results = trials.run(({ input, output }) =>
          adamStep(
            length,
            { step, rate, weightDecay: 1e-2, factor },
            {
              parameters: output('parameters', parameters),
              gradient: input(gradient),
              momentum: output('momentum', momentum),
              variance: output('variance', variance),
              decays: input(decays),
            },
          ),
        );
        ({ parameters, momentum, variance } = results as typeof expected);
        for (let i = 0; i < length; i++) {
          const slope = Math.fround(gradient[i]! * factor);
          const first = 0.9 * expected.momentum[i]! + (1 - 0.9) * slope;
          const second = 0.999 * expected.variance[i]! + (1 - 0.999) * slope * slope;
          expected.momentum[i] = first;
          expected.variance[i] = second;
          const before = expected.parameters[i]!;
          const change = first / (1 - 0.9 ** (step + 1)) / (Math.sqrt(second / (1 - 0.999 ** (step + 1))) + 1e-8);
          expected.parameters[i] = before - rate * change - (decays[i] ? rate * 1e-2 * before : 0);
        }
        expect(results).toEqual(expected);
      }
    }
  });

  it('make the steps of descent with momentum, to the last bit', () => {
    for (const length of lengths) {
      const draw = new Draw(length);
      const decays = drawDecays(draw, length);
      const rate = 0.05;
      const factor = draw.of([1, 0.77]);
      const parameters = draw.floats(length);
      const velocity = draw.floats(length);
      const gradient = draw.floats(length);
      const results = trials.run(({ input, output }) =>
        sgdStep(
          length,
          { rate, weightDecay: 5e-4, factor },
          {
            parameters: output('parameters', parameters),
            gradient: input(gradient),
            velocity: output('velocity', velocity),
            decays: input(decays),
          },
        ),
      );
      const speeds = Float64Array.from(velocity, (value, i) => 0.9 * value + Math.fround(gradient[i]! * factor));
      expect(results).toEqual({
        velocity: Float32Array.from(speeds),
        parameters: parameters.map((value, i) => value - rate * speeds[i]! - (decays[i] ? rate * 5e-4 * value : 0)),
      });
    }
  });

  it('follow by a running mean', () => {
    for (const length of lengths) {
      const draw = new Draw(length);
      const before = draw.floats(length);
      const x = draw.floats(length);
      const { average } = trials.run(({ input, output }) =>
        movingAverage(length, 0.97, { x: input(x), average: output('average', before) }),
      );
      expect(average).toEqual(before.map((value, i) => 0.97 * value + (1 - 0.97) * x[i]!));
    }
  });

  it('sum squares in float64', () => {
    for (const length of lengths) {
      const x = new Draw(length).floats(length, 0, 1e20);
      const { result } = trials.run(({ input, output, scratch }) =>
        sumOfSquares(length, {
          x: input(x),
          result: output('result', 2),
          scratch: scratch(sumOfSquaresScratch(length)),
        }),
      );
      const sum = new Float64Array(result!.buffer)[0] as number;
      const expected = x.reduce((total, value) => total + value * value, 0);
      expect(Math.abs(sum / expected - 1)).toBeLessThan(1e-12);
    }
  });

  it('refuse nothing to step over, and steps before the first', () => {
    const pointers = { parameters: 64, gradient: 64, momentum: 64, variance: 64, decays: 64 };
    const refusal = expect.objectContaining({ code: 'SHAPE' });
    expect(() => adamStep(0, { step: 0, rate: 1, weightDecay: 0 }, pointers)).toThrow(refusal);
    expect(() => adamStep(8, { step: -1, rate: 1, weightDecay: 0 }, pointers)).toThrow(refusal);
  });
});
