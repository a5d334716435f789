import { appendFile, chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { failureOf } from '../testing/failure-of.js';
import { ImageFolder } from '../testing/image-folder.js';
import { loadImage } from './load-image.js';
import { openDataset } from './open-dataset.js';

const names = (count: number) => Array.from({ length: count }, (_, index) => `images/${index}.png`);

/** A small JPEG whose frame header (SOF0: marker, length, precision, height, width) declares a large square. */
async function jpegOfDeclaredSize(side: number): Promise<Buffer> {
  const jpeg = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#fff' } })
    .jpeg()
    .toBuffer();
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  jpeg.writeUInt16BE(side, frame + 5);
  jpeg.writeUInt16BE(side, frame + 7);
  return jpeg;
}

describe('openDataset on bad input', () => {
  let folder: ImageFolder;
  beforeEach(async () => {
    folder = await ImageFolder.create();
  });
  afterEach(() => folder.remove());

  const annotate = (files: readonly string[], boxes: unknown = [[2, 2, 10, 10]]) =>
    folder.json('annotations.json', { images: files.map((file) => ({ file, boxes })) });

  it('skips up to a tenth of unreadable images with a count, and stops beyond', async () => {
    const files = names(20);
    await folder.images(files);
    await annotate(files);
    await writeFile(folder.path('images/3.png'), 'no image');
    await writeFile(folder.path('images/7.png'), '');
    const dataset = await openDataset(folder.root);
    expect(dataset.items).toHaveLength(18);
    expect(dataset.problems).toHaveLength(1);
    expect(dataset.problems[0]).toMatchObject({ kind: 'image-unreadable', count: 2 });
    expect(dataset.problems[0]?.examples.join()).toContain('images/3.png');

    await writeFile(folder.path('images/9.png'), 'no image');
    const failure = await failureOf(openDataset(folder.root));
    expect(failure.code).toBe('TOO_MANY_BAD_IMAGES');
    expect(failure.message).toContain('3 of 20');
    expect(failure.exitCode).toBe(65);
  });

  it('counts annotated images that do not exist', async () => {
    await folder.images(names(12));
    await annotate(names(13));
    const dataset = await openDataset(folder.root);
    expect(dataset.items).toHaveLength(12);
    expect(dataset.problems[0]?.kind).toBe('image-missing');
    expect(dataset.problems[0]?.examples[0]).toContain('images/12.png');
  });

  it('skips a 20,000-pixel image without decoding it', async () => {
    const files = names(12);
    await folder.images(files);
    await annotate(files);
    await writeFile(folder.path('images/5.png'), await jpegOfDeclaredSize(20_000));
    const before = process.memoryUsage().rss;
    const dataset = await openDataset(folder.root);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    expect(dataset.items).toHaveLength(11);
    expect(dataset.problems[0]).toMatchObject({ kind: 'image-too-large', count: 1 });
    expect(dataset.problems[0]?.examples[0]).toMatch(/images\/5\.png: .*20000 x 20000/);
  });

  it('clips boxes that leave the image and drops those outside it or without area', async () => {
    const files = names(12);
    await folder.images(files);
    await folder.json('annotations.json', {
      images: files.map((file, index) => ({
        file,
        boxes:
          index === 0
            ? [
                [-5, 25, 10, 10],
                [50, 2, 10, 10],
                [3, 3, 0, 8],
                [3, 3, 8, -2],
              ]
            : [[2, 2, 10, 10]],
      })),
    });
    const dataset = await openDataset(folder.root);
    expect(dataset.items[0]?.boxes).toEqual([[0, 25, 5, 5]]);
    expect(Object.fromEntries(dataset.problems.map(({ kind, count }) => [kind, count]))).toEqual({
      'box-clipped': 1,
      'box-outside': 1,
      'box-empty': 2,
    });
    expect(dataset.problems[0]?.examples).toEqual(['images/0.png: [-5, 25, 10, 10]']);
  });

  it('stops when more than a tenth of the boxes lie outside their image', async () => {
    await folder.images(names(10));
    await annotate(names(10), [[400, 300, 50, 50]]);
    const failure = await failureOf(openDataset(folder.root));
    expect(failure.code).toBe('BOXES_OUTSIDE');
    expect(failure.message).toContain('10 of 10');
  });

  it.each([
    ['NaN', '{"images": [\n{"file": "images/0.png",\n"boxes": [[1, NaN, 5, 5]]}]}', 'annotations.json:3'],
    ['a cut file', '{"images": [\n{"file": "images/0.png",\n', 'annotations.json:3'],
    ['a missing comma', '{"images": [\n{"file": "images/0.png"\n"boxes": []}]}', 'annotations.json:3'],
    ['an infinite number', '{"images": [{"file": "images/0.png", "boxes": [[1, 1e999, 5, 5]]}]}', 'annotations.json'],
    ['a box of three numbers', '{"images": [{"file": "images/0.png", "boxes": [[1, 2, 3]]}]}', 'annotations.json'],
  ])('names the place of %s in JSON', async (_, text, place) => {
    await folder.images(names(1));
    await folder.text('annotations.json', text);
    const failure = await failureOf(openDataset(folder.root));
    expect(failure.code).toBe('INVALID_ANNOTATION');
    expect(failure.file).toBe(place);
    expect(failure.message).not.toContain('\n');
  });

  it('refuses an image listed twice', async () => {
    await folder.images(names(2));
    await annotate([...names(2), 'images/0.png']);
    const failure = await failureOf(openDataset(folder.root));
    expect(failure.code).toBe('DUPLICATE_IMAGE');
    expect(failure.file).toBe('images/0.png');
  });

  it('refuses a name that two files have', async () => {
    await folder.images(['a.png', 'images/a.png']);
    await annotate(['a.png']);
    const failure = await failureOf(openDataset(folder.root));
    expect(failure.code).toBe('DUPLICATE_IMAGE');
    expect(failure.message).toContain('a.png and images/a.png');
  });

  it.each([['../../etc/passwd'], ['/etc/passwd'], ['images/../../x.png'], ['..\\..\\x.png'], ['C:\\x.png']])(
    'refuses the path %s',
    async (file) => {
      await folder.images(names(1));
      await annotate([...names(1), file]);
      const failure = await failureOf(openDataset(folder.root));
      expect(failure.code).toBe('PATH_OUTSIDE');
      expect(failure.exitCode).toBe(65);
    },
  );

  it('refuses links that leave the folder, to a file or to a folder, and follows links inside it', async () => {
    const outside = await ImageFolder.create();
    try {
      await outside.images(['o.png']);
      await folder.images(names(1));
      await symlink(outside.path('o.png'), folder.path('images/link.png'));
      await symlink(outside.root, folder.path('other'));
      await symlink(folder.path('images/0.png'), folder.path('images/inside.png'));
      await annotate(['images/inside.png']);
      expect((await openDataset(folder.root)).items).toHaveLength(1);
      for (const file of ['images/link.png', 'other/o.png']) {
        await annotate([file]);
        expect((await failureOf(openDataset(folder.root))).code).toBe('PATH_OUTSIDE');
      }
    } finally {
      await outside.remove();
    }
  });

  it('tells a missing folder, a file in its place, an empty one and one without annotations apart', async () => {
    expect((await failureOf(openDataset(folder.path('absent')))).code).toBe('DATASET_NOT_FOUND');
    await folder.text('file', 'x');
    const file = await failureOf(openDataset(folder.path('file')));
    expect([file.code, file.exitCode]).toEqual(['DATASET_NOT_FOUND', 66]);
    expect((await failureOf(openDataset(folder.root))).code).toBe('DATASET_EMPTY');
    await folder.images(names(1));
    const plain = await failureOf(openDataset(folder.root));
    expect([plain.code, plain.exitCode]).toEqual(['UNKNOWN_FORMAT', 64]);
    expect((await failureOf(openDataset(folder.root, { format: 'pdf' }))).message).toContain('edgelore, coco');
    await folder.json('annotations.json', { images: [] });
    expect((await failureOf(openDataset(folder.root))).code).toBe('DATASET_EMPTY');
  });

  it('refuses a dataset without any face', async () => {
    await folder.images(names(3));
    await annotate(names(3), []);
    const failure = await failureOf(openDataset(folder.root));
    expect(failure.code).toBe('NO_FACES');
    expect(failure.message).toContain('3 images');
  });

  it('names a folder that cannot be read', async () => {
    await mkdir(folder.path('set/closed'), { recursive: true });
    await chmod(folder.root, 0o755);
    await chmod(folder.path('set/closed'), 0o000);
    // Root reads every folder whatever its mode, so that the check is made as the user nobody.
    const root = process.getuid?.() === 0;
    if (root) process.seteuid?.(65_534);
    try {
      const failure = await failureOf(openDataset(folder.path('set')));
      expect([failure.code, failure.exitCode]).toEqual(['DATASET_NOT_READABLE', 77]);
      expect(failure.file).toBe(folder.path('set/closed'));
      expect(failure.message).toContain('chmod u+rx');
    } finally {
      if (root) process.seteuid?.(0);
      await chmod(folder.path('set/closed'), 0o700);
    }
  });

  it('names an annotation file that is a folder', async () => {
    await folder.images(names(1));
    await mkdir(folder.path('labels/annotations.json'), { recursive: true });
    expect((await failureOf(openDataset(folder.root))).code).toBe('UNKNOWN_FORMAT');
  });

  it('scales boxes when the annotator saw another size', async () => {
    await folder.images(names(1));
    await folder.json('annotations.json', {
      images: [{ file: 'images/0.png', width: 80, height: 60, boxes: [[20, 20, 20, 20]] }],
    });
    const dataset = await openDataset(folder.root);
    expect(dataset.items[0]?.boxes).toEqual([[10, 10, 10, 10]]);
    expect(dataset.problems[0]?.kind).toBe('size-differs');
  });
});

describe('loadImage', () => {
  let folder: ImageFolder;
  beforeEach(async () => {
    folder = await ImageFolder.create();
  });
  afterEach(() => folder.remove());

  /** Dark grey, with a red rectangle where the face is. */
  const withFace = (width: number, height: number, [x, y, w, h]: readonly [number, number, number, number]) =>
    sharp({ create: { width, height, channels: 3, background: '#202020' } }).composite([
      { input: { create: { width: w, height: h, channels: 3, background: '#ff0000' } }, left: x, top: y },
    ]);

  const redBounds = (image: { pixels: Uint8Array; width: number; height: number }) => {
    let [left, top, right, bottom] = [image.width, image.height, 0, 0];
    for (let y = 0; y < image.height; y += 1) {
      for (let x = 0; x < image.width; x += 1) {
        if ((image.pixels[(y * image.width + x) * 3] ?? 0) < 128) continue;
        left = Math.min(left, x);
        top = Math.min(top, y);
        right = Math.max(right, x + 1);
        bottom = Math.max(bottom, y + 1);
      }
    }
    return [left, top, right - left, bottom - top];
  };

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns image and box alike for EXIF orientation %d', async (orientation) => {
    await mkdir(folder.path('images'), { recursive: true });
    const stored = await withFace(48, 32, [4, 6, 10, 16]).png().toBuffer();
    await sharp(stored).withMetadata({ orientation }).toFile(folder.path('images/0.png'));
    await folder.json('annotations.json', { images: [{ file: 'images/0.png', boxes: [[4, 6, 10, 16]] }] });
    const dataset = await openDataset(folder.root);
    const [item] = dataset.items;
    if (item === undefined) throw new Error('no item');
    const image = await loadImage(dataset, item, { maxSide: 100 });
    expect([image.width, image.height]).toEqual(orientation >= 5 ? [32, 48] : [48, 32]);
    expect(redBounds(image)).toEqual(image.boxes[0]);
  });

  it('keeps boxes annotated on the upright image', async () => {
    await mkdir(folder.path('images'), { recursive: true });
    const stored = await withFace(48, 32, [4, 6, 10, 16]).png().toBuffer();
    await sharp(stored).withMetadata({ orientation: 6 }).toFile(folder.path('images/0.png'));
    // Turned by 90 degrees clockwise the face lies at 32 - 6 - 16 = 10 from the left and 4 from the top.
    await folder.json('annotations.json', {
      images: [{ file: 'images/0.png', width: 32, height: 48, boxes: [[10, 4, 16, 10]] }],
    });
    const dataset = await openDataset(folder.root);
    const [item] = dataset.items;
    if (item === undefined) throw new Error('no item');
    expect(redBounds(await loadImage(dataset, item, { maxSide: 100 }))).toEqual([10, 4, 16, 10]);
  });

  it('scales image and boxes to the longer side, never up', async () => {
    await mkdir(folder.path('images'), { recursive: true });
    await withFace(400, 200, [40, 20, 100, 80]).jpeg({ quality: 100 }).toFile(folder.path('images/0.jpg'));
    await folder.json('annotations.json', { images: [{ file: 'images/0.jpg', boxes: [[40, 20, 100, 80]] }] });
    const dataset = await openDataset(folder.root);
    const [item] = dataset.items;
    if (item === undefined) throw new Error('no item');
    const small = await loadImage(dataset, item, { maxSide: 100 });
    expect([small.width, small.height, small.pixels.length]).toEqual([100, 50, 100 * 50 * 3]);
    expect(small.boxes).toEqual([[10, 5, 25, 20]]);
    expect(redBounds(small)).toEqual([10, 5, 25, 20]);
    expect((await loadImage(dataset, item, { maxSide: 1000 })).width).toBe(400);
  });

  it.each([
    [
      'grey',
      () =>
        sharp({ create: { width: 8, height: 8, channels: 3, background: '#777777' } })
          .toColourspace('b-w')
          .png(),
      0x77,
    ],
    [
      '16 bit',
      () =>
        sharp({ create: { width: 8, height: 8, channels: 3, background: '#777777' } })
          .toColourspace('rgb16')
          .png(),
      0x77,
    ],
    [
      'grey 16 bit',
      () =>
        sharp({ create: { width: 8, height: 8, channels: 3, background: '#777777' } })
          .toColourspace('grey16')
          .png(),
      0x77,
    ],
    [
      'transparent',
      () => sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } }).png(),
      255,
    ],
    [
      'palette',
      () => sharp({ create: { width: 8, height: 8, channels: 3, background: '#777777' } }).png({ palette: true }),
      0x77,
    ],
    [
      'CMYK',
      () =>
        sharp({ create: { width: 8, height: 8, channels: 3, background: '#777777' } })
          .toColourspace('cmyk')
          .jpeg({ quality: 100 }),
      0x77,
    ],
  ])('decodes %s to 8-bit RGB', async (_, draw, grey) => {
    await mkdir(folder.path('images'), { recursive: true });
    await writeFile(folder.path('images/0.png'), await draw().toBuffer());
    await folder.json('annotations.json', { images: [{ file: 'images/0.png', boxes: [[1, 1, 4, 4]] }] });
    const dataset = await openDataset(folder.root);
    const [item] = dataset.items;
    if (item === undefined) throw new Error('no item');
    const { pixels } = await loadImage(dataset, item, { maxSide: 8 });
    expect(pixels).toHaveLength(8 * 8 * 3);
    expect(Math.max(...pixels.map((value) => Math.abs(value - grey)))).toBeLessThan(20);
  });

  it.each(['jpg', 'png', 'webp', 'gif', 'tiff', 'avif'])('leaves a truncated %s out, by name', async (extension) => {
    const files = [`images/cut.${extension}`, `images/whole.${extension}`];
    await mkdir(folder.path('images'), { recursive: true });
    for (const file of files) {
      const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
      await sharp({ create: { width: 200, height: 200, channels: 3, background: '#888', noise } }).toFile(
        folder.path(file),
      );
    }
    await truncate(folder.path(files[0] ?? ''), 6000);
    await folder.json('annotations.json', { images: files.map((file) => ({ file, boxes: [[1, 1, 4, 4]] })) });
    const dataset = await openDataset(folder.root);
    expect(dataset.items.map(({ file }) => file)).toEqual([files[1]]);
    expect(dataset.problems[0]).toMatchObject({ kind: 'image-unreadable', count: 1 });
    expect(dataset.problems[0]?.examples[0]).toContain(files[0]);
  });

  it('keeps a whole image with foreign data behind it', async () => {
    await folder.image('images/0.jpg');
    await appendFile(folder.path('images/0.jpg'), Buffer.alloc(10_000));
    await folder.json('annotations.json', { images: [{ file: 'images/0.jpg', boxes: [[1, 1, 4, 4]] }] });
    expect((await openDataset(folder.root)).items).toHaveLength(1);
  });

  it('names an image that was damaged since the dataset was opened', async () => {
    await folder.image('images/0.jpg', 200, 200);
    await folder.json('annotations.json', { images: [{ file: 'images/0.jpg', boxes: [[1, 1, 4, 4]] }] });
    const dataset = await openDataset(folder.root);
    const [item] = dataset.items;
    if (item === undefined) throw new Error('no item');
    await truncate(folder.path('images/0.jpg'), 400);
    const failure = await failureOf(loadImage(dataset, item, { maxSide: 100 }));
    expect([failure.code, failure.file]).toEqual(['IMAGE_UNREADABLE', 'images/0.jpg']);
  });
});
