import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Activation } from './activation.js';
import type { Padding } from './convolution-shape.js';
import {
  depthwise,
  depthwiseFilterGradient,
  depthwiseFilterGradientScratch,
  depthwiseInputGradient,
} from './depthwise.js';
import { type DepthwiseShape, depthwiseShape } from './depthwise-shape.js';
import { Draw, relativeError, Trials } from './testing/trial.js';

let trials: Trials;
beforeAll(async () => {
  trials = await Trials.start();
});
afterAll(() => trials.dispose());

const sizeOf = ({ batch, height, width, inChannels }: DepthwiseShape) => batch * height * width * inChannels;
const outSizeOf = ({ batch, outHeight, outWidth, inChannels }: DepthwiseShape) =>
  batch * outHeight * outWidth * inChannels;
const filterSizeOf = ({ filterHeight, filterWidth, inChannels }: DepthwiseShape) =>
  filterHeight * filterWidth * inChannels;

/** Every product of the convolution: where its input, its tap and its output stand. */
function everyProduct(shape: DepthwiseShape, visit: (x: number, f: number, y: number) => void): void {
  const { batch, height, width, inChannels, filterHeight, filterWidth, outHeight, outWidth, dilation = 1 } = shape;
  for (let n = 0; n < batch; n++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++)
        for (let fy = 0; fy < filterHeight; fy++)
          for (let fx = 0; fx < filterWidth; fx++) {
            const iy = oy * shape.strideY - shape.padTop + fy * dilation;
            const ix = ox * shape.strideX - shape.padLeft + fx * dilation;
            if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
            for (let c = 0; c < inChannels; c++) {
              visit(
                ((n * height + iy) * width + ix) * inChannels + c,
                (fy * filterWidth + fx) * inChannels + c,
                ((n * outHeight + oy) * outWidth + ox) * inChannels + c,
              );
            }
          }
}

function drawShape(draw: Draw): DepthwiseShape {
  const channels = draw.whole(1, 37);
  const common = draw.fraction() < 0.6;
  const filter = common ? [3, 3] : [draw.whole(1, 5), draw.whole(1, 5)];
  const dilation = draw.fraction() < 0.7 ? 1 : draw.whole(2, 3);
  const stride = draw.whole(1, 2);
  const padding: Padding = common
    ? draw.of(['same', 'valid'] as const)
    : draw.of<Padding>(['same', [draw.whole(0, 3), draw.whole(0, 3), draw.whole(0, 6), draw.whole(0, 3)]]);
  const reach = dilation * 4 + 1;
  return depthwiseShape({
    input: [
      draw.whole(1, 3),
      draw.whole(padding === 'same' ? 1 : reach, 16),
      draw.whole(padding === 'same' ? 1 : reach, 16),
      channels,
    ],
    filter: [filter[0] as number, filter[1] as number, channels, 1],
    strides: common ? stride : [draw.whole(1, 3), draw.whole(1, 3)],
    padding,
    dilation,
  });
}

/** Compares the kernels with the definition on random numbers. */
function expectAgreement(shape: DepthwiseShape, draw: Draw): void {
  const x = draw.floats(sizeOf(shape));
  const filter = draw.floats(filterSizeOf(shape));
  const bias = draw.fraction() < 0.5 ? draw.floats(shape.inChannels) : undefined;
  const activation = draw.of<Activation>(['none', 'relu', 'relu6']);
  const slope = draw.floats(outSizeOf(shape));

  const y = new Float64Array(outSizeOf(shape)).map((_, i) => bias?.[i % shape.inChannels] ?? 0);
  const byX = new Float64Array(sizeOf(shape));
  const byFilter = new Float64Array(filterSizeOf(shape));
  everyProduct(shape, (i, f, o) => {
    y[o]! += x[i]! * filter[f]!;
    byX[i]! += slope[o]! * filter[f]!;
    byFilter[f]! += slope[o]! * x[i]!;
  });
  const bounded = y.map((value) => {
    const above = activation === 'none' ? value : Math.max(0, value);
    return activation === 'relu6' ? Math.min(6, above) : above;
  });

  const results = trials.run(({ input, output, scratch }) => {
    const pointers = { input: input(x), filter: input(filter), outputGradient: input(slope) };
    return [
      ...depthwise(shape, {
        ...pointers,
        ...(bias ? { bias: input(bias) } : {}),
        activation,
        output: output('y', y.length),
      }),
      ...depthwiseInputGradient(shape, { ...pointers, inputGradient: output('byX', x.length) }),
      ...depthwiseFilterGradient(shape, {
        ...pointers,
        filterGradient: output('byFilter', filter.length),
        scratch: scratch(depthwiseFilterGradientScratch(shape)),
      }),
    ];
  });
  const errors = [
    relativeError(results.y!, bounded) < 1e-5,
    relativeError(results.byX!, byX) < 1e-4,
    relativeError(results.byFilter!, byFilter) < 1e-4,
  ];
  expect([shape, errors]).toEqual([shape, [true, true, true]]);
}

