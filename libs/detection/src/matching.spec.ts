import { defaultConfiguration, faceDetectorSpace, planDetector } from '@edgelore/search-space';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anchorsOf } from './anchors.js';
import { type Box, intersectionOverUnion } from './geometry.js';
import { BACKGROUND, IGNORED, matchAnchors } from './matching.js';

const standard = defaultConfiguration(faceDetectorSpace);
const plan = planDetector({ ...standard, values: { ...standard.values, inputSize: 128 } });
const anchors = anchorsOf(plan);

function anchorBox(anchor: number): Box {
  const [x = 0, y = 0, width = 0, height = 0] = anchors.boxes.subarray(anchor * 4, anchor * 4 + 4);
  return [x - width / 2, y - height / 2, width, height];
}

const side = fc.double({ min: 1, max: 120, noNaN: true });
const place = fc.double({ min: -20, max: 120, noNaN: true });
const faces: fc.Arbitrary<Box[]> = fc.array(fc.tuple(place, place, side, side), { maxLength: 12 });

/** A face of usual proportions wholly inside the picture. */
const faceInside: fc.Arbitrary<Box> = fc
  .tuple(
    fc.double({ min: 5, max: 80, noNaN: true }),
    fc.double({ min: 0.8, max: 1.5, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([width, aspect, x, y]) => [x * (128 - width), y * (128 - width * aspect), width, width * aspect]);

describe('anchors', () => {
  it('lie in the order of the outputs: level, row, column, shape', () => {
    const [fine, next] = plan.levels;
    if (!fine || !next) throw new Error('the standard plan has levels');
    const shapes = fine.anchorsPerCell;
    expect(anchors.count).toBe(plan.anchorCount);
    expect([...anchors.boxes.slice(0, 2)]).toEqual([fine.stride / 2, fine.stride / 2]);
    expect([...anchors.boxes.slice(shapes * 4, shapes * 4 + 2)]).toEqual([1.5 * fine.stride, fine.stride / 2]);
    const row = fine.gridWidth * shapes * 4;
    expect([...anchors.boxes.slice(row, row + 2)]).toEqual([fine.stride / 2, 1.5 * fine.stride]);
    const level = fine.gridHeight * row;
    expect([...anchors.boxes.slice(level, level + 2)]).toEqual([next.stride / 2, next.stride / 2]);
  });
});

describe('matching', () => {
  it('gives each face an anchor and each anchor at most one face', () => {
    fc.assert(
      fc.property(faces, faces, fc.constantFrom(0.35, 0.5), (boxes, ignore, iou) => {
        const { face, positives } = matchAnchors(anchors, boxes, ignore, { iou });
        const held = new Set(face.filter((index) => index >= 0));
        expect(held.size).toBe(boxes.length);
        expect(face.filter((index) => index >= 0).length).toBe(positives);
        expect(face.every((index) => index >= IGNORED && index < boxes.length)).toBe(true);
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it('gives a lone face its best anchors, as many as overlap it enough and at most twelve', () => {
    fc.assert(
      fc.property(faceInside, fc.constantFrom(0.35, 0.5), (box, iou) => {
        const { face } = matchAnchors(anchors, [box], [], { iou, minimumAnchors: 1 });
        const overlaps = Array.from(face, (_, anchor) => intersectionOverUnion(anchorBox(anchor), box));
        const ranked = [...overlaps].sort((a, b) => b - a);
        const held = overlaps.filter((_, anchor) => face[anchor] === 0).sort((a, b) => b - a);
        // Around the threshold rounding may decide either way.
        const least = ranked.filter((overlap) => overlap >= iou + 1e-4).length;
        const most = ranked.filter((overlap) => overlap >= iou - 1e-4).length;
        expect(held.length).toBeGreaterThanOrEqual(Math.max(1, Math.min(12, least)));
        expect(held.length).toBeLessThanOrEqual(Math.max(1, Math.min(12, most)));
        held.forEach((overlap, i) => {
          expect(overlap).toBeCloseTo(ranked[i] as number, 4);
        });
      }),
      { seed: 6, numRuns: 60 },
    );
  });

  it('teaches background only where no face is near', () => {
    fc.assert(
      fc.property(faces, fc.constantFrom(0.35, 0.5), (boxes, iou) => {
        const { face } = matchAnchors(anchors, boxes, [], { iou, minimumAnchors: 1 });
        const wrong = face.filter((index, anchor) => {
          const given = anchorBox(anchor);
          const best = boxes.reduce((most, box) => Math.max(most, intersectionOverUnion(given, box)), 0);
          const near = best >= iou - 0.1 + 1e-4;
          return near ? index === BACKGROUND : best < iou - 0.1 - 1e-4 && index === IGNORED;
        });
        expect(wrong.length).toBe(0);
      }),
      { seed: 7, numRuns: 15 },
    );
  });

  it('gives a face between the grid points several anchors, not only one', () => {
    const { positives } = matchAnchors(anchors, [[61.5, 61.5, 3, 3]], [], { iou: 0.5 });
    expect(positives).toBeGreaterThanOrEqual(3);
  });

  it('leaves anchors on ignored places out, unless a face holds them', () => {
    const place: Box = [32, 32, 40, 40];
    const { face, positives } = matchAnchors(anchors, [], [place], { iou: 0.35 });
    expect(positives).toBe(0);
    for (let anchor = 0; anchor < anchors.count; anchor++) {
      if (intersectionOverUnion(anchorBox(anchor), place) > 0.36) expect(face[anchor]).toBe(IGNORED);
      if (intersectionOverUnion(anchorBox(anchor), place) === 0) expect(face[anchor]).toBe(BACKGROUND);
    }
    expect(matchAnchors(anchors, [place], [place], { iou: 0.35 }).positives).toBeGreaterThan(0);
  });

  it('finds anchors for more faces in one spot than anchors reach it', () => {
    const crowd = Array.from({ length: 200 }, (): Box => [10, 10, 2, 2]);
    const { face } = matchAnchors(anchors, crowd, [], { iou: 0.35 });
    expect(new Set(face.filter((index) => index >= 0)).size).toBe(200);
  });
});
