import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { dilateFilter } from './dilate-filter.js';
import { isNativeInstalled, startTensorEngine, type TensorBackend } from './engine.js';
import { distance, randomTensor, slopesOf } from './finite-differences.fixture.js';
import { normaliseBatch } from './normalise-batch.js';
import { type Random, seededRandom } from './random.js';
import { withoutLeak } from './without-leak.js';

interface Case {
  readonly shapes: number[][];
  readonly operation: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** Distance of the inputs from zero, for operations with a kink or a pole there. */
  readonly gap?: number;
  readonly positive?: boolean;
  readonly step?: number;
}

const image = (x: tf.Tensor) => x as tf.Tensor4D;
const unary = (operation: (x: tf.Tensor) => tf.Tensor, more: Partial<Case> = {}): Case => ({
  shapes: [[2, 3]],
  operation: (x) => operation(x!),
  ...more,
});
const binary = (operation: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, more: Partial<Case> = {}): Case[] =>
  [
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [
      [2, 1, 3],
      [2, 2, 1],
    ],
    [[], [2, 2]],
  ].map((shapes) => ({ shapes, operation: (a, b) => operation(a!, b!), ...more }));
const convolution = (x: number[], filter: number[], strides: number, pad: 'same' | 'valid'): Case => ({
  shapes: [x, filter],
  operation: (a, b) => tf.conv2d(image(a!), image(b!), strides, pad),
});
const depthwise = (x: number[], filter: number[], strides: number, pad: 'same' | 'valid'): Case => ({
  shapes: [x, filter],
  operation: (a, b) => tf.depthwiseConv2d(image(a!), image(b!), strides, pad),
});

const normalised = (x: number[], rectified: boolean): Case => ({
  shapes: [x, x.slice(3), x.slice(3)],
  operation: (a, scale, shift) =>
    normaliseBatch(image(a!), scale as tf.Tensor1D, shift as tf.Tensor1D, { epsilon: 0.1, rectified }).value,
});

