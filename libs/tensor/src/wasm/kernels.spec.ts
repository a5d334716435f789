import { beforeAll, describe, expect, it } from '@jest/globals';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { startTensorEngine } from '../engine.js';
import { distance, randomTensor } from '../finite-differences.fixture.js';
import { normaliseBatch } from '../normalise-batch.js';
import { type Random, seededRandom } from '../random.js';
import { withoutLeak } from '../without-leak.js';

type Shape4 = [number, number, number, number];
type Pad = 'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]];

interface Case {
  readonly inputs: number[][];
  readonly kernel: string;
  readonly names: string[];
  readonly attributes: object;
  /** In the place of the kernel alone. */
  readonly operation?: (inputs: tf.Tensor[]) => tf.Tensor;
}

const CASES_EACH = 40;
const TOLERANCE = 1e-5;

function run({ kernel, names, attributes, operation }: Case, inputs: tf.Tensor[]): tf.Tensor {
  if (operation) return operation(inputs);
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
    // Pads may be wider than the filter.
    const side = (size: number): [number, number] => [random.integer(size + 2), random.integer(size + 2)];
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

/** A forward convolution: plain, or with what may be fused with it. */
function forward(random: Random, kernel: string, apart: boolean): Case {
  const { x, filter, dy, attributes } = convolution(random, apart);
  const fused = kernel.startsWith('Fused');
  const bias = fused && random.integer(3) > 0;
  const activation = pick(random, ['linear', 'relu', 'relu6', 'elu']);
  return {
    kernel,
    inputs: [x, filter, ...(bias ? [dy.slice(3)] : [])],
    names: ['x', 'filter', ...(bias ? ['bias'] : [])],
    attributes: { ...attributes, dilations: [1, 1], ...(fused && { activation }) },
  };
}

function product(random: Random, fused: boolean): Case {
  const [m, k, n] = [between(random, 1, 9), between(random, 1, 9), between(random, 1, 9)];
  // The stock fused kernel takes batches only.
  const [outerA, outerB] = pick(random, [fused ? [[1], [1]] : [[], []], [[3], [3]], [[3], [1]], [[1], [3]]]) as [
    number[],
    number[],
  ];
  const transposeA = random.integer(2) === 1;
  const transposeB = random.integer(2) === 1;
  const bias = fused && random.integer(3) > 0;
  return {
    kernel: fused ? tf._FusedMatMul : tf.BatchMatMul,
    inputs: [
      [...outerA, ...(transposeA ? [k, m] : [m, k])],
      [...outerB, ...(transposeB ? [n, k] : [k, n])],
      ...(bias ? [[n]] : []),
    ],
    names: ['a', 'b', ...(bias ? ['bias'] : [])],
    attributes: {
      transposeA,
      transposeB,
      ...(fused && { activation: pick(random, ['linear', 'relu', 'relu6']) }),
    },
  };
}

/** The gradient of an operation on pictures. */
function pictureGradient(
  random: Random,
  kernel: string,
  operation: (x: tf.Tensor4D) => tf.Tensor,
  [height, width]: readonly [number, number] = [between(random, 4, 9), between(random, 4, 9)],
): Case {
  // The plain JavaScript backend resizes the gradient of the first picture only.
  const x: Shape4 = [kernel === tf.ResizeNearestNeighborGrad ? 1 : 2, height, width, between(random, 1, 21)];
  return {
    kernel,
    inputs: [x],
    names: ['x'],
    attributes: {},
    operation: ([x]) => tf.grad((given) => tf.square(operation(given as tf.Tensor4D)))(x!),
  };
}

const KERNELS: Record<string, (random: Random) => Case> = {
  [tf.Conv2D]: (random) => forward(random, tf.Conv2D, false),
  [tf.FusedConv2D]: (random) => forward(random, tf.FusedConv2D, false),
  [tf.DepthwiseConv2dNative]: (random) => {
    const each = forward(random, tf.DepthwiseConv2dNative, true);
    const { strides } = each.attributes as { strides: [number, number] };
    const dilation = Math.max(...strides) === 1 ? between(random, 1, 2) : 1;
    const pad = dilation > 1 ? 'same' : (each.attributes as { pad: Pad }).pad;
    return { ...each, attributes: { ...each.attributes, pad, dilations: [dilation, dilation] } };
  },
  [tf.FusedDepthwiseConv2D]: (random) => forward(random, tf.FusedDepthwiseConv2D, true),
  [tf._FusedMatMul]: (random) => product(random, true),
  [tf.MaxPoolGrad]: (random) => {
    const [size, stride, pad] = [
      between(random, 1, 3),
      between(random, 1, 3),
      pick(random, ['same', 'valid'] as const),
    ];
    return pictureGradient(random, tf.MaxPoolGrad, (x) => tf.maxPool(x, size, stride, pad));
  },
  [tf.AvgPoolGrad]: (random) => {
    // The plain JavaScript backend divides by the whole window where pads are part of it.
    const [size, stride] = [between(random, 1, 3), between(random, 1, 3)];
    return pictureGradient(random, tf.AvgPoolGrad, (x) => tf.avgPool(x, size, stride, 'valid'));
  },
  [tf.ResizeNearestNeighborGrad]: (random) => {
    const [height, width] = pick(random, [
      [8, 4],
      [12, 16],
      [2, 4],
    ] as const);
    return pictureGradient(
      random,
      tf.ResizeNearestNeighborGrad,
      (x) => tf.image.resizeNearestNeighbor(x, [height, width]),
      [4, 4],
    );
  },
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
  [tf.BatchMatMul]: (random) => product(random, false),
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

  it('takes no more memory over ten thousand calls', () => {
    const bytes = () => ((tf.backend() as BackendWasm).wasm as unknown as { HEAPU8: Uint8Array }).HEAPU8.byteLength;
    const random = seededRandom('memory');
    const sizes: Shape4[] = [
      [1, 4, 4, 32],
      [3, 3, 32, 32],
      [3, 3, 32, 1],
    ];
    const [x, filter, taps] = sizes.map((size) => randomTensor<tf.Rank.R4>(random, size)) as [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
    ];
    const scale = randomTensor<tf.Rank.R1>(random, [32]);
    const matrix = randomTensor<tf.Rank.R2>(random, [32, 32]);
    const slopes = tf.grads((...given: tf.Tensor[]) => {
      const [a, b, c, d, e] = given as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor1D, tf.Tensor2D];
      const y = tf.depthwiseConv2d(tf.conv2d(a, b, 1, 'same'), c, 1, 'same');
      const normal = normaliseBatch(y, d, d, { rectified: true }).value;
      return tf.sum(tf.matMul(tf.reshape(normal, [16, 32]), e), 0);
    });
    const step = () => tf.dispose(slopes([x, filter, taps, scale, matrix]));
    for (let warm = 0; warm < 10; warm++) step();
    const before = bytes();
    // Of these kernels a step calls twelve.
    for (let call = 0; call < 10_000; call += 12) step();
    expect(bytes()).toBe(before);
    tf.dispose([x, filter, taps, scale, matrix]);
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
