import {
  type Configuration,
  costOf,
  type DimensionValue,
  defaultConfiguration,
  faceDetectorSpace,
  layerTensors,
} from '@edgelore/search-space';
import {
  isNativeInstalled,
  startTensorEngine,
  type TensorBackend,
  tensorCount,
  tf,
  withoutLeak,
} from '@edgelore/tensor';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BuildOptions } from './build-detector.js';
import { TensorDetector } from './tensor-detector.js';
import type { TensorOutput } from './tensor-learner.js';
import { decodeWeights, encodeWeights } from './weights.js';

const BACKENDS: TensorBackend[] = ['wasm'];
if (isNativeInstalled()) {
  BACKENDS.push('tensorflow');
} else {
  console.info('tensor-detector: tfjs-node is not installed (npm run setup:native), so it is passed over');
}

beforeAll(async () => {
  await startTensorEngine({ backend: 'wasm' });
});

const configure = (values: Record<string, DimensionValue>): Configuration => {
  const fallback = defaultConfiguration(faceDetectorSpace);
  return {
    ...fallback,
    values: { ...fallback.values, inputSize: 128, depth: 1, width: 0.5, headWidth: 16, ...values },
  };
};
const FAMILY: Record<string, DimensionValue>[] = [
  { strides: '8', pyramid: 'none' },
  { strides: '8', pyramid: 'fpn', inputSize: 160 },
  { strides: '8-16', pyramid: 'none', context: 'dilated' },
  { strides: '8-16-32', pyramid: 'fpn', block: 'inverted', depth: 2 },
  { strides: '4-8-16', pyramid: 'fpn', context: 'dilated', headWidth: 32 },
];
const small = configure({ strides: '8-16', pyramid: 'fpn', context: 'dilated', block: 'inverted', depth: 2 });

const buildDetector = (configuration: Configuration, { seed, weights }: BuildOptions): TensorDetector => {
  const detector = new TensorDetector(configuration, seed);
  if (weights) detector.importWeights(weights);
  return detector;
};
const pictures = (count: number, size: number, seed = 1) =>
  tf.randomUniform([count, size, size, 3], 0, 255, 'float32', seed) as tf.Tensor4D;
const run = (detector: TensorDetector, images: tf.Tensor4D, training: boolean) =>
  tf.tidy(() => {
    const { logits, deltas } = detector.forward(images, training);
    return { logits: logits.dataSync<'float32'>(), deltas: deltas.dataSync<'float32'>() };
  });
const difference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Number.NaN))), 0);
const loss = ({ logits, deltas }: TensorOutput): tf.Scalar =>
  tf.add(tf.mean(tf.square(tf.add(logits, 3))), tf.mean(tf.square(tf.sub(deltas, 1)))) as tf.Scalar;
const gradients = (detector: TensorDetector, images: tf.Tensor4D) =>
  tf.variableGrads(() => tf.tidy(() => loss(detector.forward(images, true))), detector.trainable);
const trainStep = (detector: TensorDetector, images: tf.Tensor4D, optimiser: tf.Optimizer): void => {
  const { value, grads } = gradients(detector, images);
  optimiser.applyGradients(grads);
  value.dispose();
  tf.dispose(grads);
};

describe.each(FAMILY.flatMap((values) => BACKENDS.map((backend) => ({ ...values, backend }))))(
  'a detector of %j',
  ({ backend, ...values }) => {
    beforeAll(async () => {
      await startTensorEngine({ backend });
    });

    afterAll(async () => {
      await startTensorEngine({ backend: 'wasm' });
    });

    const configuration = configure(values);

    it('has outputs for every anchor of the plan and as many trainable numbers as its cost says', () => {
      const detector = buildDetector(configuration, { seed: 1 });
      const images = pictures(2, detector.plan.inputSize);
      for (const training of [true, false]) {
        tf.tidy(() => {
          const { logits, deltas } = detector.forward(images, training);
          expect(logits.shape).toEqual([2, detector.plan.anchorCount]);
          expect(deltas.shape).toEqual([2, detector.plan.anchorCount, 4]);
          expect(logits.dataSync<'float32'>().every(Number.isFinite)).toBe(true);
        });
      }
      expect(detector.trainable.reduce((sum, variable) => sum + variable.size, 0)).toBe(
        costOf(configuration).parameters,
      );
      const stored = detector.exportWeights().tensors;
      expect(4 * stored.reduce((sum, tensor) => sum + tensor.values.length, 0)).toBe(costOf(configuration).bytes);
      images.dispose();
      detector.dispose();
    });

    it('has a derivative for every trainable variable', () => {
      const detector = buildDetector(configuration, { seed: 2 });
      const images = pictures(2, detector.plan.inputSize);
      const { value, grads } = gradients(detector, images);
      expect(Object.keys(grads)).toHaveLength(detector.trainable.length);
      for (const variable of detector.trainable) {
        const gradient = grads[variable.name] as tf.Tensor;
        expect(gradient.shape).toEqual(variable.shape);
        expect(gradient.dataSync().some((each) => each !== 0)).toBe(true);
        expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
      }
      tf.dispose([value, grads, images]);
      detector.dispose();
    });
  },
);

