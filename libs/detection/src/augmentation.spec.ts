import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { type Augmentation, drawAugmented, picturesWanted } from './augmentation.js';
import { type Box, intersectionOverUnion, letterbox, placeBox } from './geometry.js';
import type { LabelledImage } from './labelled-image.js';
import { drawPicture, type Picture, SURROUND } from './resampling.js';

const SIZE = 96;

/** A dark picture with one bright rectangle in it, and its box. */
function beacon(width: number, height: number, box: Box): LabelledImage {
  const pixels = new Uint8Array(width * height * 3).fill(20);
  for (let y = box[1]; y < box[1] + box[3]; y++) {
    pixels.fill(250, (y * width + box[0]) * 3, (y * width + box[0] + box[2]) * 3);
  }
  return { pixels, width, height, boxes: [box] };
}

/** The smallest box around all pixels of a window that are nearer to the beacon than to the ground or the surround. */
function brightBox(values: Float32Array, threshold: number, part: Box): Box | undefined {
  let left = SIZE;
  let top = SIZE;
  let right = -1;
  let bottom = -1;
  for (let y = part[1]; y < part[1] + part[3]; y++) {
    for (let x = part[0]; x < part[0] + part[2]; x++) {
      if ((values[(y * SIZE + x) * 3 + 1] as number) < threshold) continue;
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? undefined : [left, top, right - left + 1, bottom - top + 1];
}

function draw(pictures: readonly LabelledImage[], augmentation: Augmentation, seed: number) {
  const values = new Float32Array(SIZE * SIZE * 3);
  const labels = drawAugmented(pictures, { values, offset: 0, size: SIZE }, augmentation, seededRandom(seed));
  return { values, labels };
}

describe('resampling', () => {
  const whole = { left: 0, top: 0, width: SIZE, height: SIZE };

  it('keeps a plain picture plain and surrounds it with grey', () => {
    const values = new Float32Array(SIZE * SIZE * 3);
    const picture: Picture = { pixels: new Uint8Array(50 * 25 * 3).fill(77), width: 50, height: 25 };
    drawPicture(picture, { values, offset: 0, size: SIZE }, whole, letterbox(50, 25, SIZE));
    expect(values[0]).toBe(SURROUND);
    expect(values[(SIZE / 2) * SIZE * 3]).toBeCloseTo(77, 3);
    expect(new Set(values.map(Math.round))).toEqual(new Set([77, Math.round(SURROUND)]));
  });

  it('averages areas when it shrinks: a fine chessboard becomes its mean', () => {
    const side = SIZE * 4;
    const pixels = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
      const at = Math.floor(i / 3);
      return ((at % side) + Math.floor(at / side)) % 2 === 0 ? 0 : 200;
    });
    const values = new Float32Array(SIZE * SIZE * 3);
    const picture = { pixels, width: side, height: side };
    drawPicture(picture, { values, offset: 0, size: SIZE }, whole, letterbox(side, side, SIZE));
    expect(values.every((value) => Math.abs(value - 100) < 1e-3)).toBe(true);
  });

  it('agrees with the integral of the picture over each target pixel when it shrinks', () => {
    const random = seededRandom('shrink');
    const side = 131;
    const picture: Picture = {
      pixels: Uint8Array.from({ length: side * side * 3 }, () => random.integer(256)),
      width: side,
      height: side,
    };
    const values = new Float32Array(SIZE * SIZE * 3);
    drawPicture(picture, { values, offset: 0, size: SIZE }, whole, letterbox(side, side, SIZE));
    const ratio = side / SIZE;
    const part = (k: number, i: number) =>
      Math.max(0, Math.min((i + 1) * ratio, k + 1) - Math.max(i * ratio, k)) / ratio;
    for (const [x, y] of [
      [0, 0],
      [40, 17],
      [SIZE - 1, SIZE - 1],
    ] as const) {
      let sum = 0;
      for (let row = 0; row < side; row++) {
        for (let column = 0; column < side; column++) {
          sum += part(row, y) * part(column, x) * (picture.pixels[(row * side + column) * 3 + 2] as number);
        }
      }
      expect(values[(y * SIZE + x) * 3 + 2]).toBeCloseTo(sum, 2);
    }
  });

  it('interpolates when it enlarges: a ramp stays a ramp', () => {
    const picture: Picture = {
      pixels: Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => 30 * (Math.floor(i / 3) % 8)),
      width: 8,
      height: 8,
    };
    const values = new Float32Array(SIZE * SIZE * 3);
    drawPicture(picture, { values, offset: 0, size: SIZE }, whole, letterbox(8, 8, SIZE));
    for (let x = 10; x < SIZE - 10; x++) {
      expect(values[(48 * SIZE + x) * 3]).toBeCloseTo(30 * ((x + 0.5) / 12 - 0.5), 3);
    }
  });
});