const CASES: Record<string, Case | Case[]> = {
  add: binary(tf.add),
  sub: binary(tf.sub),
  mul: binary(tf.mul),
  div: binary(tf.div, { gap: 0.5, step: 5e-3 }),
  squaredDifference: binary(tf.squaredDifference),
  maximum: binary(tf.maximum, { step: 1e-3 }),
  minimum: binary(tf.minimum, { step: 1e-3 }),
  pow: binary(tf.pow, { positive: true, gap: 0.3, step: 5e-3 }),
  addN: {
    shapes: [
      [2, 2],
      [2, 2],
      [2, 2],
    ],
    operation: (...parts) => tf.addN(parts),
  },
  abs: unary(tf.abs, { gap: 0.1 }),
  neg: unary(tf.neg),
  exp: unary(tf.exp),
  log: unary(tf.log, { positive: true, gap: 0.5, step: 5e-3 }),
  log1p: unary(tf.log1p, { positive: true }),
  sqrt: unary(tf.sqrt, { positive: true, gap: 0.5, step: 5e-3 }),
  rsqrt: unary(tf.rsqrt, { positive: true, gap: 0.5, step: 5e-3 }),
  square: unary(tf.square),
  reciprocal: unary(tf.reciprocal, { gap: 0.5, step: 5e-3 }),
  sigmoid: unary(tf.sigmoid),
  tanh: unary(tf.tanh),
  softplus: unary(tf.softplus),
  sin: unary(tf.sin),
  cos: unary(tf.cos),
  atan: unary(tf.atan),
  relu: unary(tf.relu, { gap: 0.1 }),
  relu6: unary((x) => tf.relu6(tf.mul(x, 5)), { gap: 0.1, step: 1e-3 }),
  leakyRelu: unary((x) => tf.leakyRelu(x, 0.1), { gap: 0.1 }),
  elu: unary(tf.elu, { gap: 0.1 }),
  prelu: { shapes: [[2, 3], [3]], operation: (x, alpha) => tf.prelu(x!, alpha!), gap: 0.1 },
  clipByValue: unary((x) => tf.clipByValue(x, -0.71, 0.53), { step: 1e-3 }),
  where: {
    shapes: [
      [2, 3],
      [2, 3],
    ],
    operation: (a, b) =>
      tf.where(
        tf.tensor2d(
          [
            [1, 0, 1],
            [0, 0, 1],
          ],
          [2, 3],
          'bool',
        ),
        a!,
        b!,
      ),
  },
  step: unary(tf.step, { gap: 0.1 }),
  sum: [
    unary((x) => tf.sum(x)),
    unary((x) => tf.sum(x, 0)),
    unary((x) => tf.sum(x, -1, true)),
    { shapes: [[2, 2, 2, 3]], operation: (x) => tf.sum(x!, [0, 1, 2]) },
    { shapes: [[2, 2, 2, 3]], operation: (x) => tf.sum(x!, [1, 3]) },
  ],
  mean: [
    unary((x) => tf.mean(x)),
    { shapes: [[2, 2, 2, 3]], operation: (x) => tf.mean(x!, [0, 1, 2]) },
    { shapes: [[2, 2, 2, 3]], operation: (x) => tf.mean(x!, [1, 2], true) },
  ],
  moments: { shapes: [[2, 3, 2]], operation: (x) => tf.moments(x!, [0, 1]).variance },
  max: [unary((x) => tf.max(x), { step: 1e-3 }), unary((x) => tf.max(x, 1), { step: 1e-3 })],
  min: [unary((x) => tf.min(x), { step: 1e-3 }), unary((x) => tf.min(x, 0, true), { step: 1e-3 })],
  softmax: unary((x) => tf.softmax(x)),
  logSoftmax: unary((x) => tf.logSoftmax(x)),
  cumsum: [unary((x) => tf.cumsum(x, 1)), unary((x) => tf.cumsum(x, 0, true, true))],
  clone: unary(tf.clone),
  cast: unary((x) => tf.mul(tf.cast(x, 'float32'), 2)),
  reshape: unary((x) => tf.reshape(x, [3, 2])),
  expandDims: unary((x) => tf.expandDims(x, 1)),
  squeeze: { shapes: [[2, 1, 3]], operation: (x) => tf.squeeze(x!) },
  broadcastTo: { shapes: [[2, 1, 2]], operation: (x) => tf.broadcastTo(x!, [2, 3, 2]) },
  transpose: [unary((x) => tf.transpose(x)), { shapes: [[2, 3, 2]], operation: (x) => tf.transpose(x!, [2, 0, 1]) }],
  reverse: { shapes: [[2, 3, 2]], operation: (x) => tf.reverse(x!, [0, 2]) },
  concat: [
    {
      shapes: [
        [2, 1],
        [2, 3],
      ],
      operation: (a, b) => tf.concat([a!, b!], 1),
    },
    {
      shapes: [
        [1, 2],
        [2, 2],
      ],
      operation: (a, b) => tf.concat([a!, b!], 0),
    },
    {
      shapes: [
        [2, 1, 2],
        [2, 2, 2],
      ],
      operation: (a, b) => tf.concat([a!, b!], -2),
    },
  ],
  slice: [
    { shapes: [[3, 4]], operation: (x) => tf.slice(x!, [1, 1], [2, 2]) },
    { shapes: [[2, 3, 2]], operation: (x) => tf.slice(x!, [0, 1], [-1, 1]) },
  ],
  pad: [
    {
      shapes: [[2, 2]],
      operation: (x) =>
        tf.pad(x!, [
          [1, 0],
          [0, 2],
        ]),
    },
    {
      shapes: [[1, 2, 2, 1]],
      operation: (x) =>
        tf.pad(x!, [
          [0, 0],
          [1, 1],
          [1, 0],
          [0, 0],
        ]),
    },
  ],
  tile: [
    { shapes: [[2, 2]], operation: (x) => tf.tile(x!, [2, 3]) },
    { shapes: [[2, 1, 2]], operation: (x) => tf.tile(x!, [1, 3, 1]) },
  ],
  stack: {
    shapes: [
      [2, 2],
      [2, 2],
    ],
    operation: (a, b) => tf.stack([a!, b!], 1),
  },
  unstack: {
    shapes: [[2, 3]],
    operation: (x) => tf.addN(tf.unstack(x!, 1).map((part, index) => tf.mul(part, index + 1))),
  },
  split: { shapes: [[2, 5]], operation: (x) => tf.split(x!, [2, 3], 1)[1]! },
  gather: [
    { shapes: [[4, 2]], operation: (x) => tf.gather(x!, tf.tensor1d([3, 1, 3], 'int32')) },
    { shapes: [[2, 4, 2]], operation: (x) => tf.gather(x!, tf.tensor1d([0, 2, 2, 1], 'int32'), 1) },
    {
      shapes: [[4, 2]],
      operation: (x) =>
        tf.gather(
          x!,
          tf.tensor2d(
            [
              [3, 1],
              [3, 0],
            ],
            [2, 2],
            'int32',
          ),
        ),
    },
  ],
  matMul: [
    {
      shapes: [
        [2, 3],
        [3, 2],
      ],
      operation: (a, b) => tf.matMul(a!, b!),
    },
    {
      shapes: [
        [3, 2],
        [3, 2],
      ],
      operation: (a, b) => tf.matMul(a!, b!, true),
    },
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      operation: (a, b) => tf.matMul(a!, b!, false, true),
    },
    {
      shapes: [
        [3, 2],
        [2, 3],
      ],
      operation: (a, b) => tf.matMul(a!, b!, true, true),
    },
    {
      shapes: [
        [2, 2, 3],
        [2, 3, 2],
      ],
      operation: (a, b) => tf.matMul(a!, b!),
    },
    {
      shapes: [
        [2, 2, 3],
        [3, 2],
      ],
      operation: (a, b) => tf.matMul(a!, tf.expandDims(b!, 0)),
    },
  ],
  conv2d: [
    convolution([2, 3, 4, 2], [1, 1, 2, 3], 1, 'same'),
    convolution([1, 4, 5, 2], [3, 3, 2, 3], 1, 'same'),
    convolution([1, 5, 4, 1], [3, 2, 1, 2], 2, 'same'),
    convolution([1, 5, 5, 2], [3, 3, 2, 1], 2, 'valid'),
    convolution([1, 4, 4, 2], [1, 1, 2, 2], 2, 'same'),
  ],
  depthwiseConv2d: [
    depthwise([2, 4, 4, 2], [3, 3, 2, 1], 1, 'same'),
    depthwise([1, 5, 4, 3], [3, 3, 3, 1], 2, 'same'),
    depthwise([1, 5, 5, 2], [3, 2, 2, 1], 2, 'valid'),
    depthwise([1, 4, 4, 2], [3, 3, 2, 2], 1, 'same'),
  ],
  normaliseBatch: [
    { ...normalised([2, 3, 2, 3], false), step: 1e-2 },
    { ...normalised([2, 3, 2, 3], true), step: 1e-3 },
    { ...normalised([1, 4, 5, 21], true), step: 1e-3 },
  ],
  dilateFilter: { shapes: [[2, 3, 2, 2]], operation: (filter) => dilateFilter(image(filter!), 2) },
  maxPool: { shapes: [[1, 4, 4, 2]], operation: (x) => tf.maxPool(image(x!), 2, 2, 'valid'), step: 1e-3 },
  avgPool: { shapes: [[1, 4, 4, 2]], operation: (x) => tf.avgPool(image(x!), 2, 2, 'same') },
  resizeNearestNeighbor: {
    shapes: [[1, 2, 3, 2]],
    operation: (x) => tf.image.resizeNearestNeighbor(image(x!), [4, 6]),
  },
};

