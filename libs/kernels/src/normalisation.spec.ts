import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Activation } from './activation.js';
import { batchNormGradient, batchNormGradientScratch, batchNormTrain, batchNormTrainScratch } from './normalisation.js';
import { Draw, relativeError, Trials } from './testing/trial.js';

let trials: Trials;
beforeAll(async () => {
  trials = await Trials.start();
});
afterAll(() => trials.dispose());

const EPSILON = 1e-3;

interface Case {
  readonly rows: number;
  readonly channels: number;
  readonly activation: Activation;
  readonly x: Float32Array;
  readonly scale: Float32Array;
  readonly shift: Float32Array;
  readonly slope: Float32Array;
}

function drawCase(draw: Draw, rows: number, channels: number, mean = 0): Case {
  const activation = draw.of<Activation>(['none', 'relu', 'relu6']);
  return {
    rows,
    channels,
    activation,
    x: draw.floats(rows * channels, mean, draw.of([0.1, 1, 10])),
    scale: draw.floats(channels, 1, 2),
    shift: draw.floats(channels),
    slope: draw.floats(rows * channels),
  };
}

/** The formulas of Ioffe and Szegedy 2015, in float64. The activation passes slopes by the kernel's own result: a rounding may decide. */
function reference({ rows, channels, activation, x, scale, shift, slope }: Case, result: Float32Array) {
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  x.forEach((value, i) => {
    mean[i % channels]! += value / rows;
  });
  x.forEach((value, i) => {
    variance[i % channels]! += (value - mean[i % channels]!) ** 2 / rows;
  });
  const inverse = variance.map((value) => 1 / Math.sqrt(value + EPSILON));
  const y = Float64Array.from(x, (value, i) => {
    const c = i % channels;
    const normalised = scale[c]! * inverse[c]! * (value - mean[c]!) + shift[c]!;
    const above = activation === 'none' ? normalised : Math.max(0, normalised);
    return activation === 'relu6' ? Math.min(6, above) : above;
  });
  const passed = slope.map((value, i) => {
    const open = activation === 'none' || (result[i]! > 0 && (activation === 'relu' || result[i]! < 6));
    return open ? value : 0;
  });
  const byScale = new Float64Array(channels);
  const byShift = new Float64Array(channels);
  passed.forEach((value, i) => {
    const c = i % channels;
    byShift[c]! += value;
    byScale[c]! += value * (x[i]! - mean[c]!) * inverse[c]!;
  });
  const byX = Float64Array.from(passed, (value, i) => {
    const c = i % channels;
    const distance = (x[i]! - mean[c]!) * inverse[c]!;
    return scale[c]! * inverse[c]! * (value - byShift[c]! / rows - (distance * byScale[c]!) / rows);
  });
  return { mean, variance, inverse, y, byX, byScale, byShift };
}

function normalise({ rows, channels, activation, x, scale, shift, slope }: Case): Record<string, Float32Array> {
  const shape = { rows, channels, activation, epsilon: EPSILON };
  return trials.run(({ input, output, scratch }) => {
    const common = {
      x: input(x),
      scale: input(scale),
      shift: input(shift),
      mean: output('mean', channels),
      inverse: output('inverse', channels),
    };
    return [
      ...batchNormTrain(shape, {
        ...common,
        y: output('y', x.length),
        variance: output('variance', channels),
        scratch: scratch(batchNormTrainScratch(shape)),
      }),
      ...batchNormGradient(shape, {
        ...common,
        outputGradient: input(slope),
        inputGradient: output('byX', x.length),
        scaleGradient: output('byScale', channels),
        shiftGradient: output('byShift', channels),
        scratch: scratch(batchNormGradientScratch(shape)),
      }),
    ];
  });
}

