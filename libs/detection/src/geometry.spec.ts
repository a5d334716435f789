import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Box,
  coveredShare,
  generalisedIou,
  intersectionOverUnion,
  letterbox,
  placeBox,
  unplaceBox,
} from './geometry.js';

const side = fc.double({ min: 0.5, max: 100, noNaN: true });
const place = fc.double({ min: -50, max: 50, noNaN: true });
const box: fc.Arbitrary<Box> = fc.tuple(place, place, side, side);

/** Area of overlap by counting cells of a whole-number grid. */
function countedIou(a: Box, b: Box): number {
  let both = 0;
  let any = 0;
  const inside = (c: Box, x: number, y: number) => x >= c[0] && x < c[0] + c[2] && y >= c[1] && y < c[1] + c[3];
  for (let x = 0; x < 24; x++) {
    for (let y = 0; y < 24; y++) {
      const inA = inside(a, x, y);
      const inB = inside(b, x, y);
      if (inA && inB) both++;
      if (inA || inB) any++;
    }
  }
  return both / any;
}

describe('overlap of boxes', () => {
  it('agrees with hand-counted cases', () => {
    expect(intersectionOverUnion([0, 0, 2, 2], [1, 1, 2, 2])).toBeCloseTo(1 / 7, 12);
    expect(intersectionOverUnion([0, 0, 2, 2], [2, 0, 2, 2])).toBe(0);
    expect(intersectionOverUnion([0, 0, 0, 0], [0, 0, 0, 0])).toBe(0);
    expect(coveredShare([0, 0, 2, 2], [1, 0, 10, 10])).toBeCloseTo(0.5, 12);
    expect(coveredShare([0, 0, 0, 2], [1, 0, 10, 10])).toBe(0);
    // Two unit squares two apart: hull 3, union 2.
    expect(generalisedIou([0, 0, 1, 1], [2, 0, 1, 1])).toBeCloseTo(-1 / 3, 12);
    expect(generalisedIou([0, 0, 0, 0], [0, 0, 0, 0])).toBe(-1);
  });

  it('agrees with counting grid cells', () => {
    const cells = fc.tuple(
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
    );
    fc.assert(
      fc.property(cells, cells, (a, b) => {
        expect(intersectionOverUnion(a, b)).toBeCloseTo(countedIou(a, b), 10);
      }),
      { seed: 1 },
    );
  });

  it('is symmetric, 1 for itself, and GIoU lies between -1 and IoU', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        const iou = intersectionOverUnion(a, b);
        const giou = generalisedIou(a, b);
        expect(iou).toBe(intersectionOverUnion(b, a));
        expect(giou).toBeCloseTo(generalisedIou(b, a), 10);
        expect(intersectionOverUnion(a, a)).toBeCloseTo(1, 10);
        expect(generalisedIou(a, a)).toBeCloseTo(1, 10);
        expect(giou).toBeLessThanOrEqual(iou + 1e-12);
        expect(giou).toBeGreaterThanOrEqual(-1);
      }),
      { seed: 2 },
    );
  });
});

describe('letterbox', () => {
  it('fits and centres the picture', () => {
    expect(letterbox(320, 160, 256)).toEqual({ scale: 0.8, left: 0, top: 64 });
    expect(letterbox(64, 128, 256)).toEqual({ scale: 2, left: 64, top: 0 });
  });

  it('carries boxes there and back', () => {
    fc.assert(
      fc.property(box, side, side, (given, width, height) => {
        const placement = letterbox(width, height, 256);
        unplaceBox(placeBox(given, placement), placement).forEach((value, i) => {
          expect(value).toBeCloseTo(given[i] as number, 6);
        });
      }),
      { seed: 3 },
    );
  });
});
