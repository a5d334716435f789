import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Activation } from './activation.js';
import { type ConvolutionShape, convolutionShape, type Padding } from './convolution-shape.js';
import { csr, packCsr } from './csr.js';
import { GROUP, groupSparse, type PackedSparse, packGroupSparse } from './group-sparse.js';
import type { Operation } from './operation.js';
import { type Bench, Draw, relativeError, Trials } from './testing/trial.js';

let trials: Trials;
beforeAll(async () => {
  trials = await Trials.start();
});
afterAll(() => trials.dispose());

interface Case {
  readonly shape: ConvolutionShape;
  readonly input: Float32Array;
  readonly filter: Float32Array;
  readonly bias: Float32Array;
  readonly activation: Activation;
}

/** Half of the shapes are pointwise convolutions. */
function drawShape(draw: Draw): ConvolutionShape {
  const pointwise = draw.fraction() < 0.5;
  const window = [draw.whole(1, 4), draw.whole(1, 4)] as const;
  const [filterHeight, filterWidth] = pointwise ? [1, 1] : draw.of([[3, 3] as const, window]);
  const pads = [draw.whole(0, 3), draw.whole(0, 3), draw.whole(0, 3), draw.whole(0, 3)] as const;
  const channels = draw.whole(1, 33);
  return convolutionShape({
    input: [draw.whole(1, 3), draw.whole(4, 13), draw.whole(4, 13), channels],
    filter: [filterHeight, filterWidth, channels, draw.whole(1, 37)],
    strides: draw.of([1, 1, 2, [2, 3] as const]),
    padding: pointwise ? draw.of<Padding>(['same', [0, 1, 0, 0]]) : draw.of<Padding>(['same', 'valid', pads]),
  });
}

function drawCase(draw: Draw, shape = drawShape(draw)): Case {
  return {
    shape,
    input: draw.floats(shape.batch * shape.height * shape.width * shape.inChannels),
    filter: draw.floats(shape.filterHeight * shape.filterWidth * shape.inChannels * shape.outChannels),
    bias: draw.floats(shape.outChannels),
    activation: draw.of<Activation>(['none', 'relu', 'relu6']),
  };
}

function drawMask(draw: Draw, { inChannels, outChannels }: ConvolutionShape): Uint8Array {
  const kept = draw.of([0, 0.1, 0.5, 0.7, 1]);
  return Uint8Array.from({ length: Math.ceil(outChannels / GROUP) * inChannels }, () =>
    draw.fraction() < kept ? 1 : 0,
  );
}

/** The filter with its zeros standing in it. */
function masked(shape: ConvolutionShape, filter: Float32Array, mask: Uint8Array): Float32Array {
  const { inChannels, outChannels } = shape;
  return filter.map((weight, at) => {
    const group = Math.floor((at % outChannels) / GROUP);
    return mask[group * inChannels + (Math.floor(at / outChannels) % inChannels)] ? weight : 0;
  });
}

/** In float64, from the definition. */
function reference({ shape, input, filter, bias, activation }: Case): Float64Array {
  const { batch, height, width, inChannels, filterHeight, filterWidth, outHeight, outWidth, outChannels } = shape;
  const output = new Float64Array(batch * outHeight * outWidth * outChannels);
  let at = 0;
  for (let n = 0; n < batch; n++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++)
        for (let o = 0; o < outChannels; o++) {
          let sum = bias[o] as number;
          for (let fy = 0; fy < filterHeight; fy++)
            for (let fx = 0; fx < filterWidth; fx++) {
              const y = oy * shape.strideY - shape.padTop + fy;
              const x = ox * shape.strideX - shape.padLeft + fx;
              if (y < 0 || y >= height || x < 0 || x >= width) continue;
              for (let c = 0; c < inChannels; c++) {
                const weight = filter[((fy * filterWidth + fx) * inChannels + c) * outChannels + o] as number;
                sum += weight * (input[((n * height + y) * width + x) * inChannels + c] as number);
              }
            }
          if (activation !== 'none' && sum < 0) sum = 0;
          if (activation === 'relu6' && sum > 6) sum = 6;
          output[at++] = sum;
        }
  return output;
}

function run({ shape, input, activation }: Case, packed: PackedSparse, kernel: typeof groupSparse): Float32Array {
  const build = (bench: Bench): Operation[] =>
    kernel(shape, {
      input: bench.input(input),
      groups: bench.input(new Uint8Array(packed.groups.buffer)),
      starts: bench.input(new Uint8Array(packed.starts.buffer)),
      output: bench.output('y', shape.batch * shape.outHeight * shape.outWidth * shape.outChannels),
      activation,
    });
  return trials.run(build).y as Float32Array;
}

