import { defaultConfiguration, faceDetectorSpace, planDetector } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { anchorsOf } from './anchors.js';
import { encodeBox } from './box-code.js';
import { decodeDetections, suppress } from './decoding.js';
import { type Box, intersectionOverUnion, letterbox, placeBox } from './geometry.js';

const anchors = anchorsOf(planDetector(defaultConfiguration(faceDetectorSpace)));

/** Outputs that say nothing but these boxes of a picture, each at the anchor given. */
function outputsOf(boxes: readonly { box: Box; anchor: number; logit: number }[], width: number, height: number) {
  const logits = new Float32Array(anchors.count).fill(-20);
  const deltas = new Float32Array(anchors.count * 4);
  const placement = letterbox(width, height, 256);
  for (const { box, anchor, logit } of boxes) {
    logits[anchor] = logit;
    encodeBox(anchors.boxes, anchor, Float32Array.from(placeBox(box, placement)), 0, deltas, anchor * 4);
  }
  return { logits, deltas, placement };
}

describe('suppression', () => {
  it('agrees with the definition on random boxes', () => {
    const random = seededRandom('suppression');
    for (let trial = 0; trial < 200; trial++) {
      const list = Array.from(
        { length: 30 },
        (): Box => [40 * random.uniform(), 40 * random.uniform(), 5 + 20 * random.uniform(), 5 + 20 * random.uniform()],
      );
      const boxes = Float32Array.from(list.flat());
      const exact = list.map((_, i): Box => [...boxes.slice(i * 4, i * 4 + 4)] as unknown as Box);
      // By definition: take the best, strike out what overlaps it, and again with what is left.
      let left = exact.map((_, i) => i);
      const expected: number[] = [];
      while (left.length > 0) {
        const [best = 0, ...others] = left;
        expected.push(best);
        left = others.filter((i) => intersectionOverUnion(exact[best] as Box, exact[i] as Box) <= 0.4);
      }
      expect(suppress(boxes, 0.4, 100)).toEqual(expected);
      expect(suppress(boxes, 0.4, 3)).toEqual(expected.slice(0, 3));
    }
  });
});

describe('decoding', () => {
  const picture = { width: 320, height: 143 };

  it('returns boxes in the pixels of the picture, by falling score', () => {
    const boxes: Box[] = [
      [20, 30, 40, 50],
      [200.5, 60.25, 12, 14],
    ];
    const { logits, deltas, placement } = outputsOf(
      boxes.map((box, i) => ({ box, anchor: 500 + 700 * i, logit: i })),
      picture.width,
      picture.height,
    );
    const found = decodeDetections(logits, deltas, anchors, placement, picture);
    expect(found.map((detection) => detection.score)).toEqual([1 / (1 + Math.exp(-1)), 0.5]);
    found.forEach(({ box }, i) => {
      box.forEach((value, k) => {
        expect(value).toBeCloseTo((boxes[1 - i] as Box)[k] as number, 3);
      });
    });
    expect(decodeDetections(logits, deltas, anchors, placement, picture, { scoreThreshold: 0.6 })).toHaveLength(1);
    expect(decodeDetections(logits, deltas, anchors, placement, picture, { limit: 1 })).toHaveLength(1);
  });

  it('cuts boxes at the edge and drops those wholly outside', () => {
    const { logits, deltas, placement } = outputsOf(
      [
        { box: [-10, -10, 40, 50], anchor: 3, logit: 1 },
        { box: [100, -60, 40, 50], anchor: 90, logit: 1 },
      ],
      picture.width,
      picture.height,
    );
    const found = decodeDetections(logits, deltas, anchors, placement, picture);
    expect(found).toHaveLength(1);
    [0, 0, 30, 40].forEach((value, k) => {
      expect(found[0]?.box[k]).toBeCloseTo(value, 3);
    });
  });

  it('prefers the lower anchor among equal scores', () => {
    const { logits, deltas, placement } = outputsOf(
      [
        { box: [50, 50, 20, 20], anchor: 900, logit: 1 },
        { box: [51, 50, 20, 20], anchor: 40, logit: 1 },
      ],
      picture.width,
      picture.height,
    );
    const [only, ...others] = decodeDetections(logits, deltas, anchors, placement, picture);
    expect(others).toEqual([]);
    expect(only?.box[0]).toBeCloseTo(51, 3);
  });
});
