import { readFile, truncate, writeFile } from 'node:fs/promises';
import {
  BASE_DIMENSION,
  encodeDescription,
  initialExtractor,
  LEAST_IMAGES,
  parseDescription,
} from '@edgelore/descriptors';
import { seededRandom } from '@edgelore/tensor';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Dataset } from '../dataset/dataset.js';
import { openDataset } from '../dataset/open-dataset.js';
import { failureOf } from '../testing/failure-of.js';
import { ImageFolder } from '../testing/image-folder.js';
import { describeDataset } from './describe-dataset.js';
import { DescriptorJournal } from './descriptor-journal.js';

describe('describeDataset', () => {
  let folder: ImageFolder;
  beforeEach(async () => {
    folder = await ImageFolder.create();
  });
  afterEach(() => folder.remove());

  const random = seededRandom('sample');
  const extractor = initialExtractor(
    1,
    Array.from({ length: 8 }, () => Float32Array.from({ length: BASE_DIMENSION }, () => random.normal())),
  );

  async function datasetOf(count: number): Promise<Dataset> {
    const files = Array.from({ length: count }, (_, index) => `images/${index}.png`);
    for (const [index, file] of files.entries()) {
      await folder.image(file, 24, 20, `hsl(${(index * 37) % 360}, 60%, ${20 + (index % 60)}%)`);
    }
    await folder.json('annotations.json', {
      images: files.map((file, index) => ({ file, boxes: [[2, 2, 6 + (index % 5), 8]] })),
    });
    return openDataset(folder.root);
  }

  it('gives the same valid description twice and counts images and faces', async () => {
    const dataset = await datasetOf(LEAST_IMAGES + 3);
    const progress: string[] = [];
    const first = await describeDataset(dataset, {
      extractor,
      onProgress: (done, total) => progress.push(`${done}/${total}`),
    });
    expect([first.images, first.faces]).toEqual([LEAST_IMAGES + 3, LEAST_IMAGES + 3]);
    expect(parseDescription(JSON.parse(JSON.stringify(first.description)))).toEqual(first.description);
    expect(first.description.images).toBe(LEAST_IMAGES + 3);
    expect(progress).toHaveLength(LEAST_IMAGES + 3);
    expect(progress.at(-1)).toBe(`${LEAST_IMAGES + 3}/${LEAST_IMAGES + 3}`);
    expect((await describeDataset(dataset, { extractor })).description).toEqual(first.description);
  });

  it('skips an image damaged since it was opened, by name', async () => {
    const dataset = await datasetOf(LEAST_IMAGES + 1);
    const { length } = await readFile(folder.path('images/4.png'));
    await truncate(folder.path('images/4.png'), length - 30);
    const described = await describeDataset(dataset, { extractor });
    expect(described.images).toBe(LEAST_IMAGES);
    expect(described.problems[0]).toMatchObject({ kind: 'image-unreadable', count: 1 });
    expect(described.problems[0]?.examples[0]).toContain('images/4.png');
  });

  it('refuses a set too small to hide a single image', async () => {
    const failure = await failureOf(describeDataset(await datasetOf(LEAST_IMAGES - 1), { extractor }));
    expect(failure.code).toBe('TOO_FEW_IMAGES');
    expect(failure.message).toContain('Add 1 more');
  });

  it('stops on request', async () => {
    const dataset = await datasetOf(LEAST_IMAGES);
    const stop = new AbortController();
    const stopped = describeDataset(dataset, {
      extractor,
      signal: stop.signal,
      onProgress: (done) => done === 3 && stop.abort(),
    });
    expect((await failureOf(stopped)).code).toBe('INTERRUPTED');
  });

  describe('with a journal', () => {
    const COUNT = LEAST_IMAGES + 12;
    const BROKEN = 'images/7.png';
    let dataset: Dataset;
    let plain: string;
    beforeEach(async () => {
      dataset = await datasetOf(COUNT);
      const { length } = await readFile(folder.path(BROKEN));
      await truncate(folder.path(BROKEN), length - 30);
      plain = encodeDescription((await describeDataset(dataset, { extractor })).description);
    });

    const described = async (signal?: AbortSignal, onProgress?: (done: number) => void) => {
      const result = await describeDataset(dataset, {
        extractor,
        openJournal: () => DescriptorJournal.open(folder.path('home/descriptors.bin')),
        ...(signal && { signal }),
        ...(onProgress && { onProgress }),
      });
      expect(result.problems[0]).toMatchObject({ kind: 'image-unreadable', count: 1 });
      return encodeDescription(result.description);
    };

    it('goes on from where it was interrupted, to the same bytes', async () => {
      for (const stopAt of [1, 8, COUNT - 1]) {
        const stop = new AbortController();
        const stopped = described(stop.signal, (done) => done === stopAt && stop.abort());
        expect((await failureOf(stopped)).code).toBe('INTERRUPTED');
        // Pictures that were described need not be there any more.
        await folder.image(`images/${Math.max(0, stopAt - 2)}.png`, 24, 20, '#000000');
        if (stopAt === 8) await truncate(folder.path(BROKEN), 30);
      }
      expect(await described()).toBe(plain);
      expect(await described()).toBe(plain);
    });

    it('is not misled by a journal that a crash cut short', async () => {
      const file = folder.path('home/descriptors.bin');
      expect(await described()).toBe(plain);
      const whole = await readFile(file);
      for (const length of [3, 5000]) {
        await writeFile(file, whole.subarray(0, length));
        expect(await described()).toBe(plain);
        expect(await readFile(file)).toEqual(whole);
      }
    });
  });

  it('does not grow with the number of images', async () => {
    const dataset = await datasetOf(300);
    const used = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    const samples: number[] = [];
    await describeDataset(dataset, { extractor, onProgress: (done) => done % 50 === 0 && samples.push(used()) });
    // What is collected when is the engine's choice; kept pixels of 250 images would be 250 times the working copies of one.
    const [early = 0] = samples;
    expect(Math.min(...samples.slice(-2)) - early).toBeLessThan(60e6);
  });
});
