import { KernelRuntime } from '@edgelore/kernels';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { imageSource } from '../labelled-image.js';
import { squares } from '../squares.fixture.js';
import { TrainingError } from '../training.error.js';
import { SharedAdam } from './shared-adam.js';
import { architecture, plainSupernet, sameNumbers } from './supernet.fixture.js';
import { sharedPlaces } from './supernet-layout.js';
import { supernetLabels } from './supernet-scores.js';
import { drawArchitecture, type SupernetTrainingOptions, trainSupernet } from './supernet-training.js';

let runtime: KernelRuntime;
beforeAll(async () => {
  runtime = await KernelRuntime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

const images = imageSource(squares(1, 12));
const initial = plainSupernet(1);
const architectures = [architecture(), architecture({ width: 1, block: 'inverted' }), architecture({ strides: '8' })];
const quick = (): SupernetTrainingOptions => ({
  ...{ images, architectures, initial, runtime, seed: 5, budget: { steps: 5 }, augmentation: 'flip' },
  now: () => performance.now(),
});

async function failureOf(work: Promise<unknown>): Promise<TrainingError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof TrainingError) return error;
    throw error;
  }
  throw new Error('expected a TrainingError, but the call succeeded');
}

describe('training a supernet', () => {
  it('changes in a round the slices of the architecture drawn, and nothing else', async () => {
    const { supernet } = await trainSupernet({ ...quick(), budget: { steps: 1 } });
    const before = initial.shared;
    const own = new Uint8Array(before.length);
    const places = sharedPlaces(drawArchitecture(5, 0, architectures));
    for (const place of places) own[place] = 1;
    let changed = 0;
    before.forEach((value, place) => {
      if (value === supernet.shared[place]) return;
      changed++;
      if (!own[place]) throw new Error(`weight ${place} is not the architecture's, yet it changed`);
    });
    expect(changed).toBeGreaterThan(0.9 * places.length);
  });

  it('gives the same weights again, and the same after an interruption; other seeds give others', async () => {
    const saved: Uint8Array[] = [];
    const whole = await trainSupernet({
      ...quick(),
      checkpoint: { every: 0, save: (bytes) => void saved.push(bytes) },
    });
    expect(whole.budget).toEqual({ steps: 5, turns: [] });
    expect(whole.supernet.steps).toBe(20);
    expect(saved).toHaveLength(4);
    for (const resume of [undefined, saved[1]]) {
      const again = await trainSupernet({ ...quick(), ...(resume && { resume }) });
      expect(sameNumbers(again.supernet.shared, whole.supernet.shared)).toBe(true);
    }
    const other = await trainSupernet({ ...quick(), seed: 6 });
    expect(sameNumbers(other.supernet.shared, whole.supernet.shared)).toBe(false);
  });

  it('draws from the whole space, every value of every dimension', () => {
    const drawn = Array.from({ length: 200 }, (_, round) => drawArchitecture(1, round));
    expect(new Set(drawn.map(({ values }) => values.inputSize)).size).toBe(5);
    expect(new Set(drawn.map(({ values }) => values.strides)).size).toBe(4);
    expect(new Set(drawn.map(({ values }) => JSON.stringify(values))).size).toBeGreaterThan(180);
    expect(new Set(drawn.map(({ values }) => values.learningRate)).size).toBe(1);
  });

  it('learns drawn faces: sub-networks score better than untrained ones; and leaves no memory behind', async () => {
    const losses: number[] = [];
    const seen = [architectures[0]!, architecture({ learningRate: 0.03, batch: 16 })];
    const { supernet } = await trainSupernet({
      ...quick(),
      architectures: architectures.slice(0, 2),
      budget: { steps: 25 },
      onProgress: ({ loss, round, rounds }) => {
        losses.push(loss);
        expect(rounds).toBe(25);
        expect(round).toBe(losses.length);
      },
    });
    expect(losses).toHaveLength(25);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const pages = runtime.memory.buffer.byteLength;
    const options = { configurations: seen, images: imageSource(squares(2, 12)), runtime };
    const before = Float32Array.from(supernet.shared);
    const trained = await supernetLabels({ ...options, supernet });
    const untrained = await supernetLabels({ ...options, supernet: initial });
    expect(trained.ap50[0]).toBeGreaterThan(untrained.ap50[0]! + 0.3);
    expect(trained.negativeLoss[0]).toBeGreaterThan(untrained.negativeLoss[0]! + 0.3);
    // Hyperparameters do not change a sub-network.
    expect(trained.ap50[1]).toBe(trained.ap50[0]);
    expect(sameNumbers(supernet.shared, before)).toBe(true);
    expect(runtime.memory.buffer.byteLength).toBe(pages);
  });

  it('says what is wrong', async () => {
    const none = await failureOf(trainSupernet({ ...quick(), images: imageSource([]) }));
    expect(none.code).toBe('NO_IMAGES');
    const stop = new AbortController();
    const saved: Uint8Array[] = [];
    const stopped = await failureOf(
      trainSupernet({
        ...quick(),
        signal: stop.signal,
        onProgress: ({ round }) => round === 2 && stop.abort(),
        checkpoint: { every: 1e6, save: (bytes) => void saved.push(bytes) },
      }),
    );
    expect([stopped.code, stopped.step]).toEqual(['ABORTED', 2]);
    expect(saved).toHaveLength(1);
    const foreign = await failureOf(trainSupernet({ ...quick(), seed: 6, resume: saved[0]! }));
    expect(foreign.code).toBe('FOREIGN_CHECKPOINT');
    const broken = await failureOf(trainSupernet({ ...quick(), resume: saved[0]!.subarray(0, 1000) }));
    expect(broken.code).toBe('BROKEN_CHECKPOINT');
  });
});

describe('Adam on shared weights', () => {
  it('counts the steps of each weight: a late one starts as an early one did', () => {
    const adam = new SharedAdam(2);
    const shared = Float32Array.of(0, 0);
    const settings = { rate: 0.4, factor: 1 };
    const none = new Float32Array(2);
    const step = (places: readonly number[], slopes: readonly number[]) =>
      adam.update(shared, Int32Array.from(places), Float32Array.from(slopes), none, settings);
    step([0], [3]);
    // The first step of Adam is the rate itself, here a fortieth of it.
    expect(shared[0]).toBeCloseTo(-0.01, 6);
    for (let i = 0; i < 99; i++) step([0], [3]);
    step([1], [-0.5]);
    expect(shared[1]).toBeCloseTo(0.01, 6);
    expect([...adam.counts]).toEqual([100, 1]);
  });

  it('takes off decaying weights in proportion', () => {
    const adam = new SharedAdam(1);
    const shared = Float32Array.of(2);
    adam.update(shared, Int32Array.of(0), Float32Array.of(0), Float32Array.of(0.5), { rate: 0.4, factor: 1 });
    expect(shared[0]).toBeCloseTo(2 - (0.4 / 40) * 0.5 * 2, 6);
  });
});
