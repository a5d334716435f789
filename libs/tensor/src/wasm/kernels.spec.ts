import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { startTensorEngine } from '../engine.js';
import { distance, randomTensor } from '../finite-differences.fixture.js';
import { type Random, seededRandom } from '../random.js';
import { withoutLeak } from '../without-leak.js';

type Shape4 = [number, number, number, number];
type Pad = 'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]];

interface Case {
  readonly inputs: number[][];
  readonly kernel: string;
  readonly names: string[];
  readonly attributes: object;
}

const CASES_EACH = 40;
const TOLERANCE = 1e-5;

function run({ kernel, names, attributes }: Case, inputs: tf.Tensor[]): tf.Tensor {
  const named = Object.fromEntries(names.map((name, index) => [name, inputs[index]!]));
  return tf.engine().runKernel(kernel, named, attributes as tf.NamedAttrMap);
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)]!;
}

const between = (random: Random, low: number, high: number): number => low + random.integer(high - low + 1);

interface Convolution {
  readonly x: Shape4;
  readonly filter: Shape4;
  readonly dy: number[];
  readonly attributes: { readonly strides: [number, number]; readonly pad: Pad; readonly dataFormat: 'NHWC' };
}

/** Shapes small enough for the plain JavaScript backend, with channels on both sides of the widths that the loops are made of. */
function convolution(random: Random, depthwise: boolean): Convolution {
  for (;;) {
    const channels = pick(random, [1, 2, 3, 4, 5, 8, 17, 20]);
    const x: Shape4 = [between(random, 1, 2), between(random, 1, 9), between(random, 1, 9), channels];
    const outputs = depthwise ? pick(random, [1, 1, 1, 2, 3]) : pick(random, [1, 2, 4, 7, 8, 11, 16]);
    const filter: Shape4 = [between(random, 1, 4), between(random, 1, 4), channels, outputs];
    const side = (size: number): [number, number] => [random.integer(size), random.integer(size)];
    const pad = pick<Pad>(random, ['same', 'valid', [[0, 0], side(filter[0]), side(filter[1]), [0, 0]]]);
    const stride = between(random, 1, 2);
    const strides: [number, number] = pick(random, [
      [stride, stride],
      [1, 1],
      [2, 1],
    ]);
    const info = tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad, undefined, depthwise);
    if (info.outHeight < 1 || info.outWidth < 1) continue;
    return { x, filter, dy: info.outShape, attributes: { strides, pad, dataFormat: 'NHWC' } };
  }
}

const KERNELS: Record<string, (random: Random) => Case> = {
  [tf.Conv2DBackpropFilter]: (random) => {
    const { x, dy, filter, attributes } = convolution(random, false);
    return {
      kernel: tf.Conv2DBackpropFilter,
      inputs: [x, dy],
      names: ['x', 'dy'],
      attributes: { ...attributes, filterShape: filter },
    };
  },
  [tf.Conv2DBackpropInput]: (random) => {
    const { x, dy, filter, attributes } = convolution(random, false);
    return {
      kernel: tf.Conv2DBackpropInput,
      inputs: [dy, filter],
      names: ['dy', 'filter'],
      attributes: { ...attributes, inputShape: x },
    };
  },
  [tf.DepthwiseConv2dNativeBackpropFilter]: (random) => {
    const { x, dy, filter, attributes } = convolution(random, true);
    return {
      kernel: tf.DepthwiseConv2dNativeBackpropFilter,
      inputs: [x, dy],
      names: ['x', 'dy'],
      attributes: { ...attributes, dilations: [1, 1], filterShape: filter },
    };
  },
  [tf.DepthwiseConv2dNativeBackpropInput]: (random) => {
    const { x, dy, filter, attributes } = convolution(random, true);
    return {
      kernel: tf.DepthwiseConv2dNativeBackpropInput,
      inputs: [dy, filter],
      names: ['dy', 'filter'],
      attributes: { ...attributes, dilations: [1, 1], inputShape: x },
    };
  },
  [tf.Sum]: (random) => reduction(random, tf.Sum),
  [tf.Mean]: (random) => reduction(random, tf.Mean),
  [tf.FusedBatchNorm]: (random) => {
    const channels = between(random, 1, 21);
    return {
      kernel: tf.FusedBatchNorm,
      inputs: [
        [2, between(random, 1, 12), between(random, 1, 40), channels],
        [channels],
        [channels],
        [channels],
        [channels],
      ],
      names: ['x', 'mean', 'offset', 'scale', 'variance'],
      attributes: { varianceEpsilon: 20 },
    };
  },
  [tf.BatchMatMul]: (random) => {
    const [m, k, n] = [between(random, 1, 9), between(random, 1, 9), between(random, 1, 9)];
    const batch = pick(random, [1, 3]);
    const transposeA = random.integer(2) === 1;
    const transposeB = random.integer(2) === 1;
    return {
      kernel: tf.BatchMatMul,
      inputs: [
        [batch, ...(transposeA ? [k, m] : [m, k])],
        [batch, ...(transposeB ? [n, k] : [k, n])],
      ],
      names: ['a', 'b'],
      attributes: { transposeA, transposeB },
    };
  },
  [tf.Identity]: (random) => ({ kernel: tf.Identity, inputs: [shape(random)], names: ['x'], attributes: {} }),
  [tf.Tile]: (random) => {
    const x = shape(random);
    return { kernel: tf.Tile, inputs: [x], names: ['x'], attributes: { reps: x.map(() => between(random, 1, 4)) } };
  },
  [tf.PadV2]: (random) => {
    const x = shape(random);
    const paddings = x.map(() => [random.integer(3), random.integer(3)]);
    return {
      kernel: tf.PadV2,
      inputs: [x],
      names: ['x'],
      attributes: { paddings, constantValue: pick(random, [0, -1.5]) },
    };
  },
  [tf.Slice]: (random) => {
    const x = shape(random);
    const begin = x.map((size) => random.integer(size));
    const size = x.map((length, axis) => (random.integer(3) === 0 ? -1 : between(random, 1, length - begin[axis]!)));
    return { kernel: tf.Slice, inputs: [x], names: ['x'], attributes: { begin, size } };
  },
};

