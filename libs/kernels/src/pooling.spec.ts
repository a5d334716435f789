import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConvolutionShape, convolutionShape, type Padding } from './convolution-shape.js';
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pooling.js';
import { Draw, relativeError, Trials } from './testing/trial.js';

let trials: Trials;
beforeAll(async () => {
  trials = await Trials.start();
});
afterAll(() => trials.dispose());

/** The inputs of every output's window. */
function windows({ batch, height, width, inChannels, outHeight, outWidth, ...shape }: ConvolutionShape): number[][] {
  const lists: number[][] = [];
  for (let n = 0; n < batch; n++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++)
        for (let c = 0; c < inChannels; c++) {
          const list: number[] = [];
          for (let fy = 0; fy < shape.filterHeight; fy++)
            for (let fx = 0; fx < shape.filterWidth; fx++) {
              const iy = oy * shape.strideY - shape.padTop + fy;
              const ix = ox * shape.strideX - shape.padLeft + fx;
              if (iy >= 0 && iy < height && ix >= 0 && ix < width) {
                list.push(((n * height + iy) * width + ix) * inChannels + c);
              }
            }
          lists.push(list);
        }
  return lists;
}

function drawShape(draw: Draw): ConvolutionShape {
  const channels = draw.whole(1, 37);
  const [filterHeight, filterWidth] = [draw.whole(1, 4), draw.whole(1, 4)];
  const pads = [filterHeight, filterHeight, filterWidth, filterWidth].map((size) => draw.whole(0, size - 1));
  const strides = [draw.whole(1, 3), draw.whole(1, 3)] as const;
  return convolutionShape({
    input: [draw.whole(1, 3), draw.whole(4, 12), draw.whole(4, 12), channels],
    filter: [filterHeight, filterWidth, channels, channels],
    strides,
    padding: draw.of<Padding>(['same', 'valid', pads as [number, number, number, number]]),
  });
}

describe('pooling', () => {
  it.each(Array.from({ length: 10 }, (_, seed) => seed))(
    'agrees with its definition over random shapes: seed %i',
    (seed) => {
      const draw = new Draw(seed);
      for (let repetition = 0; repetition < 25; repetition++) {
        const shape = drawShape(draw);
        const lists = windows(shape);
        const count = shape.batch * shape.height * shape.width * shape.inChannels;
        // Few values, so that several are often the greatest.
        const x = draw.fraction() < 0.5 ? draw.floats(count) : draw.floats(count).map((value) => Math.round(2 * value));
        const slope = draw.floats(lists.length);
        const greatest = Float64Array.from(lists, (list) => Math.max(...list.map((i) => x[i]!)));
        const mean = Float64Array.from(lists, (list) => list.reduce((sum, i) => sum + x[i]!, 0) / list.length);
        const byGreatest = new Float64Array(count);
        const byMean = new Float64Array(count);
        lists.forEach((list, o) => {
          byGreatest[list.find((i) => x[i] === greatest[o])!]! += slope[o]!;
          for (const i of list) byMean[i]! += slope[o]! / list.length;
        });
        const results = trials.run(({ input, output }) => {
          const pointers = { input: input(x), outputGradient: input(slope) };
          const maximum = { ...pointers, output: output('greatest', lists.length) };
          return [
            ...maxPool(shape, maximum),
            ...averagePool(shape, { ...pointers, output: output('mean', lists.length) }),
            ...maxPoolGradient(shape, { ...maximum, inputGradient: output('byGreatest', count) }),
            ...averagePoolGradient(shape, { ...pointers, inputGradient: output('byMean', count) }),
          ];
        });
        const errors = Object.entries({ greatest, mean, byGreatest, byMean }).map(([name, values]) => [
          name,
          relativeError(results[name]!, values) < 1e-5,
        ]);
        expect([shape, errors]).toEqual([shape, errors.map(([name]) => [name, true])]);
      }
    },
  );

  it('averages over a whole picture without losing accuracy', () => {
    const shape = convolutionShape({ input: [1, 200, 200, 4], filter: [200, 200, 4, 4], strides: 1, padding: 'valid' });
    const x = new Draw(1).floats(160_000, 5);
    const { y } = trials.run(({ input, output }) => averagePool(shape, { input: input(x), output: output('y', 4) }));
    const expected = [0, 1, 2, 3].map((c) => x.reduce((sum, value, i) => sum + (i % 4 === c ? value : 0), 0) / 40_000);
    expect(relativeError(y!, expected)).toBeLessThan(1e-6);
  });

  it('lets NaN through', () => {
    const shape = convolutionShape({ input: [1, 4, 4, 5], filter: [2, 2, 5, 5], strides: 2, padding: 'valid' });
    const x = new Float32Array(80).fill(1);
    x[0] = Number.NaN;
    x[9] = Number.NaN;
    const { greatest, mean } = trials.run(({ input, output }) => {
      const pointer = input(x);
      return [
        ...maxPool(shape, { input: pointer, output: output('greatest', 20) }),
        ...averagePool(shape, { input: pointer, output: output('mean', 20) }),
      ];
    });
    for (const values of [greatest!, mean!]) {
      expect([...values].map(Number.isNaN)).toEqual([...values].map((_, i) => i === 0 || i === 4));
    }
  });

  it('refuses windows that hold no pixel, and a change of channels', () => {
    const refusal = expect.objectContaining({ code: 'SHAPE' });
    const outside = convolutionShape({ input: [1, 4, 4, 2], filter: [2, 2, 2, 2], strides: 1, padding: [2, 0, 0, 0] });
    expect(() => maxPool(outside, { input: 64, output: 64 })).toThrow(refusal);
    const other = convolutionShape({ input: [1, 4, 4, 2], filter: [2, 2, 2, 3], strides: 1, padding: 'same' });
    expect(() => averagePool(other, { input: 64, output: 64 })).toThrow(refusal);
  });
});
