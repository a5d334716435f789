import { copyFile, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDataset } from '../dataset/open-dataset.js';
import { failureOf } from '../testing/failure-of.js';
import { ImageFolder } from '../testing/image-folder.js';
import { TaskFolder } from './task-folder.js';

describe('what this machine remembers of a dataset', () => {
  let folder: ImageFolder;
  beforeEach(async () => {
    folder = await ImageFolder.create();
    await folder.images(['faces/images/a.png', 'faces/images/b.png']);
    await annotate([1, 1, 9, 9]);
  });
  afterEach(() => folder.remove());

  const annotate = (box: readonly number[], more: object = {}) =>
    folder.json('faces/annotations.json', {
      images: [
        { file: 'images/a.png', boxes: [box], ...more },
        { file: 'images/b.png', boxes: [] },
      ],
    });
  const dataset = () => openDataset(folder.path('faces'));
  const open = async () => TaskFolder.open(folder.path('home'), await dataset());

  it('is found again, under the same key, while the bytes are the same', async () => {
    const task = await open();
    await copyFile(folder.path('faces/images/a.png'), folder.path('faces/images/copy'));
    await rename(folder.path('faces/images/copy'), folder.path('faces/images/a.png'));
    await utimes(folder.path('faces/images/b.png'), 1, 1);
    const again = await open();
    expect(again.folder).toBe(task.folder);
    expect(again.clientKey).toBe(task.clientKey);
    expect(again.runFolder('c', { steps: 3 }, 1)).toBe(task.runFolder('c', { steps: 3 }, 1));
  });

  it('is another task after an image was replaced under its name', async () => {
    const task = await open();
    // One bit in the middle of the pixels: same name, same length, same header.
    const file = folder.path('faces/images/b.png');
    const bytes = await readFile(file);
    const middle = bytes.length >> 1;
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    await writeFile(file, bytes);
    const other = await open();
    expect(other.folder).not.toBe(task.folder);
    expect(other.clientKey).not.toBe(task.clientKey);
  });

  it('is another task after a box, an ignored face or a group changed', async () => {
    const folders = [(await open()).folder];
    await annotate([1, 1, 9, 8]);
    folders.push((await open()).folder);
    await annotate([1, 1, 9, 8], { ignore: [[20, 20, 5, 5]] });
    folders.push((await open()).folder);
    await annotate([1, 1, 9, 8], { ignore: [[20, 20, 5, 5]], group: 'one film' });
    folders.push((await open()).folder);
    expect(new Set(folders).size).toBe(4);
  });

  it('names an image that went away meanwhile', async () => {
    const opened = await dataset();
    await rm(folder.path('faces/images/b.png'));
    const failure = await failureOf(TaskFolder.open(folder.path('home'), opened));
    expect([failure.code, failure.file]).toEqual(['IMAGE_UNREADABLE', 'images/b.png']);
  });
});
