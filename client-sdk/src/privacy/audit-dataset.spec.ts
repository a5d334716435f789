import { LEAST_IMAGES } from '@edgelore/descriptors';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDataset } from '../dataset/open-dataset.js';
import { DescriptorJournal } from '../describe/descriptor-journal.js';
import { failureOf } from '../testing/failure-of.js';
import { ImageFolder } from '../testing/image-folder.js';
import { offline, silent } from '../testing/offline.js';
import { auditDataset } from './audit-dataset.js';

describe('the audit of a dataset', () => {
  let folder: ImageFolder;
  beforeEach(async () => {
    folder = await ImageFolder.create();
  });
  afterEach(() => folder.remove());

  async function audited(images: number, hue: (index: number) => number, trials = 100) {
    const files = Array.from({ length: images }, (_, index) => `${index}.png`);
    for (const [index, file] of files.entries())
      await folder.image(`faces/${file}`, 24, 20, `hsl(${hue(index)}, 60%, 40%)`);
    await folder.json('faces/annotations.json', { images: files.map((file) => ({ file, boxes: [[1, 1, 9, 9]] })) });
    return auditDataset({
      dataset: await openDataset(folder.path('faces')),
      client: offline,
      progress: silent,
      openJournal: () => DescriptorJournal.open(folder.path('home/descriptors.bin')),
      guarantee: { epsilon: 1, delta: 1e-5 },
      trials,
      seed: 1,
    });
  }
  const different = (index: number) => 9 * index;

  it('gives the same report twice', async () => {
    const first = await audited(LEAST_IMAGES, different);
    expect(first.images).toBe(LEAST_IMAGES);
    expect(await audited(LEAST_IMAGES, different)).toEqual(first);
  });

  it('refuses what cannot be attacked, and says what is missing', async () => {
    expect((await failureOf(audited(LEAST_IMAGES - 1, different))).code).toBe('TOO_FEW_IMAGES');
    const rash = await failureOf(audited(LEAST_IMAGES, different, 10));
    expect([rash.code, rash.exitCode]).toEqual(['AUDIT_IMPOSSIBLE', 65]);
    expect(rash.message).toContain('needs 100 trials');
  });
});
