import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Activation } from './activation.js';
import {
  convolution,
  convolutionFilterGradient,
  convolutionFilterGradientScratch,
  convolutionInputGradient,
  convolutionInputGradientScratch,
  convolutionScratch,
  packFilter,
} from './convolution.js';
import { type ConvolutionShape, type ConvolutionSizes, convolutionShape, type Padding } from './convolution-shape.js';
import { KernelError } from './kernel.error.js';
import { Draw, relativeError, Trials } from './testing/trial.js';

let trials: Trials;
let plain: Trials;
beforeAll(async () => {
  trials = await Trials.start();
  plain = await Trials.start({ fused: false });
});
afterAll(() => {
  trials.dispose();
  plain.dispose();
});

const sizesOf = (s: ConvolutionShape) => ({
  input: s.batch * s.height * s.width * s.inChannels,
  filter: s.filterHeight * s.filterWidth * s.inChannels * s.outChannels,
  output: s.batch * s.outHeight * s.outWidth * s.outChannels,
});

/** Every product of the convolution: where its input, its number of the filter and its output stand. */
function everyProduct(s: ConvolutionShape, visit: (input: number, filter: number, output: number) => void): void {
  for (let b = 0; b < s.batch; b++)
    for (let oy = 0; oy < s.outHeight; oy++)
      for (let ox = 0; ox < s.outWidth; ox++)
        for (let fy = 0; fy < s.filterHeight; fy++)
          for (let fx = 0; fx < s.filterWidth; fx++) {
            const y = oy * s.strideY + fy - s.padTop;
            const x = ox * s.strideX + fx - s.padLeft;
            if (y < 0 || x < 0 || y >= s.height || x >= s.width) continue;
            for (let ci = 0; ci < s.inChannels; ci++)
              for (let co = 0; co < s.outChannels; co++) {
                visit(
                  ((b * s.height + y) * s.width + x) * s.inChannels + ci,
                  ((fy * s.filterWidth + fx) * s.inChannels + ci) * s.outChannels + co,
                  ((b * s.outHeight + oy) * s.outWidth + ox) * s.outChannels + co,
                );
              }
          }
}

function drawShape(draw: Draw): ConvolutionShape {
  const channels = () => draw.of([draw.whole(1, 33), 8 * draw.whole(1, 3)]);
  const filter = draw.of([1, 1, 2, 3, 3, 5]);
  const pad = () => draw.whole(0, 2);
  const [inChannels, outChannels] = [channels(), channels()];
  try {
    return convolutionShape({
      input: [draw.whole(1, 3), draw.whole(1, 10), draw.whole(1, 10), inChannels],
      filter: [filter, draw.of([filter, filter, draw.whole(1, 4)]), inChannels, outChannels],
      strides: draw.of<number | [number, number]>([1, 2, [draw.whole(1, 3), draw.whole(1, 3)]]),
      padding: draw.of<Padding>(['same', 'valid', [pad(), pad(), pad(), pad()]]),
    });
  } catch (error) {
    if (error instanceof KernelError) return drawShape(draw);
    throw error;
  }
}

interface Results {
  readonly output: ArrayLike<number>;
  readonly inputGradient: ArrayLike<number>;
  readonly filterGradient: ArrayLike<number>;
}

function reference(
  shape: ConvolutionShape,
  { input, filter, bias, gradient }: Record<'input' | 'filter' | 'bias' | 'gradient', Float32Array>,
  activation: Activation,
): Results {
  const sizes = sizesOf(shape);
  const output = Float64Array.from({ length: sizes.output }, (_, i) => bias[i % shape.outChannels] as number);
  const inputGradient = new Float64Array(sizes.input);
  const filterGradient = new Float64Array(sizes.filter);
  const get = (values: ArrayLike<number>, at: number) => values[at] as number;
  everyProduct(shape, (i, f, o) => {
    output[o] = get(output, o) + get(input, i) * get(filter, f);
    inputGradient[i] = get(inputGradient, i) + get(gradient, o) * get(filter, f);
    filterGradient[f] = get(filterGradient, f) + get(gradient, o) * get(input, i);
  });
  const [least, greatest] = [activation === 'none' ? -Infinity : 0, activation === 'relu6' ? 6 : Infinity];
  return {
    output: output.map((value) => Math.min(greatest, Math.max(least, value))),
    inputGradient,
    filterGradient,
  };
}