describe('the derivative through the pyramid', () => {
  it('agrees with a finite difference', () => {
    const detector = buildDetector(configure({ strides: '8', pyramid: 'fpn' }), { seed: 15 });
    const images = pictures(2, 128);
    // The coarsest level reaches the outputs through two upsamplings only.
    const name = 'level32.lateral.norm.shift';
    const start = detector.exportWeights();
    const place = start.tensors
      .filter((tensor) => !/\.(mean|variance)$/.test(tensor.name))
      .findIndex((tensor) => tensor.name === name);
    const { value, grads } = gradients(detector, images);
    const gradient = (grads[detector.trainable[place]?.name ?? ''] as tf.Tensor).dataSync<'float32'>();
    const length = Math.hypot(...gradient);
    const lossAlong = (step: number): number => {
      const tensors = start.tensors.map((tensor) =>
        tensor.name === name
          ? { ...tensor, values: tensor.values.map((each, index) => each + (step * (gradient[index] ?? 0)) / length) }
          : tensor,
      );
      detector.importWeights({ ...start, tensors });
      return tf.tidy(() => loss(detector.forward(images, true)).dataSync()[0] ?? Number.NaN);
    };
    const slope = (lossAlong(0.02) - lossAlong(-0.02)) / 0.04;
    expect(slope / length).toBeGreaterThan(0.95);
    expect(slope / length).toBeLessThan(1.05);
    tf.dispose([value, grads, images]);
    detector.dispose();
  });
});

describe('the outputs', () => {
  it('stand in the order of the plan: level, row, column, anchor', () => {
    const detector = buildDetector(configure({ strides: '8-16', pyramid: 'none' }), { seed: 3 });
    const { tensors, configuration } = detector.exportWeights();
    // Output convolutions that say their own number, whatever they see.
    const numbered = tensors.map((tensor) => {
      const [, stride, role] = /^level(\d+)\.(?:class|box)\.(kernel|bias)$/.exec(tensor.name) ?? [];
      const number = (index: number) => (role === 'bias' ? Number(stride) * 100 + index : 0);
      return stride ? { ...tensor, values: tensor.values.map((_, index) => number(index)) } : tensor;
    });
    detector.importWeights({ configuration, tensors: numbered });
    const images = pictures(2, 128);
    const { logits, deltas } = run(detector, images, false);
    let at = 0;
    for (let picture = 0; picture < 2; picture += 1) {
      for (const { stride, gridHeight, gridWidth, anchorsPerCell } of detector.plan.levels) {
        for (let anchor = 0; anchor < gridHeight * gridWidth * anchorsPerCell; anchor += 1) {
          const inCell = anchor % anchorsPerCell;
          if (logits[at] !== stride * 100 + inCell || deltas[4 * at + 3] !== stride * 100 + 4 * inCell + 3) {
            throw new Error(`output ${at} is ${logits[at]}, ${deltas[4 * at + 3]}`);
          }
          at += 1;
        }
      }
    }
    expect(at).toBe(logits.length);
    images.dispose();
    detector.dispose();
  });

  it('follow the place of a change in the picture', () => {
    const detector = buildDetector(configure({ strides: '8', pyramid: 'none' }), { seed: 4 });
    const plain = tf.fill([1, 128, 128, 3], 100) as tf.Tensor4D;
    const spotted = tf.tidy(() => {
      const spot = tf.pad(tf.fill([1, 8, 8, 3], 155), [
        [0, 0],
        [80, 40],
        [16, 104],
        [0, 0],
      ]);
      return tf.add(plain, spot) as tf.Tensor4D;
    });
    const before = run(detector, plain, false).logits;
    const after = run(detector, spotted, false).logits;
    const cells = Array.from({ length: 256 }, (_, cell) =>
      difference(before.slice(8 * cell, 8 * cell + 8), after.slice(8 * cell, 8 * cell + 8)),
    );
    const cell = cells.indexOf(Math.max(...cells));
    expect(Math.abs(Math.floor(cell / 16) - 10)).toBeLessThanOrEqual(1);
    expect(Math.abs((cell % 16) - 2)).toBeLessThanOrEqual(1);
    tf.dispose([plain, spotted]);
    detector.dispose();
  });

  it('start at the prior of one face in a hundred anchors', () => {
    const detector = buildDetector(small, { seed: 5 });
    const images = pictures(2, 128);
    const { logits } = run(detector, images, true);
    const mean = logits.reduce((sum, logit) => sum + 1 / (1 + Math.exp(-logit)), 0) / logits.length;
    expect(mean).toBeGreaterThan(0.008);
    expect(mean).toBeLessThan(0.013);
    images.dispose();
    detector.dispose();
  });
});

