import { truncate, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { failureOf } from '../testing/failure-of.js';
import { givenFiles } from '../testing/given-files.js';
import { ImageFolder } from '../testing/image-folder.js';
import { BrowserFolder } from './browser-folder.js';
import type { Dataset } from './dataset.js';
import { openDataset } from './open-dataset.js';
import { type ReadDatasetOptions, readDataset } from './read-dataset.js';

/** Pixels are decoded by browsers only: e2e/src/describe-here.spec.ts looks at those. */
describe('a folder given to a page', () => {
  let folder: ImageFolder;
  beforeEach(async () => {
    folder = await ImageFolder.create();
  });
  afterEach(() => folder.remove());

  const given = async () => new BrowserFolder('faces', await givenFiles(folder.root));
  const inPage = async (options?: ReadDatasetOptions) => readDataset(await given(), options);
  const told = ({ format, items, problems }: Dataset) => ({
    format,
    items,
    problems: problems.map(({ kind, count }) => [kind, count]),
  });

  const names = ['a.jpg', 'b.jpg', 'c.png'].map((name) => `images/${name}`);
  const annotated: Record<string, () => Promise<void>> = {
    edgelore: () =>
      folder.json('annotations.json', { images: names.map((file) => ({ file, boxes: [[30, 2, 20, 12]] })) }),
    coco: () =>
      folder.json('annotations/instances_train.json', {
        images: names.map((file, id) => ({ id, file_name: file.slice(7), width: 40, height: 30 })),
        annotations: names.map((_, id) => ({ id, image_id: id, category_id: 1, bbox: [1, 2, 10, 12] })),
        categories: [{ id: 1, name: 'face' }],
      }),
    wider: () =>
      folder.text(
        'split/wider_face_train_bbx_gt.txt',
        names.map((file) => `${file}\n1\n1 2 10 12 0 0 0 0 0 0\n`).join(''),
      ),
    voc: async () => {
      for (const file of names) {
        const stem = file.slice(7, -4);
        const box = '<bndbox><xmin>2</xmin><ymin>3</ymin><xmax>11</xmax><ymax>14</ymax></bndbox>';
        await folder.text(
          `Annotations/${stem}.xml`,
          `<annotation><filename>${file.slice(7)}</filename><object><name>face</name>${box}</object></annotation>`,
        );
      }
    },
    yolo: async () => {
      for (const file of names) await folder.text(`labels/${file.slice(7, -4)}.txt`, '0 0.5 0.5 0.25 0.4\n');
    },
  };

  it.each(Object.keys(annotated))('is read as the same folder on disk is: %s', async (format) => {
    await folder.images(names);
    await annotated[format]?.();
    await folder.text('.hidden/annotations.json', '{}');
    const onDisk = told(await openDataset(folder.root));
    expect(onDisk.format).toBe(format);
    expect(onDisk.items).toHaveLength(names.length);
    expect(told(await inPage())).toEqual(onDisk);
  });

  it.each([3, 6, 8])('turns boxes for EXIF orientation %d', async (orientation) => {
    const stored = sharp({ create: { width: 48, height: 32, channels: 3, background: '#808080' } });
    await folder.images(['images/1.jpg']);
    await stored.withMetadata({ orientation }).jpeg().toFile(folder.path('images/0.jpg'));
    await folder.json('annotations.json', {
      images: ['0', '1'].map((name) => ({ file: `images/${name}.jpg`, boxes: [[2, 4, 10, 8]] })),
    });
    expect(told(await inPage())).toEqual(told(await openDataset(folder.root)));
  });

  it('leaves out what is cut short, empty, missing or no image', async () => {
    const files = Array.from({ length: 45 }, (_, at) => `images/${at}.jpg`);
    for (const file of files) await folder.image(file, 80, 60, '#345678');
    await folder.json('annotations.json', {
      images: [...files, 'images/none.jpg'].map((file) => ({ file, boxes: [[1, 1, 9, 9]] })),
    });
    await truncate(folder.path('images/3.jpg'), 120);
    await truncate(folder.path('images/4.jpg'), 0);
    await writeFile(folder.path('images/5.jpg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    const dataset = await inPage();
    expect(told(dataset).problems).toEqual([
      ['image-unreadable', 3],
      ['image-missing', 1],
    ]);
    expect(told(dataset)).toEqual(told(await openDataset(folder.root)));
  });

  it.each<[string, string, () => Promise<void>]>([
    ['UNKNOWN_FORMAT', 'images without annotations', () => folder.images(names)],
    ['DATASET_EMPTY', 'no image', () => folder.text('readme.md', 'nothing')],
    ['INVALID_ANNOTATION', 'broken JSON', () => folder.text('annotations.json', '{ "images": [')],
    [
      'PATH_OUTSIDE',
      'a name that climbs out',
      () => folder.json('annotations.json', { images: [{ file: '../secret.jpg', boxes: [] }] }),
    ],
    [
      'AMBIGUOUS_FORMAT',
      'two formats',
      async () => {
        await folder.images(names);
        await annotated.edgelore?.();
        await annotated.wider?.();
      },
    ],
  ])('refuses with %s as on disk: %s', async (code, _, prepare) => {
    await prepare();
    const here = await failureOf(inPage());
    const there = await failureOf(openDataset(folder.root));
    expect([here.code, here.remedy]).toEqual([code, there.remedy]);
    expect(here.message).toBe(there.message.replaceAll(folder.root, 'faces'));
  });
});
