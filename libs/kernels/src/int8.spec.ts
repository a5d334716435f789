import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Activation } from './activation.js';
import { type ConvolutionShape, convolutionShape, type Padding } from './convolution-shape.js';
import {
  convolutionInt8,
  depthwiseInt8,
  dequantise,
  gemmInt8,
  type Int8Type,
  packDepthwiseInt8,
  packInt8,
  type QuantisedFilter,
  quantise,
  quantiseFilter,
} from './int8.js';
import { Draw, Trials } from './testing/trial.js';

let trials: Trials;
beforeAll(async () => {
  trials = await Trials.start();
});
afterAll(() => trials.dispose());

type Numbers = Int8Array | Uint8Array;
type OutputType = Int8Type | 'float32';

interface Case extends QuantisedFilter {
  readonly shape: ConvolutionShape;
  readonly input: Numbers;
  readonly inputType: Int8Type;
  readonly outputType: OutputType;
  readonly activation: Activation;
  readonly outputScale: number;
}

const TYPES = ['int8', 'uint8', 'uint7'] as const;
const RANGES = { int8: [-128, 127], uint8: [0, 255], uint7: [0, 127] } as const;
const ACTIVATIONS = ['none', 'relu', 'relu6'] as const;

function drawNumbers(draw: Draw, type: Int8Type, count: number): Numbers {
  const extreme = draw.fraction() < 0.2;
  const [low, high] = RANGES[type];
  const next = (): number => (extreme ? draw.of([low, high]) : draw.whole(low, high));
  return type === 'int8' ? Int8Array.from({ length: count }, next) : Uint8Array.from({ length: count }, next);
}

function drawShape(draw: Draw, depthwise: boolean): ConvolutionShape {
  const pointwise = !depthwise && draw.fraction() < 0.4;
  const window = [draw.whole(1, 4), draw.whole(1, 4)] as const;
  const [filterHeight, filterWidth] = pointwise ? [1, 1] : draw.of([[3, 3] as const, window]);
  const pads = [draw.whole(0, 3), draw.whole(0, 3), draw.whole(0, 5), draw.whole(0, 3)] as const;
  const channels = draw.whole(1, 35);
  const shape = convolutionShape({
    input: [draw.whole(1, 3), draw.whole(4, 13), draw.whole(4, 13), channels],
    filter: [filterHeight, filterWidth, channels, depthwise ? channels : draw.whole(1, 37)],
    strides: draw.of([1, 1, 2, [2, 3] as const]),
    padding: draw.of<Padding>(['same', 'valid', pads]),
  });
  return shape;
}

function drawCase(draw: Draw, shape: ConvolutionShape, depthwise: boolean): Case {
  const { inChannels, outChannels } = shape;
  const rows = shape.filterHeight * shape.filterWidth * (depthwise ? 1 : inChannels);
  const inputType = draw.of(TYPES);
  // Halves, whole numbers and numbers out of range are common with these.
  const round = draw.fraction() < 0.3;
  const spread = 127 * 60 * Math.sqrt(rows);
  return {
    shape,
    inputType,
    input: drawNumbers(draw, inputType, shape.batch * shape.height * shape.width * inChannels),
    values: drawNumbers(draw, 'int8', rows * outChannels) as Int8Array,
    bias: Int32Array.from({ length: outChannels }, () => draw.whole(-5000, 5000)),
    multipliers: Float32Array.from({ length: outChannels }, () =>
      round ? 2 ** -draw.whole(1, 16) : (draw.fraction() * 160) / spread,
    ),
    outputType: draw.of<OutputType>(['int8', 'uint8', 'uint7', 'float32']),
    activation: draw.of(ACTIVATIONS),
    outputScale: draw.of([1, 0.1, 0.04]),
  };
}

