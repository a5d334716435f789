import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { decodeWeights } from '@edgelore/detection';
import {
  type Configuration,
  defaultConfiguration,
  faceDetectorSpace,
  parseConfiguration,
} from '@edgelore/search-space';
import { startTensorEngine, tensorCount } from '@edgelore/tensor';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BrowserFolder } from '../dataset/browser-folder.js';
import type { Dataset } from '../dataset/dataset.js';
import { openDataset } from '../dataset/open-dataset.js';
import { writeDemo } from '../demo/write-demo.js';
import { failureOf } from '../testing/failure-of.js';
import { ImageFolder } from '../testing/image-folder.js';
import { datasetImages, splitItems } from './dataset-images.js';
import { readResult } from './run-result.js';
import { trainOnDataset } from './train-on-dataset.js';

describe('training on a dataset', () => {
  let folder: ImageFolder;
  let dataset: Dataset;
  let configuration: Configuration;
  beforeAll(async () => {
    folder = await ImageFolder.create();
    await writeDemo({ folder: folder.path('demo'), domain: 'drawn-portraits', count: 12, maxSide: 96 });
    dataset = await openDataset(folder.path('demo'));
    const { space, values } = defaultConfiguration(faceDetectorSpace);
    const small = { inputSize: 128, width: 0.5, depth: 1, strides: '8-16', pyramid: 'none', context: 'none', batch: 8 };
    configuration = parseConfiguration(faceDetectorSpace, { space, values: { ...values, ...small, start: 'scratch' } });
    await startTensorEngine();
  });
  afterAll(() => folder.remove());

  const train = (
    name: string,
    more: { signal?: AbortSignal; onProgress?: (progress: { step: number }) => void } = {},
  ) => trainOnDataset({ dataset, configuration, budget: { steps: 4 }, seed: 3, folder: folder.path(name), ...more });

  it('trains, evaluates, stores whole files and leaves no tensor behind', async () => {
    const before = tensorCount();
    const result = await train('run');
    expect(tensorCount()).toBe(before);
    expect(result.steps).toBe(4);
    expect(result.ap50).toBeGreaterThanOrEqual(0);
    expect(result.ap50).toBeLessThanOrEqual(1);
    expect(result.images.training + result.images.heldOut).toBe(12);
    expect(await readResult(folder.path('run'))).toEqual(result);
    const weights = decodeWeights(await readFile(result.weights.file));
    expect(weights.configuration).toEqual(configuration);
    expect(existsSync(folder.path('run/checkpoint.bin'))).toBe(false);
    // A finished run is given back, under the same report key, so that it can never count twice.
    expect(await train('run')).toEqual(result);
  });

  it('goes on from where it was stopped and ends with the same weights', async () => {
    const whole = await train('whole');
    const stop = new AbortController();
    const stopped = await failureOf(
      train('stopped', { signal: stop.signal, onProgress: ({ step }) => step >= 2 && stop.abort() }),
    );
    expect([stopped.code, stopped.exitCode]).toEqual(['INTERRUPTED', 130]);
    expect(existsSync(folder.path('stopped/checkpoint.bin'))).toBe(true);
    expect(await readResult(folder.path('stopped'))).toBeUndefined();
    const steps: number[] = [];
    const resumed = await train('stopped', { onProgress: ({ step }) => steps.push(step) });
    expect(Math.min(...steps)).toBeGreaterThan(2);
    expect(resumed.weights.sha256).toBe(whole.weights.sha256);
    expect(resumed.ap50).toBe(whole.ap50);
  });

  it('stops with one clear line when the disk is full, and nothing half written', async () => {
    if (!existsSync('/dev/full')) {
      console.info('full disk: passes without a check, this system has no /dev/full');
      return;
    }
    await mkdir(folder.path('full'));
    await symlink('/dev/full', folder.path('full/weights.bin.part'));
    const before = tensorCount();
    const failure = await failureOf(train('full'));
    expect([failure.code, failure.exitCode]).toEqual(['DISK_FULL', 73]);
    expect(tensorCount()).toBe(before);
    expect(existsSync(folder.path('full/weights.bin'))).toBe(false);
    expect(existsSync(folder.path('full/result.json'))).toBe(false);
  });

  it('names a damaged checkpoint and a damaged result', async () => {
    await mkdir(folder.path('broken'));
    await writeFile(folder.path('broken/checkpoint.bin'), 'not a checkpoint');
    expect((await failureOf(train('broken'))).code).toBe('RUN_DAMAGED');
    await writeFile(folder.path('broken/result.json'), '{"ap50": 2');
    const failure = await failureOf(train('broken'));
    expect(failure.code).toBe('RUN_DAMAGED');
    expect(failure.file).toBe(folder.path('broken/result.json'));
  });
});

describe('the held-out split', () => {
  const item = (index: number, group?: string, faces = 1) => ({
    file: `${index}.jpg`,
    width: 10,
    height: 10,
    boxes: Array.from({ length: faces }, () => [1, 1, 5, 5] as const),
    ignore: [],
    ...(group === undefined ? {} : { group }),
  });
  const datasetOf = (items: Dataset['items']): Dataset => ({
    root: '/faces',
    folder: new BrowserFolder('/faces', []),
    format: 'edgelore',
    items,
    problems: [],
  });

  it('holds out three tenths, the same each time, and keeps groups whole', () => {
    const plain = datasetOf(Array.from({ length: 40 }, (_, index) => item(index)));
    const { training, heldOut } = splitItems(plain);
    expect(heldOut).toHaveLength(12);
    expect(new Set([...training, ...heldOut].map(({ file }) => file)).size).toBe(40);
    expect(splitItems(plain)).toEqual({ training, heldOut });

    const grouped = datasetOf(Array.from({ length: 40 }, (_, index) => item(index, `person ${index >> 2}`)));
    const split = splitItems(grouped);
    const left = new Set(split.training.map(({ group }) => group));
    expect(split.heldOut.some(({ group }) => left.has(group))).toBe(false);
    expect(split.heldOut.length).toBeGreaterThan(0);
  });

  it('refuses sets that cannot be divided or leave a side without faces', async () => {
    const one = failureOf(Promise.resolve().then(() => splitItems(datasetOf([item(0)]))));
    expect((await one).code).toBe('TOO_FEW_IMAGES');
    const single = failureOf(
      Promise.resolve().then(() =>
        splitItems(datasetOf(Array.from({ length: 20 }, (_, index) => item(index, undefined, index === 0 ? 1 : 0)))),
      ),
    );
    expect((await single).code).toBe('NO_FACES');
  });
});

describe('datasetImages', () => {
  it('decodes an image once and gives it back from memory', async () => {
    const folder = await ImageFolder.create();
    try {
      await folder.images(['images/0.png']);
      await folder.json('annotations.json', { images: [{ file: 'images/0.png', boxes: [[1, 1, 5, 5]] }] });
      const dataset = await openDataset(folder.root);
      const images = datasetImages(dataset, dataset.items, 320);
      const first = await images.load(0);
      expect(await images.load(0)).toBe(first);
    } finally {
      await folder.remove();
    }
  });
});