describe('training and inference', () => {
  it('agree once the running statistics have reached those of the batch', () => {
    const detector = buildDetector(small, { seed: 6 });
    const images = pictures(4, 128);
    for (let step = 0; step < 150; step += 1) {
      run(detector, images, true);
    }
    const trained = run(detector, images, true);
    const inferred = run(detector, images, false);
    expect(difference(trained.logits, inferred.logits)).toBeLessThan(1e-4);
    expect(difference(trained.deltas, inferred.deltas)).toBeLessThan(1e-4);
    expect(difference(trained.deltas, new Float32Array(trained.deltas.length))).toBeGreaterThan(0.01);
    images.dispose();
    detector.dispose();
  });

  it('follow each other: inference sees what an optimiser or an import changed', () => {
    const detector = buildDetector(small, { seed: 7 });
    const images = pictures(2, 128);
    const first = run(detector, images, false).logits;
    expect(difference(run(detector, images, false).logits, first)).toBe(0);
    const start = detector.exportWeights();
    const optimiser = tf.train.sgd(0.1);
    trainStep(detector, images, optimiser);
    expect(difference(run(detector, images, false).logits, first)).toBeGreaterThan(1e-3);
    expect(detector.importWeights(start)).toEqual({ matched: start.tensors.length, total: start.tensors.length });
    expect(difference(run(detector, images, false).logits, first)).toBe(0);
    optimiser.dispose();
    images.dispose();
    detector.dispose();
  });

  it('lower a loss', () => {
    const detector = buildDetector(small, { seed: 8 });
    const images = pictures(2, 128);
    const optimiser = tf.train.adam(0.003);
    const lossNow = () => tf.tidy(() => loss(detector.forward(images, true)).dataSync()[0] ?? Number.NaN);
    const before = lossNow();
    for (let step = 0; step < 10; step += 1) {
      trainStep(detector, images, optimiser);
    }
    expect(lossNow()).toBeLessThan(0.8 * before);
    optimiser.dispose();
    images.dispose();
    detector.dispose();
  });

  it('leave nothing behind', async () => {
    const before = tensorCount();
    const images = pictures(2, 128);
    const optimiser = tf.train.sgd(0.01);
    await withoutLeak('building and disposing', () => buildDetector(small, { seed: 9 }).dispose());
    const detector = buildDetector(small, { seed: 9 });
    trainStep(detector, images, optimiser);
    await withoutLeak('a training step', () => trainStep(detector, images, optimiser));
    run(detector, images, false);
    await withoutLeak('inference', () => run(detector, images, false));
    await withoutLeak('inference after training', () => {
      trainStep(detector, images, optimiser);
      run(detector, images, false);
    });
    await withoutLeak('export and import', () => detector.importWeights(detector.exportWeights()));
    detector.dispose();
    images.dispose();
    optimiser.dispose();
    expect(tensorCount()).toBe(before);
  });
});

describe('weights', () => {
  it('are decided by the seed', () => {
    const weightsOf = (seed: number) => {
      const detector = buildDetector(small, { seed });
      const weights = detector.exportWeights();
      detector.dispose();
      return weights;
    };
    expect(weightsOf(1)).toEqual(weightsOf(1));
    expect(weightsOf(1)).not.toEqual(weightsOf(2));
  });

  it('start with the deviation of He et al. for a convolution', () => {
    const detector = buildDetector(configure({ width: 1.5 }), { seed: 10 });
    const kernel = detector.exportWeights().tensors.find(({ name }) => name === 'stage3.block0.pointwise.kernel');
    const values = kernel?.values ?? new Float32Array();
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    expect(deviation / Math.sqrt(2 / (kernel?.shape[2] ?? 0))).toBeCloseTo(1, 1);
    detector.dispose();
  });

  it('carry a detector through a file', () => {
    const first = buildDetector(small, { seed: 11 });
    const images = pictures(2, 128);
    run(first, images, true);
    const weights = decodeWeights(encodeWeights(first.exportWeights()));
    const second = buildDetector(weights.configuration, { seed: 12, weights });
    expect(second.exportWeights()).toEqual(first.exportWeights());
    expect(run(second, images, false)).toEqual(run(first, images, false));
    images.dispose();
    first.dispose();
    second.dispose();
  });

  it('are taken over by name and shape, the others keep the start that the seed gives', () => {
    const donor = buildDetector(configure({ strides: '4-8-16', pyramid: 'fpn' }), { seed: 13 });
    const weights = donor.exportWeights();
    const plain = buildDetector(small, { seed: 14 });
    const seeded = buildDetector(small, { seed: 14, weights });
    const given = new Map(weights.tensors.map((tensor) => [`${tensor.name} ${tensor.shape}`, tensor.values]));
    const own = new Map(plain.exportWeights().tensors.map((tensor) => [tensor.name, tensor.values]));
    let taken = 0;
    for (const { name, shape, values } of seeded.exportWeights().tensors) {
      const carried = given.get(`${name} ${shape}`);
      expect(values).toEqual(carried ?? own.get(name));
      taken += carried ? 1 : 0;
    }
    expect(taken).toBeGreaterThan(10);
    expect(seeded.importWeights(weights)).toEqual({
      matched: taken,
      total: seeded.plan.layers.flatMap(layerTensors).length,
    });
    donor.dispose();
    plain.dispose();
    seeded.dispose();
  });
});