/** Halves to even. */
function roundEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** In whole numbers, from the definition; the only float32 step is the multiplication. */
function reference(drawn: Case, depthwise: boolean): number[] {
  const { shape, input, values, bias, multipliers, outputType, activation, outputScale } = drawn;
  const { batch, height, width, inChannels, filterHeight, filterWidth, outHeight, outWidth, outChannels } = shape;
  const output: number[] = [];
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
              const pixel = ((n * height + y) * width + x) * inChannels;
              const tap = fy * filterWidth + fx;
              if (depthwise) sum += (values[tap * inChannels + o] as number) * (input[pixel + o] as number);
              else
                for (let c = 0; c < inChannels; c++) {
                  sum += (values[(tap * inChannels + c) * outChannels + o] as number) * (input[pixel + c] as number);
                }
            }
          const scaled = Math.fround(Math.fround(sum) * (multipliers[o] as number));
          output.push(finish(scaled, outputType, activation, outputScale));
        }
  return output;
}

function finish(value: number, type: OutputType, activation: Activation, outputScale: number): number {
  const low = activation === 'none' ? Number.NEGATIVE_INFINITY : 0;
  const high = activation === 'relu6' ? Math.fround(6 / outputScale) : Number.POSITIVE_INFINITY;
  const active = Math.min(Math.max(value, low), high);
  if (type === 'float32') return active;
  const rounded = roundEven(active);
  const [least, greatest] = RANGES[type];
  return Math.min(Math.max(rounded, least), greatest);
}

function run(drawn: Case, packed: Int32Array, kernel: typeof convolutionInt8): number[] {
  const { shape, input, inputType, outputType, activation, outputScale } = drawn;
  const count = shape.batch * shape.outHeight * shape.outWidth * shape.outChannels;
  const results = trials.run((bench) =>
    kernel(shape, {
      input: bench.input(new Uint8Array(input.buffer)),
      inputType,
      weights: bench.input(new Uint8Array(packed.buffer)),
      output: bench.output('y', outputType === 'float32' ? count : Math.ceil(count / 4)),
      outputType,
      activation,
      outputScale,
    }),
  );
  return read(results.y as Float32Array, outputType, count);
}

/** The first `count` numbers; refuses a write behind them. */
function read({ buffer }: Float32Array, type: OutputType, count: number): number[] {
  if (type === 'float32') return [...new Float32Array(buffer)];
  const all = new Uint8Array(buffer);
  const guard = new Uint8Array(Int32Array.of(-0x1badf00d).buffer);
  for (let at = count; at < all.length; at++) expect(all[at]).toBe(guard[at % 4]);
  return type === 'int8' ? [...new Int8Array(buffer, 0, count)] : [...all.subarray(0, count)];
}