describe('a group-sparse convolution', () => {
  it('agrees with a float64 reference over random shapes and masks', () => {
    const draw = new Draw(1);
    for (let round = 0; round < 200; round++) {
      const drawn = drawCase(draw);
      const mask = drawMask(draw, drawn.shape);
      const expected = reference({ ...drawn, filter: masked(drawn.shape, drawn.filter, mask) });
      const actual = run(drawn, packGroupSparse(drawn.shape, { ...drawn, mask }), groupSparse);
      expect(relativeError(actual, expected)).toBeLessThan(1e-5);
    }
  });

  it('is exact enough where sums are long and pixels are cut into several tiles', () => {
    const draw = new Draw(2);
    for (const [size, inChannels, outChannels] of [
      [7, 1024, 38],
      [41, 40, 12],
      [20, 256, 20],
    ] as const) {
      const shape = convolutionShape({
        input: [1, size, size, inChannels],
        filter: [1, 1, inChannels, outChannels],
        strides: 1,
        padding: 'same',
      });
      const drawn = drawCase(draw, shape);
      const mask = drawMask(draw, shape);
      const expected = reference({ ...drawn, filter: masked(shape, drawn.filter, mask) });
      const actual = run(drawn, packGroupSparse(shape, { ...drawn, mask }), groupSparse);
      expect(relativeError(actual, expected)).toBeLessThan(1e-5);
    }
  });

  it('lets NaN through every activation, and takes no notice of what only meets weights that were taken out', () => {
    const shape = convolutionShape({ input: [1, 1, 9, 2], filter: [1, 1, 2, 5], strides: 1, padding: 'same' });
    const input = new Float32Array(18).fill(1);
    input[2 * 3] = Number.NaN;
    input[2 * 5 + 1] = Number.POSITIVE_INFINITY;
    const filter = new Float32Array(10).fill(1);
    const mask = Uint8Array.of(1, 0, 1, 1);
    for (const activation of ['none', 'relu', 'relu6'] as const) {
      const drawn: Case = { shape, input, filter, bias: new Float32Array(5), activation };
      const y = run(drawn, packGroupSparse(shape, { filter, mask }), groupSparse);
      const infinite = activation === 'relu6' ? 6 : Number.POSITIVE_INFINITY;
      expect([...y.subarray(15, 20)]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
      expect([...y.subarray(25, 30)]).toEqual([1, 1, 1, 1, infinite]);
      expect([...y.subarray(0, 5)]).toEqual([1, 1, 1, 1, 2]);
    }
  });

  it.each<[string, () => unknown]>([
    ['no filter of 1 x 1 x 2 x 5', () => packGroupSparse(pointwise, { filter: [1], mask: [1, 1, 1, 1] })],
    ['give 2 x 2', () => packGroupSparse(pointwise, { filter: new Float32Array(10), mask: [1, 1] })],
    ['a bias of 4 numbers', () => packGroupSparse(pointwise, { filter: ten, mask: [1, 1, 1, 1], bias: [0, 0, 0, 0] })],
    ['whole number', () => packGroupSparse({ ...pointwise, inChannels: 0 }, { filter: [], mask: [] })],
    ['whole number', () => groupSparse({ ...pointwise, batch: 0 }, nowhere)],
    ['whole number', () => groupSparse({ ...pointwise, outHeight: 1.5 }, nowhere)],
    ['too large', () => groupSparse({ ...pointwise, inChannels: 20_000 }, nowhere)],
  ])('refuses what it does not compute: %s', (message, act) => {
    expect(act).toThrow(expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining(message) }));
  });

  const pointwise = convolutionShape({ input: [1, 1, 9, 2], filter: [1, 1, 2, 5], strides: 1, padding: 'same' });
  const ten = new Float32Array(10);
  const nowhere = { input: 64, groups: 64, starts: 64, output: 64 };
});

describe('a convolution with zeros anywhere', () => {
  it('agrees with a float64 reference over random shapes', () => {
    const draw = new Draw(3);
    for (let round = 0; round < 100; round++) {
      const drawn = drawCase(draw);
      const zeros = draw.of([0, 0.3, 0.9, 1]);
      const sparse = { ...drawn, filter: drawn.filter.map((weight) => (draw.fraction() < zeros ? 0 : weight)) };
      const actual = run(sparse, packCsr(sparse.shape, sparse), csr);
      expect(relativeError(actual, reference(sparse))).toBeLessThan(1e-5);
    }
  });
});