describe('depthwise convolution', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'agrees with its definition, and its gradients, over random shapes: seed %i',
    (seed) => {
      const draw = new Draw(seed);
      for (let repetition = 0; repetition < 25; repetition++) expectAgreement(drawShape(draw), draw);
    },
  );

  it.each([
    { input: [2, 70, 61, 19], strides: 1 },
    { input: [1, 151, 83, 6], strides: 2 },
    { input: [1, 60, 70, 17], strides: 1, dilation: 3 },
    { input: [1, 6, 1700, 2], strides: 1 },
    { input: [1, 7, 3500, 2], strides: 2 },
    { input: [2, 5, 7, 200], strides: 1 },
    { input: [2, 10, 9, 200], strides: 2 },
  ] as const)('agrees with its definition where pictures are cut into many tiles: %j', (sizes) => {
    const filter = [3, 3, sizes.input[3], 1] as const;
    expectAgreement(depthwiseShape({ ...sizes, filter, padding: 'same' }), new Draw(sizes.input[1]));
  });

  it('keeps accuracy in the filter gradient of a large batch', () => {
    const draw = new Draw(7);
    const shape = depthwiseShape({ input: [4, 64, 64, 8], filter: [3, 3, 8, 1], strides: 1, padding: 'same' });
    const x = draw.floats(sizeOf(shape), 1);
    const slope = draw.floats(outSizeOf(shape), 1);
    const expected = new Float64Array(filterSizeOf(shape));
    everyProduct(shape, (i, f, o) => {
      expected[f]! += slope[o]! * x[i]!;
    });
    const { byFilter } = trials.run(({ input, output, scratch }) =>
      depthwiseFilterGradient(shape, {
        input: input(x),
        outputGradient: input(slope),
        filterGradient: output('byFilter', expected.length),
        scratch: scratch(depthwiseFilterGradientScratch(shape)),
      }),
    );
    expect(relativeError(byFilter!, expected)).toBeLessThan(1e-5);
  });

  it.each<Activation>(['none', 'relu', 'relu6'])('lets NaN and infinity through: %s', (activation) => {
    const shape = depthwiseShape({ input: [1, 9, 9, 5], filter: [3, 3, 5, 1], strides: 1, padding: 'same' });
    const x = new Float32Array(sizeOf(shape)).fill(1);
    x[(4 * 9 + 4) * 5 + 2] = Number.NaN;
    x[3] = Number.POSITIVE_INFINITY;
    const { y } = trials.run(({ input, output }) =>
      depthwise(shape, {
        input: input(x),
        filter: input(new Float32Array(45).fill(1)),
        activation,
        output: output('y', x.length),
      }),
    );
    const at = (row: number, column: number, channel: number) => y![(row * 9 + column) * 5 + channel];
    expect([at(3, 3, 2), at(4, 4, 2), at(5, 5, 2)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([at(0, 0, 3), at(1, 1, 3)]).toEqual(Array(2).fill(activation === 'relu6' ? 6 : Number.POSITIVE_INFINITY));
    const five = activation === 'relu6' ? 6 : 9;
    expect([at(3, 3, 1), at(2, 2, 2), at(6, 6, 2), at(2, 2, 3)]).toEqual([five, five, five, five]);
  });

  it.each([
    { input: [0, 8, 8, 4], filter: [3, 3, 4, 1] },
    { input: [1, 8, 8, 4], filter: [3, 3, 5, 1] },
    { input: [1, 8, 8, 4], filter: [3, 3, 4, 2] },
    { input: [1, 8.5, 8, 4], filter: [3, 3, 4, 1] },
    { input: [1, 8, 8, 4], filter: [3, 3, 4, 1], dilation: 0 },
    { input: [1, 8, 8, 4], filter: [3, 3, 4, 1], strides: 0 },
    { input: [1, 2, 2, 4], filter: [3, 3, 4, 1], padding: 'valid' },
  ])('refuses %j', (sizes) => {
    const complete = { strides: 1, padding: 'same', ...sizes } as unknown as Parameters<typeof depthwiseShape>[0];
    expect(() => depthwiseShape(complete)).toThrow(expect.objectContaining({ code: 'SHAPE' }));
  });
});