/** Where two lists first differ, quickly. */
function difference(actual: readonly number[], expected: readonly number[]): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} numbers in place of ${expected.length}`;
  const at = actual.findIndex((value, index) => value !== expected[index]);
  return at < 0 ? undefined : `${actual[at]} in place of ${expected[at]} at ${at}`;
}

describe('quantising', () => {
  it('divides, rounds halves to even and saturates, with one scale or one a channel', () => {
    const draw = new Draw(1);
    for (let round = 0; round < 100; round++) {
      const type = draw.of(TYPES);
      const [low, high] = RANGES[type];
      const channels = draw.whole(1, 37);
      const perChannel = draw.fraction() < 0.5;
      const length = perChannel ? channels * draw.whole(1, draw.of([7, 700])) : draw.whole(1, draw.of([40, 40_000]));
      const scales = Float32Array.from({ length: channels }, () => draw.of([0.5, 1, 0.01 + draw.fraction()]));
      const x = draw
        .floats(length, 0, draw.of([3, 160, 400]))
        .map((value) => (draw.whole(0, 3) ? value : Math.round(value) / 2));
      x[draw.whole(0, length - 1)] = draw.of([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
      const results = trials.run((bench) =>
        quantise(
          perChannel ? { length, channels, scales: bench.input(scales) } : { length, scale: scales[0] as number },
          { x: bench.input(x), y: bench.output('y', Math.ceil(length / 4)), type },
        ),
      );
      const expected = Array.from(x, (value, at) => {
        const scale = scales[perChannel ? at % channels : 0] as number;
        return Number.isNaN(value) ? 0 : Math.min(Math.max(roundEven(Math.fround(value / scale)), low), high);
      });
      expect(difference(read(results.y as Float32Array, type, length), expected)).toBeUndefined();
    }
  });

  it('and back multiplies', () => {
    const draw = new Draw(2);
    for (const type of TYPES) {
      const length = 40_001;
      const values = drawNumbers(draw, type, length);
      const { y } = trials.run((bench) =>
        dequantise(
          { length, scale: 0.3 },
          { x: bench.input(new Uint8Array(values.buffer)), y: bench.output('y', length), type },
        ),
      );
      const expected = Array.from(values, (value) => Math.fround(value * Math.fround(0.3)));
      expect(difference([...(y as Float32Array)], expected)).toBeUndefined();
    }
  });

  it('gives weights of a channel the range of the largest', () => {
    const { values, bias, multipliers } = quantiseFilter([1, -4, 0, 0.5, 2, 0], [1, 2, 3], {
      inputScale: 0.5,
      outputScale: 2,
    });
    expect([...values]).toEqual([127, -127, 0, 64, 64, 0]);
    expect([...bias]).toEqual([254, 127, 6]);
    expect([...multipliers]).toEqual([0.5 / 127 / 2, (0.5 * 4) / 127 / 2, 0.25].map(Math.fround));
  });

  it.each<[string, () => unknown]>([
    ['a scale must be a positive number', () => quantise({ length: 4, scale: 0 }, { x: 64, y: 64, type: 'int8' })],
    [
      'a scale must be a positive number',
      () => dequantise({ length: 4, scale: Number.NaN }, { x: 64, y: 64, type: 'int8' }),
    ],
    ['whole rows of 3', () => quantise({ length: 4, channels: 3, scales: 64 }, { x: 64, y: 64, type: 'int8' })],
    ['whole number', () => quantise({ length: 0, scale: 1 }, { x: 64, y: 64, type: 'int8' })],
    ['whole rows of 2', () => quantiseFilter([1, 2, 3], [0, 0], { inputScale: 1, outputScale: 1 })],
    ['a scale must be a positive number', () => quantiseFilter([1], [0], { inputScale: -1, outputScale: 1 })],
  ])('refuses: %s', (message, act) => {
    expect(act).toThrow(expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining(message) }));
  });
});

describe('a convolution of eight bits', () => {
  it('agrees with a reference in whole numbers, bit for bit', () => {
    const draw = new Draw(3);
    for (let round = 0; round < 200; round++) {
      const drawn = drawCase(draw, drawShape(draw, false), false);
      expect(
        difference(run(drawn, packInt8(drawn.shape, drawn), convolutionInt8), reference(drawn, false)),
      ).toBeUndefined();
    }
  });

  it('adds up long sums of extreme numbers without overflow, on several tiles', () => {
    const draw = new Draw(4);
    for (const [m, k, n] of [
      [3, 13_000, 3],
      [130, 257, 70],
      [1500, 8, 9],
    ] as const) {
      const shape = convolutionShape({ input: [1, m, 1, k], filter: [1, 1, k, n], strides: 1, padding: 'valid' });
      const base = drawCase(draw, shape, false);
      const drawn: Case = {
        ...base,
        inputType: 'uint8',
        input: new Uint8Array(m * k).fill(255),
        values: base.values.fill(-128),
      };
      const packed = packInt8(shape, drawn);
      const gemm: typeof convolutionInt8 = (_, pointers) => gemmInt8({ m, k, n }, pointers);
      expect(difference(run(drawn, packed, gemm), reference(drawn, false))).toBeUndefined();
    }
  });

  it('is as exact as eight bits allow', () => {
    const draw = new Draw(5);
    const shape = convolutionShape({ input: [1, 6, 6, 24], filter: [3, 3, 24, 16], strides: 1, padding: 'same' });
    const x = draw.floats(6 * 6 * 24);
    const filter = draw.floats(9 * 24 * 16);
    const input = Int8Array.from(x, (value) => Math.round(value * 127));
    const exact = reference(
      {
        ...asCase(shape, input),
        ...quantiseFilter(filter, new Float32Array(16), { inputScale: 1 / 127, outputScale: 1 }),
      },
      false,
    );
    const packed = packInt8(
      shape,
      quantiseFilter(filter, new Float32Array(16), { inputScale: 1 / 127, outputScale: 1 }),
    );
    const y = run(asCase(shape, input), packed, convolutionInt8);
    expect(difference(y, exact)).toBeUndefined();
    const dense = floatReference(shape, x, filter);
    const error = Math.hypot(...y.map((value, at) => value - (dense[at] as number))) / Math.hypot(...dense);
    expect(error).toBeLessThan(0.01);
  });

  it.each<[string, () => unknown]>([
    ['no filter of 1 x 1 x 2 x 5', () => packInt8(pointwise, { ...weights, values: new Int8Array(9) })],
    ['a bias of 4 numbers', () => packInt8(pointwise, { ...weights, bias: new Int32Array(4) })],
    ['whole number', () => convolutionInt8({ ...pointwise, batch: 0 }, nowhere)],
    ['whole number', () => gemmInt8({ m: 1, k: 0, n: 3 }, nowhere)],
    ['too large', () => gemmInt8({ m: 1, k: 50_000, n: 3 }, nowhere)],
    ['positive', () => convolutionInt8(pointwise, { ...nowhere, activation: 'relu6', outputScale: 0 })],
  ])('refuses: %s', (message, act) => {
    expect(act).toThrow(expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining(message) }));
  });
});

describe('a depthwise convolution of eight bits', () => {
  it('agrees with a reference in whole numbers, bit for bit', () => {
    const draw = new Draw(6);
    for (let round = 0; round < 200; round++) {
      const drawn = drawCase(draw, drawShape(draw, true), true);
      expect(
        difference(run(drawn, packDepthwiseInt8(drawn.shape, drawn), depthwiseInt8), reference(drawn, true)),
      ).toBeUndefined();
    }
  });

  it('works through rows that are too wide for the workspace', () => {
    const draw = new Draw(7);
    const shape = convolutionShape({
      input: [1, 3, 900, 130],
      filter: [3, 3, 130, 130],
      strides: 2,
      padding: 'same',
    });
    const drawn = drawCase(draw, shape, true);
    expect(
      difference(run(drawn, packDepthwiseInt8(shape, drawn), depthwiseInt8), reference(drawn, true)),
    ).toBeUndefined();
  });

  it.each<[string, () => unknown]>([
    ['no 5 output channels', () => depthwiseInt8(pointwise, nowhere)],
    ['whole number', () => depthwiseInt8({ ...pointwise, outChannels: 2, outWidth: 0 }, nowhere)],
    ['too large', () => depthwiseInt8({ ...pointwise, inChannels: 400_000, outChannels: 400_000 }, nowhere)],
    ['no filter of 1 x 1 x 1 x 2', () => packDepthwiseInt8(pointwise, weights)],
  ])('refuses: %s', (message, act) => {
    expect(act).toThrow(expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining(message) }));
  });
});

const pointwise = convolutionShape({ input: [1, 1, 9, 2], filter: [1, 1, 2, 5], strides: 1, padding: 'same' });
const weights: QuantisedFilter = {
  values: new Int8Array(10),
  bias: new Int32Array(5),
  multipliers: new Float32Array(5),
};
const nowhere = { input: 64, weights: 64, output: 64, inputType: 'int8', outputType: 'int8' } as const;

function asCase(shape: ConvolutionShape, input: Numbers): Case {
  return { shape, input, inputType: 'int8', outputType: 'float32', activation: 'none', outputScale: 1, ...weights };
}

function floatReference(shape: ConvolutionShape, x: Float32Array, filter: Float32Array): number[] {
  const { height, width, inChannels, outChannels } = shape;
  const y: number[] = [];
  for (let oy = 0; oy < height; oy++)
    for (let ox = 0; ox < width; ox++)
      for (let o = 0; o < outChannels; o++) {
        let sum = 0;
        for (let tap = 0; tap < 9; tap++) {
          const iy = oy + Math.floor(tap / 3) - 1;
          const ix = ox + (tap % 3) - 1;
          if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
          for (let c = 0; c < inChannels; c++) {
            sum +=
              (x[(iy * width + ix) * inChannels + c] as number) *
              (filter[(tap * inChannels + c) * outChannels + o] as number);
          }
        }
        y.push(sum);
      }
  return y;
}
