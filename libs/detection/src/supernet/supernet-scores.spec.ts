import { KernelRuntime } from '@edgelore/kernels';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CompiledDetector } from '../compiled-detector.js';
import { evaluateDetector } from '../detect.js';
import { imageSource } from '../labelled-image.js';
import { TrainingError } from '../training.error.js';
import { architecture, plainSupernet, squares } from './drawn-faces.fixture.js';
import { weightsOf } from './supernet.js';
import { architectureKey, calibratedWeights, supernetLabels } from './supernet-scores.js';

let runtime: KernelRuntime;
beforeAll(async () => {
  runtime = await KernelRuntime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

const supernet = plainSupernet(3);
const images = squares(1, 12);

describe('sub-networks on pictures', () => {
  it('have the statistics of the pictures, and score as the detector of these weights does', async () => {
    const configuration = architecture({ pyramid: 'fpn' });
    const weights = await calibratedWeights({ supernet, configuration, images, runtime });
    const plain = weightsOf(supernet, configuration);
    const means = (name: string) => weights.tensors.find((tensor) => tensor.name === name)!.values;
    weights.tensors.forEach(({ name, values }, i) => {
      if (!/mean|variance/.test(name)) expect(values).toEqual(plain.tensors[i]!.values);
    });
    // Pictures are darker than the middle grey, so that some channel of the stem is off its middle.
    expect(Math.max(...means('stem.norm.mean').map(Math.abs))).toBeGreaterThan(0.01);
    for (const value of means('stem.norm.variance')) expect(value).toBeGreaterThan(0);
    const detector = new CompiledDetector(runtime, configuration, 1);
    detector.importWeights(weights);
    const { ap } = await evaluateDetector(detector, images);
    const { ap50 } = await supernetLabels({ supernet, configurations: [configuration], images, runtime });
    expect(ap50[0]).toBeCloseTo(ap, 9);
    // Normalised by these statistics, the batch that they are of has mean 0: a forward pass of the whole agrees with one that normalises by the batch.
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