describe('a convolution', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'and its gradients agree with float64 over random shapes: seed %i',
    (seed) => {
      const draw = new Draw(seed);
      for (let repetition = 0; repetition < 20; repetition++) {
        const shape = drawShape(draw);
        const sizes = sizesOf(shape);
        const values = {
          input: draw.floats(sizes.input),
          filter: draw.floats(sizes.filter),
          bias: draw.floats(shape.outChannels),
          gradient: draw.floats(sizes.output),
        };
        const activation = draw.of<Activation>(['none', 'relu', 'relu6']);
        const packed = draw.of([true, false]);
        const results = (seed % 3 === 0 ? plain : trials).run((bench) => {
          const [input, filter, bias, outputGradient] = [
            bench.input(values.input),
            bench.input(values.filter),
            bench.input(values.bias),
            bench.input(values.gradient),
          ];
          const output = bench.output('output', sizes.output);
          const scratch = bench.scratch(convolutionScratch(shape));
          const inputGradient = bench.output('inputGradient', sizes.input);
          const filterGradient = bench.output('filterGradient', sizes.filter);
          return [
            ...(packed
              ? [
                  ...packFilter(shape, { filter, packed: scratch }),
                  ...convolution(shape, { input, packedFilter: scratch, bias, activation, output }),
                ]
              : convolution(shape, { input, filter, bias, activation, output, scratch })),
            ...convolutionInputGradient(shape, {
              outputGradient,
              filter,
              inputGradient,
              scratch: bench.scratch(convolutionInputGradientScratch(shape)),
            }),
            ...convolutionFilterGradient(shape, {
              input,
              outputGradient,
              filterGradient,
              scratch: bench.scratch(convolutionFilterGradientScratch(shape)),
            }),
          ];
        }) as unknown as Results;
        const expected = reference(shape, values, activation);
        expect({
          shape,
          output: relativeError(results.output, expected.output) < 1e-5,
          inputGradient: relativeError(results.inputGradient, expected.inputGradient) < 1e-4,
          filterGradient: relativeError(results.filterGradient, expected.filterGradient) < 1e-4,
        }).toEqual({ shape, output: true, inputGradient: true, filterGradient: true });
      }
    },
  );

  it('lets NaN through to the outputs that see it', () => {
    const shape = convolutionShape({ input: [1, 5, 5, 3], filter: [3, 3, 3, 4], strides: 1, padding: 'same' });
    const values = new Float32Array(75).fill(1);
    values[0] = Number.NaN;
    const { output } = trials.run((bench) =>
      convolution(shape, {
        input: bench.input(values),
        filter: bench.input(new Float32Array(108).fill(1)),
        activation: 'relu',
        output: bench.output('output', 100),
        scratch: bench.scratch(convolutionScratch(shape)),
      }),
    );
    const seen = Array.from({ length: 100 }, (_, at) => at < 40 && Math.floor(at / 4) % 5 < 2);
    expect(Array.from(output ?? [], (value) => Number.isNaN(value))).toEqual(seen);
  });

  it.each<[ConvolutionSizes, string]>([
    [{ input: [0, 4, 4, 3], filter: [1, 1, 3, 4], strides: 1, padding: 'same' }, 'input 0 x 4 x 4 x 3'],
    [{ input: [1, 4, 4, 3], filter: [1, 1, 2, 4], strides: 1, padding: 'same' }, 'takes 2 channels, the input has 3'],
    [{ input: [1, 4, 4, 3], filter: [5, 5, 3, 4], strides: 1, padding: 'valid' }, '5 x 5 does not fit into 4 x 4'],
    [{ input: [1, 4, 4, 3], filter: [1, 1, 3, 4], strides: [1, 0], padding: 'same' }, 'strides 1, 0'],
    [{ input: [1, 4, 4, 3], filter: [1, 1, 3, 4], strides: 1, padding: [0, 0, -1, 0] }, 'padding 0,0,-1,0'],
    [{ input: [1, 4, 4.5, 3], filter: [1, 1, 3, 4], strides: 1, padding: 'same' }, 'input 1 x 4 x 4.5 x 3'],
  ])('refuses %j', (sizes, reason) => {
    expect(() => convolutionShape(sizes)).toThrow(
      expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining(reason) }),
    );
  });

  it('of an empty batch is refused, whoever made its shape', () => {
    const shape = convolutionShape({ input: [1, 4, 4, 3], filter: [1, 1, 3, 4], strides: 1, padding: 'same' });
    expect(() => convolutionScratch({ ...shape, batch: 0 })).toThrow('a convolution of 0 x 4 x 4 x 3');
  });
});
