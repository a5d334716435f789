import { type Configuration, defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
import { isNativeInstalled, startTensorEngine, type TensorBackend, tensorCount } from '@edgelore/tensor';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildDetector } from './build-detector.js';
import { detect, evaluateDetector } from './detect.js';
import { intersectionOverUnion } from './geometry.js';
import { imageSource, type LabelledImage } from './labelled-image.js';
import { squares } from './squares.fixture.js';
import { TrainingError } from './training.error.js';
import { type TrainingOptions, type TrainingProgress, trainDetector } from './training.js';
import type { DetectorWeights } from './weights.js';

const standard = defaultConfiguration(faceDetectorSpace);
const small: Configuration = {
  ...standard,
  values: {
    ...standard.values,
    inputSize: 128,
    width: 0.5,
    depth: 1,
    strides: '8-16',
    pyramid: 'none',
    headWidth: 16,
    learningRate: 0.01,
    augmentation: 'crop',
    batch: 8,
  },
};

function withValues(values: Configuration['values']): Configuration {
  return { ...small, values: { ...small.values, ...values } };
}

const images = imageSource(squares(1, 24));
const few = imageSource(squares(4, 3));
const now = () => performance.now();
const quick: TrainingOptions = { configuration: small, images, budget: { steps: 6 }, seed: 3, now };

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    if (error instanceof TrainingError) return error.code;
    throw error;
  }
}

const BACKENDS: TensorBackend[] = ['wasm'];
if (isNativeInstalled()) {
  BACKENDS.push('tensorflow');
} else {
  console.info('training: tfjs-node is not installed (npm run setup:native), so it is passed over');
}