function expectAgreement(one: Case): void {
  const results = normalise(one);
  const expected = reference(one, results.y!);
  const where = `${one.rows} x ${one.channels} ${one.activation}`;
  for (const [name, values] of Object.entries(expected)) {
    const bar = name.startsWith('by') ? 1e-4 : 1e-5;
    expect([where, name, relativeError(results[name]!, values) < bar]).toEqual([where, name, true]);
  }
}

describe('batch normalisation', () => {
  it.each(Array.from({ length: 10 }, (_, seed) => seed))(
    'agrees with its formulas over random shapes: seed %i',
    (seed) => {
      const draw = new Draw(seed);
      for (let repetition = 0; repetition < 30; repetition++) {
        expectAgreement(drawCase(draw, draw.whole(2, 200), draw.whole(1, 37), draw.of([0, 1])));
      }
    },
  );

  it.each([
    [20_000, 3],
    [30_000, 8],
    [2_000, 130],
  ])('keeps accuracy over %i rows of %i channels', (rows, channels) => {
    expectAgreement(drawCase(new Draw(rows), rows, channels, 3));
  });

  it('gives NaN to the channels that hold one, and to no other', () => {
    const one = drawCase(new Draw(1), 50, 6);
    one.x[6 * 20 + 4] = Number.NaN;
    const { y, byX } = normalise({ ...one, activation: 'relu' });
    for (const values of [y!, byX!]) {
      expect(Array.from(values, (value, i) => Number.isNaN(value) === (i % 6 === 4)).every(Boolean)).toBe(true);
    }
  });

  it.each([7, 18, 32])('adds what it is told to after the activation: %i channels', (channels) => {
    const one = drawCase(new Draw(channels), 123, channels);
    const addend = new Draw(4).floats(one.x.length);
    const apart = normalise(one);
    const shape = { rows: one.rows, channels, activation: one.activation, epsilon: EPSILON };
    const { y } = trials.run(({ input, output, scratch }) =>
      batchNormTrain(shape, {
        ...{ x: input(one.x), addend: input(addend), y: output('y', one.x.length) },
        ...{ scale: input(one.scale), shift: input(one.shift), mean: output('mean', channels) },
        ...{ variance: output('variance', channels), inverse: output('inverse', channels) },
        scratch: scratch(batchNormTrainScratch(shape)),
      }),
    );
    expect(
      relativeError(
        y!,
        apart.y!.map((value, i) => value + addend[i]!),
      ),
    ).toBe(0);
  });

  it('may write its result over its input, and its slope over that of its result', () => {
    const one = drawCase(new Draw(3), 1000, 18);
    const apart = normalise(one);
    const shape = { rows: one.rows, channels: one.channels, activation: one.activation, epsilon: EPSILON };
    const { y } = trials.run(({ input, output, scratch }) => {
      const x = output('y', one.x);
      return batchNormTrain(shape, {
        ...{ x, y: x, scale: input(one.scale), shift: input(one.shift) },
        ...{ mean: output('mean', 18), variance: output('variance', 18), inverse: output('inverse', 18) },
        scratch: scratch(batchNormTrainScratch(shape)),
      });
    });
    expect(relativeError(y!, apart.y!)).toBe(0);
    const { byX } = trials.run(({ input, output, scratch }) => {
      const slope = output('byX', one.slope);
      return batchNormGradient(shape, {
        ...{ x: input(one.x), outputGradient: slope, inputGradient: slope },
        ...{ scale: input(one.scale), shift: input(one.shift) },
        ...{ mean: input(apart.mean!), inverse: input(apart.inverse!) },
        ...{ scaleGradient: output('byScale', 18), shiftGradient: output('byShift', 18) },
        scratch: scratch(batchNormGradientScratch(shape)),
      });
    });
    expect(relativeError(byX!, apart.byX!)).toBe(0);
  });

  it('refuses an empty batch', () => {
    expect(() => batchNormTrainScratch({ rows: 0, channels: 4 })).toThrow(expect.objectContaining({ code: 'SHAPE' }));
  });
});
