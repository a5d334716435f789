import { KernelRuntime } from '@edgelore/kernels';
import { type Configuration, defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
import { seededRandom, startTensorEngine } from '@edgelore/tensor';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anchorsOf } from './anchors.js';
import { CompiledDetector } from './compiled-detector.js';
import type { Detector, DetectorOutput, LearnerState } from './detector.js';
import { type BatchLoss, batchLoss, type LossRoom } from './losses.js';
import { TensorDetector } from './tensor-detector.js';
import { type DetectorWeights, encodeWeights } from './weights.js';

const runtimes: KernelRuntime[] = [];
beforeAll(async () => {
  await startTensorEngine({ backend: 'wasm' });
  for (const threads of [1, 2]) runtimes.push(await KernelRuntime.start({ threads }));
});
afterAll(() => {
  for (const runtime of runtimes) runtime.dispose();
});

const BATCH = 2;

const standard = defaultConfiguration(faceDetectorSpace);

/** Networks of all kinds, on small pictures. */
const configurations: Configuration[] = [
  { strides: '8-16-32', pyramid: 'none', context: 'dilated', block: 'separable', depth: 1, width: 0.5, headWidth: 16 },
  { strides: '8-16', pyramid: 'fpn', context: 'none', block: 'inverted', depth: 2, width: 1, headWidth: 64 },
  { strides: '4-8-16', pyramid: 'fpn', context: 'dilated', block: 'separable', depth: 2, width: 0.5, headWidth: 32 },
].map((values) => ({ ...standard, values: { ...standard.values, inputSize: 128, ...values } }));

function pictures(configuration: Configuration): Float32Array {
  const size = configuration.values.inputSize as number;
  return Float32Array.from({ length: BATCH * size * size * 3 }, (_, i) => Math.floor(127.5 * (1 + Math.sin(i * i))));
}

/** Weights as after some training: with statistics of their own. */
function trained(detector: Detector): DetectorWeights {
  const random = seededRandom('statistics');
  const { tensors, configuration } = detector.exportWeights();
  const changed = tensors.map((tensor) => {
    if (/\.(variance|scale)$/.test(tensor.name))
      return { ...tensor, values: tensor.values.map(() => 0.5 + random.uniform()) };
    if (/\.(mean|shift)$/.test(tensor.name))
      return { ...tensor, values: tensor.values.map(() => 0.2 * random.normal()) };
    return tensor;
  });
  return { configuration, tensors: changed };
}

/** A loss with the same slopes whatever the outputs. */
function fixedLoss({ logits, deltas }: DetectorOutput, room?: LossRoom): BatchLoss {
  const slopes = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i * i) / count);
  const [logitSlopes, deltaSlopes] = [slopes(logits.length), slopes(deltas.length)];
  room?.logitSlopes.set(logitSlopes);
  room?.deltaSlopes.set(deltaSlopes);
  return { classification: 0, localisation: 0, total: 1, logitSlopes, deltaSlopes };
}

/** Greatest distance, in units of the number itself and of the root mean square of all. */
function difference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  const level = Math.sqrt(b.reduce((sum, value) => sum + value * value, 0) / b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!) / (Math.abs(b[i]!) + level)), 0);
}

describe.each(configurations.map((configuration) => [JSON.stringify(configuration.values), configuration] as const))(
  'a compiled detector of %s',
  (_, configuration) => {
    it('says what the network says on TensorFlow.js', () => {
      const reference = new TensorDetector(configuration, 1);
      const compiled = new CompiledDetector(runtimes[1]!, configuration, 1);
      const weights = trained(reference);
      const images = pictures(configuration);
      expect(compiled.exportWeights()).toEqual(reference.exportWeights());
      for (const detector of [reference, compiled])
        expect(detector.importWeights(weights)).toEqual({
          matched: weights.tensors.length,
          total: weights.tensors.length,
        });
      const expected = reference.predict(images);
      const found = compiled.predict(images);
      expect(difference(found.logits, expected.logits)).toBeLessThan(1e-4);
      expect(difference(found.deltas, expected.deltas)).toBeLessThan(1e-4);
      reference.dispose();
      compiled.dispose();
    });

    it('learns as the network does on TensorFlow.js, the same on one thread and two', () => {
      const images = pictures(configuration);
      const learn = (detector: Detector): { state: LearnerState; norm: number; published: DetectorWeights } => {
        detector.importWeights(trained(detector));
        const learner = detector.startLearning({ batch: BATCH, optimiser: 'sgd' });
        const { norm } = learner.gradient(images, fixedLoss);
        learner.update(0, 0.1);
        const { weights, ...moments } = learner.state();
        const state = structuredClone({ weights, ...moments });
        learner.publish();
        learner.dispose();
        const published = detector.exportWeights();
        detector.dispose();
        return { state, norm, published };
      };
      const expected = learn(new TensorDetector(configuration, 1));
      const [found, other] = runtimes.map((runtime) => learn(new CompiledDetector(runtime, configuration, 1)));
      const bytesOf = ({ state, published }: NonNullable<typeof found>) =>
        [state.weights, published].map((weights) => Buffer.from(encodeWeights(weights)).toString('base64'));
      expect(bytesOf(other!)).toEqual(bytesOf(found!));
      // The velocity after the first step is the gradient.
      expect(difference(found!.state.momentum, expected.state.momentum)).toBeLessThan(1e-4);
      expect(found!.norm / expected.norm).toBeCloseTo(1, 4);
      expect(difference(found!.state.averaged, expected.state.averaged)).toBeLessThan(1e-4);
      expected.published.tensors.forEach(({ name, values }, i) => {
        const own = found!.published.tensors[i]!;
        expect(own.name).toBe(name);
        expect(difference(own.values, values)).toBeLessThan(1e-4);
      });
    });
  },
);

describe('the loss of a compiled detector', () => {
  it.each(['focal', 'mined'] as const)('is that of plain arrays: %s', (classLoss) => {
    const [configuration] = configurations as [Configuration];
    const detector = new CompiledDetector(runtimes[1]!, configuration, 1);
    const learner = detector.startLearning({ batch: BATCH, optimiser: 'sgd' });
    const random = seededRandom('faces');
    const anchors = anchorsOf(detector.plan).boxes;
    const drawn = Int32Array.from({ length: BATCH * detector.plan.anchorCount }, () => random.integer(40) - 2);
    const face = drawn.map((each) => (each > 1 ? -1 : each));
    const targets = { face, boxes: Float32Array.of(10, 20, 30, 40, 50, 40, 20, 25) };
    const options = { classLoss, negativesPerPositive: 3, boxLoss: 'giou', boxWeight: 2 } as const;
    // Twice, so that slopes of before would show.
    for (const _ of [0, 1]) {
      learner.gradient(pictures(configuration), ({ logits, deltas }, room) => {
        const expected = batchLoss(logits, deltas, targets, anchors, options);
        const found = batchLoss(logits, deltas, targets, anchors, options, room);
        expect(found.logitSlopes).toBe(room?.logitSlopes);
        expect(difference(found.logitSlopes, expected.logitSlopes)).toBeLessThan(1e-5);
        expect(difference(found.deltaSlopes, expected.deltaSlopes)).toBe(0);
        expect(found.classification / expected.classification).toBeCloseTo(1, 5);
        face.reverse();
        return found;
      });
    }
    learner.dispose();
    detector.dispose();
  });
});