function shape(random: Random): number[] {
  return Array.from({ length: between(random, 1, 4) }, () => between(random, 1, 6));
}

function reduction(random: Random, kernel: string): Case {
  const x = shape(random);
  const leading = Array.from({ length: between(random, 1, x.length) }, (_, axis) => axis);
  const axis = pick(random, [leading, leading, [random.integer(x.length)], [-1]]);
  return { kernel, inputs: [x], names: ['x'], attributes: { axis, keepDims: random.integer(2) === 1 } };
}

const SEEDS = Array.from({ length: CASES_EACH }, (_, index) => index);

describe('kernels on wasm', () => {
  beforeAll(async () => {
    await startTensorEngine({ backend: 'wasm' });
  });

  it.each(Object.keys(KERNELS))(
    '%s agrees with the plain JavaScript backend and leaves nothing behind',
    async (name) => {
      const cases = SEEDS.map((seed) => KERNELS[name]!(seededRandom(`${name}/${seed}`)));
      const results = new Map<string, tf.Tensor[]>();
      for (const backend of ['cpu', 'wasm'] as const) {
        await startTensorEngine({ backend });
        const outputs = await withoutLeak(
          `${name} on ${backend}`,
          () =>
            cases.map((each, seed) =>
              tf.tidy(() => {
                const random = seededRandom(seed);
                return run(
                  each,
                  each.inputs.map((size) => randomTensor(random, size as [number])),
                );
              }),
            ),
          cases.length,
        );
        results.set(backend, outputs);
      }
      const [expected, actual] = [results.get('cpu')!, results.get('wasm')!];
      for (const [index, each] of cases.entries()) {
        const far = distance(actual[index]!.dataSync(), expected[index]!.dataSync());
        expect({ each, shape: actual[index]!.shape, agrees: far < TOLERANCE }).toEqual({
          each,
          shape: expected[index]!.shape,
          agrees: true,
        });
      }
      tf.dispose([expected, actual]);
    },
  );

  it('sums a million numbers without the rounding of one long sum', () => {
    const ones = tf.fill([1_000_000, 3], 0.1);
    const sums = tf.sum(ones, 0);
    expect(distance(sums.dataSync(), [100_000, 100_000, 100_000])).toBeLessThan(5e-6);
    tf.dispose([ones, sums]);
  });

  it('keeps a shared copy alive after its original is gone', () => {
    const original = tf.tensor1d([1, 2, 3]);
    const copy = tf.clone(original);
    original.dispose();
    const other = tf.zeros([3]);
    expect([...copy.dataSync()]).toEqual([1, 2, 3]);
    tf.dispose([copy, other]);
  });

  it('refuses what it cannot do', () => {
    tf.tidy(() => {
      const x = tf.zeros([1, 2, 4, 4]);
      const dy = tf.zeros([1, 2, 4, 4]);
      const attributes = { strides: [1, 1], pad: 'same', dataFormat: 'NCHW', filterShape: [1, 1, 2, 2] };
      expect(() => tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, attributes)).toThrow(/NHWC/);
    });
  });
});