function inputsOf({ shapes, gap = 0, positive = false }: Case, random: Random): tf.Tensor[] {
  return tf.tidy(() => {
    const tensors = shapes.map((shape) => randomTensor(random, shape as [number], gap));
    return positive ? tensors.map(tf.abs) : tensors;
  });
}

const BACKENDS: TensorBackend[] = ['cpu', 'wasm'];
if (isNativeInstalled()) BACKENDS.push('tensorflow');
else
  console.info(
    'gradients: tfjs-node is not installed (npm run setup:native), so the tensorflow backend is passed over',
  );

describe.each(BACKENDS)('gradients on %s', (backend) => {
  beforeAll(async () => {
    await startTensorEngine({ backend });
  });

  it.each(Object.keys(CASES))('%s agrees with finite differences and leaves nothing behind', async (name) => {
    for (const [index, each] of [CASES[name]!].flat().entries()) {
      const random = seededRandom(`${name}/${index}`);
      await withoutLeak(name, () => {
        const inputs = inputsOf(each, random);
        const { analytic, numeric } = slopesOf(each.operation, inputs, random, each.step);
        for (const [position, slope] of analytic.entries()) {
          expect({
            name,
            index,
            position,
            far: distance(slope, numeric[position]!) > 4e-3 ? [slope, numeric[position]] : [],
          }).toEqual({
            name,
            index,
            position,
            far: [],
          });
        }
        tf.dispose(inputs);
      });
    }
  });

  it('refuses the gradient of a dilated convolution, and names the way', () => {
    tf.tidy(() => {
      const x = tf.zeros<tf.Rank.R4>([1, 5, 5, 1]);
      const filter = tf.zeros<tf.Rank.R4>([3, 3, 1, 1]);
      const slope = tf.grad((given) => tf.conv2d(image(given), filter, 1, 'same', 'NHWC', 2));
      expect(() => slope(x)).toThrow(/dilateFilter/);
    });
  });
});