describe('augmentation', () => {
  it.each(['flip', 'crop'] as const)('%s keeps boxes on their pixels', (augmentation) => {
    let kept = 0;
    const sizes = new Set<number>();
    const sides = new Set<boolean>();
    for (let seed = 0; seed < 150; seed++) {
      const picture = beacon(120, 80, [20, 30, 30, 24]);
      const { values, labels } = draw([picture], augmentation, seed);
      const found = brightBox(values, 190, [0, 0, SIZE, SIZE]);
      const [box] = labels.boxes;
      if (!box) continue;
      kept++;
      if (!found) throw new Error('the beacon is labelled but cannot be seen');
      found.forEach((value, i) => {
        expect(Math.abs(value - (box[i] as number))).toBeLessThan(1.6);
      });
      sizes.add(Math.round(box[2]));
      sides.add(box[0] + box[2] / 2 < SIZE / 2);
    }
    expect(kept).toBeGreaterThan(140);
    expect(sides.size).toBe(2);
    expect(sizes.size > 10).toBe(augmentation === 'crop');
  });

  it('strong keeps boxes on their pixels, whatever the light and in mosaics', () => {
    let kept = 0;
    for (let seed = 0; seed < 100; seed++) {
      const pictures = Array.from({ length: seed % 2 ? 4 : 1 }, () => beacon(120, 120, [40, 40, 40, 40]));
      const { values, labels } = draw(pictures, 'strong', seed);
      const darkest = values.reduce((least, value) => Math.min(least, value), 255);
      for (const box of labels.boxes) {
        if (box[2] < 8 || box[3] < 8) continue;
        const middle = values[
          (Math.floor(box[1] + box[3] / 2) * SIZE + Math.floor(box[0] + box[2] / 2)) * 3 + 1
        ] as number;
        // Half-way between the beacon and what surrounds it, a little beyond each edge.
        const threshold = (middle + (darkest + middle) / 2) / 2;
        const margin = 3;
        const left = Math.max(0, Math.floor(box[0]) - margin);
        const top = Math.max(0, Math.floor(box[1]) - margin);
        const right = Math.min(SIZE, Math.ceil(box[0] + box[2]) + margin);
        const bottom = Math.min(SIZE, Math.ceil(box[1] + box[3]) + margin);
        const found = brightBox(values, threshold, [left, top, right - left, bottom - top]);
        if (found && intersectionOverUnion(found, box) > 0.6) kept++;
        else kept--;
      }
    }
    expect(kept).toBeGreaterThan(120);
  });

  it('ignores a face whose centre is cut off, and one too small to see', () => {
    let cut = 0;
    for (let seed = 0; seed < 300; seed++) {
      const picture: LabelledImage = {
        ...beacon(100, 100, [60, 60, 30, 30]),
        boxes: [
          [60, 60, 30, 30],
          [2, 2, 30, 30],
          [50, 10, 1.5, 1.5],
        ],
      };
      const { labels } = draw([picture], 'crop', seed);
      cut += labels.ignore.filter((box) => box[2] > 3).length;
      for (const box of [...labels.boxes, ...labels.ignore]) {
        expect(box[0]).toBeGreaterThanOrEqual(0);
        expect(box[0] + box[2]).toBeLessThanOrEqual(SIZE + 1e-9);
        expect(box[1] + box[3]).toBeLessThanOrEqual(SIZE + 1e-9);
      }
      for (const box of labels.boxes) expect(Math.min(box[2], box[3])).toBeGreaterThanOrEqual(3);
    }
    expect(cut).toBeGreaterThan(5);
  });

  it('flip alone is a letterbox, mirrored in half of the draws', () => {
    const picture = beacon(120, 80, [20, 30, 30, 24]);
    const [x, y, width, height] = placeBox([20, 30, 30, 24], letterbox(120, 80, SIZE));
    let mirrored = 0;
    for (let seed = 0; seed < 100; seed++) {
      const [box] = draw([picture], 'flip', seed).labels.boxes;
      expect(box?.slice(1)).toEqual([y, width, height]);
      if (Math.abs((box?.[0] ?? 0) - x) > 1) mirrored++;
    }
    expect(mirrored).toBeGreaterThan(30);
    expect(mirrored).toBeLessThan(70);
  });

  it('is the same under the same seed and stays within 0..255', () => {
    const picture = beacon(120, 80, [20, 30, 30, 24]);
    for (let seed = 0; seed < 20; seed++) {
      const first = draw([picture], 'strong', seed);
      const second = draw([picture], 'strong', seed);
      expect(second.labels).toEqual(first.labels);
      expect(Buffer.compare(Buffer.from(second.values.buffer), Buffer.from(first.values.buffer))).toBe(0);
      expect(first.values.every((value) => value >= 0 && value <= 255)).toBe(true);
    }
    const random = seededRandom(1);
    const wanted = Array.from({ length: 400 }, () => picturesWanted('strong', random));
    expect(new Set(wanted)).toEqual(new Set([1, 4]));
    expect(picturesWanted('crop', random)).toBe(1);
  });
});
