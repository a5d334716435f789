import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { activate, activateGradient, add, copy, copyRows, multiply, scale, standardise } from './elementwise.js';
import { sumRows, sumRowsScratch } from './reduction.js';
import { Draw, relativeError, Trials } from './testing/trial.js';

let trials: Trials;
beforeAll(async () => {
  trials = await Trials.start();
});
afterAll(() => trials.dispose());

const lengths = [...Array.from({ length: 40 }, (_, i) => i + 1), 16_384, 16_385];

describe('element-wise kernels', () => {
  it.each(lengths)('compute what float32 arithmetic does, over %i numbers', (length) => {
    const draw = new Draw(length);
    const a = draw.floats(length, 2, 6);
    const b = draw.floats(length);
    const six = a.map((value) => Math.min(6, Math.max(0, value)));
    const results = trials.run(({ input, output }) => {
      const pair = { a: input(a), b: input(b) };
      return [
        ...add(length, { ...pair, y: output('sum', length) }),
        ...multiply(length, { ...pair, y: output('product', length) }),
        ...scale(length, 0.3, { x: pair.a, y: output('scaled', length) }),
        ...copy(length, { x: pair.a, y: output('copy', length) }),
        ...activate(length, 'relu', { x: pair.a, y: output('relu', length) }),
        ...activate(length, 'relu6', { x: pair.a, y: output('relu6', length) }),
        ...activateGradient(length, 'relu', {
          ...{ y: pair.a, outputGradient: pair.b, inputGradient: output('byRelu', length) },
        }),
        ...activateGradient(length, 'relu6', {
          ...{ y: input(six), outputGradient: pair.b, inputGradient: output('byRelu6', length) },
        }),
      ];
    });
    const expected: Record<string, Float32Array> = {
      sum: a.map((value, i) => value + b[i]!),
      product: a.map((value, i) => value * b[i]!),
      scaled: a.map((value) => value * Math.fround(0.3)),
      copy: a,
      relu: a.map((value) => Math.max(0, value)),
      relu6: six,
      byRelu: b.map((value, i) => (a[i]! > 0 ? value : 0)),
      byRelu6: b.map((value, i) => (a[i]! > 0 && a[i]! < 6 ? value : 0)),
    };
    for (const [name, values] of Object.entries(expected)) {
      expect([name, relativeError(results[name]!, values)]).toEqual([name, 0]);
    }
  });

  it('bring bytes to a mean and deviation', () => {
    for (const length of lengths) {
      const draw = new Draw(length);
      const x = Uint8Array.from({ length }, () => draw.whole(0, 255));
      const { y } = trials.run(({ input, output }) =>
        standardise(length, { mean: 127.5, deviation: 64 }, { x: input(x), y: output('y', length) }),
      );
      expect(
        relativeError(
          y!,
          Float32Array.from(x, (value) => (value - 127.5) / 64),
        ),
      ).toBe(0);
    }
  });

  it('let NaN and infinity through', () => {
    const x = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 7, Number.NaN);
    const { relu, relu6, byRelu } = trials.run(({ input, output }) => {
      const pointer = input(x);
      return [
        ...activate(6, 'relu', { x: pointer, y: output('relu', 6) }),
        ...activate(6, 'relu6', { x: pointer, y: output('relu6', 6) }),
        ...activateGradient(6, 'relu', {
          ...{ y: pointer, outputGradient: input(new Float32Array(6).fill(2)), inputGradient: output('byRelu', 6) },
        }),
      ];
    });
    expect([...relu!]).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 0, 0, 7, Number.NaN]);
    expect([...relu6!]).toEqual([Number.NaN, 6, 0, 0, 6, Number.NaN]);
    expect([...byRelu!]).toEqual([Number.NaN, 2, 0, 0, 2, Number.NaN]);
  });

  it('copy rows from one step to another', () => {
    const draw = new Draw(5);
    for (let repetition = 0; repetition < 100; repetition++) {
      const [rows, width] = [draw.whole(1, 30), draw.whole(1, 30)];
      const [stepX, stepY] = [width + draw.whole(0, 9), width + draw.whole(0, 9)];
      const x = draw.floats(rows * stepX);
      const before = draw.floats(rows * stepY);
      const { y } = trials.run(({ input, output }) =>
        copyRows({ rows, width, stepX, stepY }, { x: input(x), y: output('y', before) }),
      );
      const expected = before.map((value, i) =>
        i % stepY < width ? x[Math.floor(i / stepY) * stepX + (i % stepY)]! : value,
      );
      expect(relativeError(y!, expected)).toBe(0);
    }
  });

  it('refuse no numbers at all', () => {
    const pointers = { a: 64, b: 64, y: 64 };
    expect(() => add(0, pointers)).toThrow(expect.objectContaining({ code: 'SHAPE' }));
    expect(() => add(1.5, pointers)).toThrow(expect.objectContaining({ code: 'SHAPE' }));
  });
});

describe('sums over rows', () => {
  it('agree with float64 sums', () => {
    const draw = new Draw(9);
    const shapes = Array.from({ length: 200 }, () => ({ rows: draw.whole(1, 200), channels: draw.whole(1, 90) }));
    for (const shape of [...shapes, { rows: 20_000, channels: 5 }, { rows: 500, channels: 300 }]) {
      const { rows, channels } = shape;
      const x = draw.floats(rows * channels, draw.of([0, 1]));
      const expected = new Float64Array(channels);
      x.forEach((value, i) => {
        expected[i % channels]! += value;
      });
      const { y } = trials.run(({ input, output, scratch }) =>
        sumRows(shape, { x: input(x), y: output('y', channels), scratch: scratch(sumRowsScratch(shape)) }),
      );
      expect([shape, relativeError(y!, expected) < 1e-5]).toEqual([shape, true]);
    }
  });
});
