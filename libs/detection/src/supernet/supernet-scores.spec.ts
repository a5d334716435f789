import { KernelRuntime } from '@edgelore/kernels';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anchorsOf } from '../anchors.js';
import { CompiledDetector } from '../compiled-detector.js';
import { evaluateDetector } from '../detect.js';
import { imageSource } from '../labelled-image.js';
import { batchLoss } from '../losses.js';
import { squares } from '../squares.fixture.js';
import { TrainingError } from '../training.error.js';
import { architecture, plainSupernet, sameNumbers } from './supernet.fixture.js';
import { weightsOf } from './supernet.js';
import { architectureKey, calibratedWeights, supernetLabels } from './supernet-scores.js';

let runtime: KernelRuntime;
beforeAll(async () => {
  runtime = await KernelRuntime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

const supernet = plainSupernet(3);
const images = imageSource(squares(1, 12));

describe('sub-networks on pictures', () => {
  it('have the statistics of the pictures: what they say of them is what a network says that normalises by the batch', async () => {
    const configuration = architecture({ pyramid: 'fpn', block: 'inverted' });
    const eight = imageSource(squares(1, 8));
    const weights = await calibratedWeights({ supernet, configuration, images: eight, runtime });
    const plain = weightsOf(supernet, configuration);
    weights.tensors.forEach(({ name, values }, i) => {
      if (!/mean|variance/.test(name)) expect(sameNumbers(values, plain.tensors[i]!.values)).toBe(true);
    });
    const detector = new CompiledDetector(runtime, configuration, 1);
    detector.importWeights(weights);
    const pixels = new Float32Array(8 * 128 * 128 * 3);
    for (let i = 0; i < 8; i++) pixels.set((await eight.load(i)).pixels, i * 128 * 128 * 3);
    const found = Float32Array.from(detector.predict(pixels).logits);
    const learner = detector.startLearning({ batch: 8, optimiser: 'sgd' });
    let expected = new Float32Array();
    learner.gradient(pixels, ({ logits, deltas }, room) => {
      expected = Float32Array.from(logits);
      const targets = { face: new Int32Array(logits.length).fill(-1), boxes: new Float32Array() };
      const loss = { classLoss: 'focal', negativesPerPositive: 3, boxLoss: 'giou', boxWeight: 2 } as const;
      return batchLoss(logits, deltas, targets, anchorsOf(detector.plan).boxes, loss, room);
    });
    const furthest = found.reduce((far, logit, i) => Math.max(far, Math.abs(logit - expected[i]!)), 0);
    expect(furthest).toBeLessThan(1e-3);
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(0.01);
    learner.dispose();
    detector.dispose();
  });

  it('have the statistics of all batches together', async () => {
    const configuration = architecture();
    const source = imageSource(squares(1, 16));
    const all = await Promise.all(Array.from({ length: 16 }, (_, i) => source.load(i)));
    // Half of them darker, so that the halves differ.
    const dark = all.map((image, i) => (i < 8 ? image : { ...image, pixels: image.pixels.map((value) => value >> 2) }));
    const statistics = async (from: number, to: number) => {
      const some = imageSource(dark.slice(from, to));
      const { tensors } = await calibratedWeights({ supernet, configuration, images: some, runtime });
      const valuesOf = (role: string) => tensors.find(({ name }) => name === `stem.norm.${role}`)!.values;
      return { mean: valuesOf('mean'), variance: valuesOf('variance') };
    };
    const [whole, light, darker] = [await statistics(0, 16), await statistics(0, 8), await statistics(8, 16)];
    whole.mean.forEach((value, i) => {
      const apart = (light.mean[i]! - darker.mean[i]!) / 2;
      expect(value).toBeCloseTo((light.mean[i]! + darker.mean[i]!) / 2, 5);
      expect(whole.variance[i]).toBeCloseTo((light.variance[i]! + darker.variance[i]!) / 2 + apart * apart, 4);
    });
    expect(light.mean[0]).not.toBeCloseTo(darker.mean[0]!, 2);
  });

  it('score as a detector of these weights does', async () => {
    const configuration = architecture({ pyramid: 'fpn' });
    const detector = new CompiledDetector(runtime, configuration, 1);
    detector.importWeights(await calibratedWeights({ supernet, configuration, images, runtime }));
    const { ap } = await evaluateDetector(detector, images);
    const { ap50 } = await supernetLabels({ supernet, configurations: [configuration], images, runtime });
    expect(ap50[0]).toBeCloseTo(ap, 9);
    expect(ap).toBeGreaterThan(0);
    detector.dispose();
  });

  it('are looked at once for all hyperparameters, in the order of the configurations asked for', async () => {
    const small = architecture();
    const large = architecture({ inputSize: 160 });
    const progress: string[] = [];
    const configurations = [large, small, architecture({ learningRate: 0.1, optimiser: 'sgd' }), large];
    const all = await supernetLabels({
      ...{ supernet, configurations, images, runtime },
      onProgress: ({ done, total }) => progress.push(`${done}/${total}`),
    });
    expect(progress).toEqual(['1/2', '2/2']);
    const alone = await supernetLabels({ supernet, configurations: [large], images, runtime });
    expect(all.negativeLoss[0]).toBe(alone.negativeLoss[0]);
    expect(all.negativeLoss[3]).toBe(all.negativeLoss[0]);
    expect(all.negativeLoss[2]).toBe(all.negativeLoss[1]);
    expect(all.negativeLoss[1]).not.toBe(all.negativeLoss[0]);
    expect(architectureKey(small)).toBe('128/0.5/1/separable/8-16/none/none/16');
  });

  it('are looked at on a bounded number of pictures', async () => {
    const asked: number[] = [];
    const source = {
      count: 12,
      load: (index: number) => {
        asked.push(index);
        return images.load(index);
      },
    };
    await supernetLabels({ supernet, configurations: [architecture()], images: source, limit: 3, runtime });
    expect(asked).toEqual([0, 4, 8]);
  });

  it('say what is wrong, and stop when asked', async () => {
    const codeOf = async (work: Promise<unknown>) => {
      const error: unknown = await work.catch((caught: unknown) => caught);
      return error instanceof TrainingError ? error.code : error;
    };
    const options = { supernet, configurations: [architecture()], runtime };
    expect(await codeOf(supernetLabels({ ...options, images: imageSource([]) }))).toBe('NO_IMAGES');
    const faceless = { ...(await images.load(0)), boxes: [] };
    expect(await codeOf(supernetLabels({ ...options, images: imageSource([faceless]) }))).toBe('NO_FACES');
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    expect(await codeOf(supernetLabels({ ...options, images, signal: stop.signal }))).toEqual(new Error('enough'));
  });
});
