import { LEAST_IMAGES, parseDescription } from '@edgelore/descriptors';
import { balanceOf } from '@edgelore/privacy';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDataset } from '../dataset/open-dataset.js';
import { failureOf } from '../testing/failure-of.js';
import { ImageFolder } from '../testing/image-folder.js';
import { offline, silent } from '../testing/offline.js';
import { describeOnce } from './describe-once.js';
import { TaskFolder } from './task-folder.js';

describe('the description that may leave', () => {
  let folder: ImageFolder;
  beforeEach(async () => {
    folder = await ImageFolder.create();
    const files = Array.from({ length: LEAST_IMAGES }, (_, index) => `faces/${index}.png`);
    for (const [index, file] of files.entries()) await folder.image(file, 24, 20, `hsl(${index * 11}, 60%, 40%)`);
    await annotate(9);
  });
  afterEach(() => folder.remove());

  const annotate = (height: number) =>
    folder.json('faces/annotations.json', {
      images: Array.from({ length: LEAST_IMAGES }, (_, index) => ({
        file: `${index}.png`,
        boxes: [[1, 1, 9, height]],
      })),
    });
  const open = async () => {
    const dataset = await openDataset(folder.path('faces'));
    return { dataset, task: await TaskFolder.open(folder.path('home'), dataset) };
  };
  const describeWith = async (epsilon?: number) => {
    const { dataset, task } = await open();
    const description = await describeOnce(
      {
        dataset,
        client: offline,
        progress: silent,
        guarantee: epsilon === undefined ? undefined : { epsilon, delta: 1e-5 },
      },
      task,
    );
    return { description, task };
  };
  const spent = async () => balanceOf((await (await open()).task.privacy()).ledger);

  it('carries the noise that was asked for, is charged once and stays the same', async () => {
    const first = await describeWith(1);
    expect(parseDescription(JSON.parse(JSON.stringify(first.description)))).toEqual(first.description);
    expect(first.description.rows).toHaveLength(1);
    expect(first.task.protection).toMatchObject({ epsilon: 1, delta: 1e-5 });
    for (const epsilon of [1, undefined]) expect((await describeWith(epsilon)).description).toEqual(first.description);
    expect((await spent()).epsilon).toBeCloseTo(1, 6);
  });

  it('is another task with other noise, and both are charged', async () => {
    const plain = await describeWith();
    expect(plain.description.rows).toHaveLength(2);
    const [one, two] = [await describeWith(1), await describeWith(2)];
    expect(new Set([plain, one, two].map(({ task }) => task.clientKey)).size).toBe(3);
    expect(one.description.rows).not.toEqual(two.description.rows);
    expect((await spent()).epsilon).toBeGreaterThan(2.1);
  });

  it('is not made once the cap is reached, even by changing the annotations', async () => {
    await describeWith(3.9);
    await annotate(8);
    const { task } = await open();
    expect((await failureOf(describeWith(3))).code).toBe('PRIVACY_SPENT');
    expect(task.description).toBeUndefined();
    expect((await spent()).epsilon).toBeLessThan(4);
  });

  it('leaves without noise on record, and not at all where it left with noise before', async () => {
    const { task } = await describeWith();
    await task.chargeUnprotected('description');
    await task.chargeUnprotected('description');
    expect(await spent()).toMatchObject({ unprotected: 1, epsilon: 0 });
    await describeWith(1);
    await annotate(8);
    const another = await describeWith();
    expect((await failureOf(another.task.chargeUnprotected('description'))).code).toBe('PRIVACY_SPENT');
  });

  it('refuses a delta as large as one image', async () => {
    const { dataset, task } = await open();
    const failure = await failureOf(
      describeOnce(
        {
          dataset,
          client: offline,
          progress: silent,
          guarantee: { epsilon: 1, delta: 0.1 },
        },
        task,
      ),
    );
    expect([failure.code, failure.exitCode]).toEqual(['INVALID_GUARANTEE', 64]);
    expect((await spent()).mu).toBe(0);
  });
});