describe.each(BACKENDS)('training on %s', (backend) => {
  beforeAll(async () => {
    await startTensorEngine({ backend });
  });

  it('learns bright squares, and reports on its way', async () => {
    const before = tensorCount();
    const heldOut = imageSource(squares(2, 12));
    const reports: TrainingProgress[] = [];
    const { detector, steps, curve, budget } = await trainDetector({
      ...quick,
      budget: { steps: 110 },
      onProgress: (progress) => reports.push(progress),
      validate: { images: heldOut, times: 1 },
    });
    expect(steps).toBe(110);
    expect(budget).toEqual({ steps: 110, turns: [] });
    expect(reports).toHaveLength(110);
    expect(reports.at(-1)).toMatchObject({ step: 110, steps: 110, secondsLeft: 0 });
    expect(reports.at(-1)?.loss.total).toBeLessThan((reports[0]?.loss.total ?? 0) / 2);
    const { ap, faces } = await evaluateDetector(detector, heldOut);
    expect(faces).toBe(24);
    expect(ap).toBeGreaterThan(0.8);
    expect(curve.map((point) => point.step)).toEqual([55]);
    expect(curve.at(-1)?.ap50).toBeGreaterThan(0.2);
    const picture = squares(5, 1)[0] as LabelledImage;
    const [best] = detect(detector, picture);
    expect(Math.max(...picture.boxes.map((box) => intersectionOverUnion(box, best?.box ?? box)))).toBeGreaterThan(0.5);
    detector.dispose();
    expect(tensorCount()).toBe(before);
  });

  it.each([
    ['mined', 'smooth-l1', 'sgd'],
    ['focal', 'giou', 'adam'],
  ])('lowers the loss with %s, %s and %s', async (classLoss, boxLoss, optimiser) => {
    const losses: number[] = [];
    const { detector } = await trainDetector({
      ...quick,
      configuration: withValues({ classLoss, boxLoss, optimiser }),
      budget: { steps: 24 },
      onProgress: ({ loss }) => losses.push(loss.total),
    });
    detector.dispose();
    const mean = (part: number[]) => part.reduce((sum, loss) => sum + loss, 0) / part.length;
    expect(mean(losses.slice(-4))).toBeLessThan(0.8 * mean(losses.slice(0, 4)));
  });

  it('returns the averaged weights', async () => {
    const start = buildDetector(small, { seed: quick.seed });
    const { detector } = await trainDetector({ ...quick, budget: { steps: 1 } });
    const biasOf = (weights: DetectorWeights) => weights.tensors.find((tensor) => tensor.name.endsWith('.class.bias'));
    const before = biasOf(start.exportWeights())?.values ?? [];
    const after = biasOf(detector.exportWeights())?.values ?? [];
    // Adam's first step is the rate itself, a thirtieth of its peak; the first average holds nine tenths of it.
    after.forEach((value, i) => {
      expect(Math.abs(value - (before[i] as number))).toBeCloseTo((0.9 * 0.01) / 30, 5);
    });
    expect(after.length).toBeGreaterThan(0);
    start.dispose();
    detector.dispose();
  });

  it('gives the same weights again, and the same after an interruption at any checkpoint', async () => {
    const saved: Uint8Array[] = [];
    const whole = await trainDetector({
      ...quick,
      checkpoint: { every: 0, save: (bytes) => void saved.push(bytes) },
      validate: { images: few, times: 2 },
    });
    expect(saved).toHaveLength(5);
    const weights = whole.detector.exportWeights();
    whole.detector.dispose();
    for (const resume of [undefined, saved[1], saved[3]]) {
      const again = await trainDetector({
        ...quick,
        validate: { images: few, times: 2 },
        ...(resume && { resume }),
      });
      expect(again.detector.exportWeights()).toEqual(weights);
      expect(again.curve).toEqual(whole.curve);
      again.detector.dispose();
    }
    const other = await trainDetector({ ...quick, seed: 4 });
    expect(other.detector.exportWeights()).not.toEqual(weights);
    other.detector.dispose();
  });

  it.each([
    ['fast steps', 40, 0, [3]],
    ['slow steps', 250, 0, [1, 2, 3, 4, 5]],
    ['saves that take long, which do not count', 60, 10_000, [2, 4]],
  ])('saves by the clock: %s', async (_, stepMs, saveMs, expected) => {
    let clock = 0;
    let done = 0;
    const saved: number[] = [];
    const { detector } = await trainDetector({
      ...quick,
      now: () => clock,
      onProgress: ({ step }) => {
        done = step;
        clock += stepMs;
      },
      checkpoint: {
        every: 0.1,
        save: () => {
          saved.push(done);
          clock += saveMs;
        },
      },
    });
    detector.dispose();
    expect(saved).toEqual(expected);
  });

  it('saves a step once, also where it is stopped right after a save or a resume', async () => {
    const stop = new AbortController();
    const saved: Uint8Array[] = [];
    const checkpoint = {
      every: 0,
      save: (bytes: Uint8Array) => {
        saved.push(bytes);
        stop.abort();
      },
    };
    expect(await codeOf(trainDetector({ ...quick, checkpoint, signal: stop.signal }))).toBe('ABORTED');
    expect(saved).toHaveLength(1);
    const [resume] = saved as [Uint8Array];
    expect(await codeOf(trainDetector({ ...quick, checkpoint, signal: stop.signal, resume }))).toBe('ABORTED');
    expect(saved).toHaveLength(1);
  });

  it('saves its state when it is stopped, and goes on from there', async () => {
    const before = tensorCount();
    const stop = new AbortController();
    let resume: Uint8Array | undefined;
    const stopped = trainDetector({
      ...quick,
      signal: stop.signal,
      onProgress: ({ step }) => step === 3 && stop.abort(),
      checkpoint: {
        every: 1000,
        save: (bytes) => {
          resume = bytes;
        },
      },
    });
    expect(await codeOf(stopped)).toBe('ABORTED');
    expect(tensorCount()).toBe(before);
    if (!resume) throw new Error('nothing was saved');
    const resumed = await trainDetector({ ...quick, resume });
    const whole = await trainDetector(quick);
    expect(resumed.steps).toBe(6);
    expect(resumed.detector.exportWeights()).toEqual(whole.detector.exportWeights());
    resumed.detector.dispose();
    whole.detector.dispose();
    expect(await codeOf(trainDetector({ ...quick, seed: 99, resume }))).toBe('FOREIGN_CHECKPOINT');
    expect(await codeOf(trainDetector({ ...quick, resume: resume.subarray(0, 900) }))).toBe('BROKEN_CHECKPOINT');
    expect(tensorCount()).toBe(before);
  });

  it('keeps to a time, and its number of steps repeats the run', async () => {
    let clock = 0;
    const timed = await trainDetector({
      ...quick,
      budget: { seconds: 2 },
      now: () => clock,
      onProgress: () => {
        clock += 100;
      },
    });
    expect(timed.seconds).toBeGreaterThan(1.5);
    expect(timed.seconds).toBeLessThan(2.5);
    const again = await trainDetector({ ...quick, budget: timed.budget });
    expect(again.detector.exportWeights()).toEqual(timed.detector.exportWeights());
    timed.detector.dispose();
    again.detector.dispose();
  });

  it('stops with a remedy when the loss is no longer a number', async () => {
    const before = tensorCount();
    const { detector, weights } = brokenWeights();
    detector.dispose();
    const run = trainDetector({ ...quick, initialWeights: weights });
    await expect(run).rejects.toMatchObject({ code: 'DIVERGED', step: 0 });
    await expect(run).rejects.toThrow('lower learningRate (now 0.01)');
    expect(tensorCount()).toBe(before);
  });

  it('wants at least one face', async () => {
    const [picture] = squares(1, 1);
    const empty = { ...(picture as LabelledImage), boxes: [] };
    expect(await codeOf(trainDetector({ ...quick, images: imageSource([empty, empty]) }))).toBe('NO_FACES');
    expect(await codeOf(trainDetector({ ...quick, images: imageSource([]) }))).toBe('NO_IMAGES');
    const some = imageSource([empty, picture as LabelledImage, empty]);
    const { detector } = await trainDetector({ ...quick, images: some, budget: { steps: 1 } });
    detector.dispose();
  });
});

function brokenWeights() {
  const detector = buildDetector(small, { seed: 1 });
  const weights = detector.exportWeights();
  weights.tensors.find((tensor) => tensor.name.endsWith('.box.bias'))?.values.fill(Number.NaN);
  return { detector, weights };
}
