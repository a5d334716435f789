import { defaultConfiguration, faceDetectorSpace, planDetector } from '@edgelore/search-space';
import { describe, expect, it } from '@jest/globals';
import { anchorsOf } from './anchors.js';
import { Batches, type BatchOptions } from './batches.js';
import { intersectionOverUnion } from './geometry.js';
import type { ImageSource, LabelledImage } from './labelled-image.js';

const standard = defaultConfiguration(faceDetectorSpace);
const size = 128;
const anchors = anchorsOf(planDetector({ ...standard, values: { ...standard.values, inputSize: size } }));

/** Pictures of one colour each, the picture's number, with as many faces as that number. */
function numbered(count: number, loaded: number[] = []): ImageSource {
  return {
    count,
    load(index): LabelledImage {
      loaded.push(index);
      const boxes = Array.from({ length: index }, (_, i) => [10 * i, 20, 8 + i, 12] as const);
      return { pixels: new Uint8Array(64 * 64 * 3).fill(10 * index), width: 64, height: 64, boxes };
    },
  };
}

const options: BatchOptions = { size, batch: 4, augmentation: 'flip', matchingIou: 0.35, seed: 5 };

describe('batches', () => {
  it('show every picture once before any again, in another order each round', async () => {
    const loaded: number[] = [];
    const batches = new Batches(numbered(6, loaded), anchors, options);
    for (let step = 0; step < 3; step++) await batches.draw(step);
    const rounds = [loaded.slice(0, 6), loaded.slice(6)];
    for (const round of rounds) expect([...round].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(rounds[0]).not.toEqual(rounds[1]);
  });

  it('depend on the seed and the step alone', async () => {
    const copy = async (seed: number, step: number) => {
      const { images, targets } = await new Batches(numbered(6), anchors, {
        ...options,
        augmentation: 'strong',
        seed,
      }).draw(step);
      return { images: Buffer.from(images.slice().buffer).toString('base64'), targets };
    };
    const walked = new Batches(numbered(6), anchors, { ...options, augmentation: 'strong' });
    for (let step = 0; step < 2; step++) {
      const { images, targets } = await walked.draw(step);
      const direct = await copy(5, step);
      expect(Buffer.from(images.slice().buffer).toString('base64') === direct.images).toBe(true);
      expect(targets).toEqual(direct.targets);
    }
    expect((await copy(6, 1)).images === (await copy(5, 1)).images).toBe(false);
  });

  it('name for each positive anchor a face of its own picture that it overlaps', async () => {
    const { images, targets } = await new Batches(numbered(5), anchors, options).draw(0);
    const facesOf = (row: number) => Math.round((images[(row * size * size + size) * 3] as number) / 10);
    let first = 0;
    for (let row = 0; row < options.batch; row++) {
      const held = new Set<number>();
      for (let anchor = 0; anchor < anchors.count; anchor++) {
        const face = targets.face[row * anchors.count + anchor] as number;
        if (face < 0) continue;
        held.add(face);
        const [x = 0, y = 0, width = 0, height = 0] = anchors.boxes.subarray(anchor * 4);
        const [left = 0, top = 0, faceWidth = 0, faceHeight = 0] = targets.boxes.subarray(face * 4);
        expect(
          intersectionOverUnion([x - width / 2, y - height / 2, width, height], [left, top, faceWidth, faceHeight]),
        ).toBeGreaterThan(0.1);
      }
      const faces = facesOf(row);
      expect([...held].sort((a, b) => a - b)).toEqual(Array.from({ length: faces }, (_, i) => first + i));
      first += faces;
    }
    expect(targets.boxes).toHaveLength(first * 4);
  });
});
