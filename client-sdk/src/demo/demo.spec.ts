import { readFile, rm, writeFile } from 'node:fs/promises';
import { seededRandom } from '@edgelore/tensor';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { openDataset } from '../dataset/open-dataset.js';
import { failureOf } from '../testing/failure-of.js';
import { ImageFolder } from '../testing/image-folder.js';
import { demoDomains } from './demo-domain.js';
import { drawFace, figureSvg, headBox, headOnly } from './drawn-face.js';
import { planScene } from './scene.js';
import { writeDemo } from './write-demo.js';

describe('the drawn demo set', () => {
  let folder: ImageFolder;
  beforeEach(async () => {
    folder = await ImageFolder.create();
  });
  afterEach(() => folder.remove());

  it('draws the same bytes for the same seed and others for another', async () => {
    const draw = async (name: string, seed: number) => {
      await writeDemo({ folder: folder.path(name), domain: 'drawn-night', count: 2, maxSide: 96, seed });
      return Promise.all(
        ['images/0000.jpg', 'images/0001.jpg', 'annotations.json'].map((file) =>
          readFile(folder.path(`${name}/${file}`)),
        ),
      );
    };
    const first = await draw('a', 5);
    expect(await draw('b', 5)).toEqual(first);
    expect((await draw('c', 6))[0]).not.toEqual(first[0]);
  });

  it('has boxes that are exactly the drawn head, to a pixel', async () => {
    const random = seededRandom(11);
    for (let index = 0; index < 12; index += 1) {
      const face = drawFace(random);
      const [x, y, w, h] = await headBox(face);
      const scale = 0.37;
      const place = { x: 13.5, y: 4.25, scale };
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="180" height="240"><rect width="180" height="240" fill="#00ff00"/>${figureSvg(headOnly(face), place, 'p')}</svg>`;
      const { data, info } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      let [left, top, right, bottom] = [info.width, info.height, 0, 0];
      for (let pixel = 0; pixel < info.width * info.height; pixel += 1) {
        const [red, green, blue] = [data[pixel * 3] ?? 0, data[pixel * 3 + 1] ?? 0, data[pixel * 3 + 2] ?? 0];
        if (green - Math.max(red, blue) > 127) continue;
        left = Math.min(left, pixel % info.width);
        right = Math.max(right, (pixel % info.width) + 1);
        top = Math.min(top, Math.floor(pixel / info.width));
        bottom = Math.max(bottom, Math.floor(pixel / info.width) + 1);
      }
      const expected = [place.x + x * scale, place.y + y * scale, place.x + (x + w) * scale, place.y + (y + h) * scale];
      for (const [side, value] of [left, top, right, bottom].entries()) {
        expect(Math.abs(value - (expected[side] ?? 0))).toBeLessThan(1.01);
      }
    }
  });

  it.each(demoDomains)('keeps the heads of %s inside the picture and apart', async (domain) => {
    for (let index = 0; index < 6; index += 1) {
      const { width, height, people } = await planScene(domain, 320, seededRandom(`${domain}${index}`));
      expect(people.length).toBeGreaterThan(0);
      for (const [place, { head }] of people.entries()) {
        expect(Math.min(head[0], head[1], width - head[0] - head[2], height - head[1] - head[3])).toBeGreaterThan(
          -1e-6,
        );
        for (const { head: other } of people.slice(place + 1)) {
          const overlapX = Math.min(head[0] + head[2], other[0] + other[2]) - Math.max(head[0], other[0]);
          const overlapY = Math.min(head[1] + head[3], other[1] + other[3]) - Math.max(head[1], other[1]);
          expect(Math.min(overlapX, overlapY)).toBeLessThanOrEqual(0);
        }
      }
    }
  });

  it('finishes a set that was begun, leaves a finished one alone and says that it is drawn', async () => {
    const options = { folder: folder.path('set'), domain: 'drawn-portraits', count: 4, maxSide: 64 } as const;
    const stop = new AbortController();
    const stopped = await failureOf(
      writeDemo({ ...options, signal: stop.signal, onProgress: (done) => done === 2 && stop.abort() }),
    );
    expect([stopped.code, stopped.exitCode]).toEqual(['INTERRUPTED', 130]);
    await writeDemo(options);
    const whole = await readFile(folder.path('set/images/0003.jpg'));
    await rm(folder.path('set/images/0003.jpg'));
    await rm(folder.path('set/annotations.json'));
    await writeDemo(options);
    expect(await readFile(folder.path('set/images/0003.jpg'))).toEqual(whole);

    await writeFile(folder.path('set/images/0000.jpg'), 'kept');
    const progress: number[] = [];
    await writeDemo({ ...options, onProgress: (done) => progress.push(done) });
    expect(progress).toEqual([4]);
    expect(await readFile(folder.path('set/images/0000.jpg'), 'utf8')).toBe('kept');
    expect(await readFile(folder.path('set/annotations.json'), 'utf8')).toMatch(/"drawn":"Drawn by software/);
  });

  it('refuses a folder that holds something else or another demo', async () => {
    await folder.text('mine/letter.txt', 'x');
    const options = { folder: folder.path('mine'), domain: 'drawn-portraits', count: 1, maxSide: 64 } as const;
    expect((await failureOf(writeDemo(options))).code).toBe('DEMO_FOLDER_IN_USE');
    await writeDemo({ ...options, folder: folder.path('set') });
    const other = await failureOf(writeDemo({ ...options, folder: folder.path('set'), seed: 2 }));
    expect(other.code).toBe('DEMO_FOLDER_IN_USE');
  });

  it('reads back as a dataset without a problem', async () => {
    await writeDemo({ folder: folder.path('set'), domain: 'drawn-crowd', count: 3, maxSide: 160 });
    const dataset = await openDataset(folder.path('set'));
    expect(dataset.items).toHaveLength(3);
    expect(dataset.problems).toEqual([]);
    expect(dataset.items.every(({ boxes }) => boxes.length >= 5)).toBe(true);
  });
});
