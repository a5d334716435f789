import { readFileSync } from 'node:fs';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { averagePrecision, type ImageResult } from './average-precision.js';
import { type Box, coveredShare, intersectionOverUnion } from './geometry.js';

interface Golden {
  readonly cases: readonly { readonly iou: number; readonly images: readonly ImageResult[]; readonly ap: number }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../src/average-precision.golden.json', import.meta.url), 'utf8'),
);

/**
 * A second implementation in another style: for each possible cut of the ranked list it matches everything again from nothing and counts, then takes, for each
 * recall asked for, the best precision of all cuts that reach it. Recalls are compared as whole numbers.
 */
function bruteForce(images: readonly ImageResult[], iou: number, style: 'all-point' | '101-point'): number {
  const faces = images.flatMap((image) => image.boxes).length;
  if (faces === 0) return 0;
  const ranked = images
    .flatMap((image, picture) => image.detections.map((detection, order) => ({ ...detection, picture, order })))
    .sort((a, b) => (a.score > b.score ? -1 : a.score < b.score ? 1 : a.picture - b.picture || a.order - b.order));
  const cuts: { right: number; precision: number }[] = [];
  for (let length = 1; length <= ranked.length; length++) {
    const used = new Set<Box>();
    let right = 0;
    let wrong = 0;
    for (const { box, picture } of ranked.slice(0, length)) {
      const { boxes, ignore = [] } = images[picture] as ImageResult;
      const [best] = boxes
        .filter((face) => !used.has(face) && intersectionOverUnion(box, face) >= iou)
        .sort((a, b) => intersectionOverUnion(box, b) - intersectionOverUnion(box, a));
      if (best) {
        used.add(best);
        right += 1;
      } else if (ignore.every((region) => coveredShare(box, region) < iou)) {
        wrong += 1;
      }
    }
    if (right + wrong > 0) cuts.push({ right, precision: right / (right + wrong) });
  }
  const bestFrom = (least: number) => Math.max(0, ...cuts.filter((cut) => cut.right >= least).map((c) => c.precision));
  if (style === 'all-point') {
    return Array.from({ length: faces }, (_, found) => bestFrom(found + 1)).reduce((sum, p) => sum + p, 0) / faces;
  }
  const points = Array.from({ length: 101 }, (_, point) => bestFrom(Math.ceil((point * faces) / 100 - 1e-9)));
  return points.reduce((sum, p) => sum + p, 0) / 101;
}

function randomCase(seed: number): ImageResult[] {
  const random = seededRandom(`average-precision/${seed}`);
  const randomBox = (): Box => [
    60 * random.uniform(),
    60 * random.uniform(),
    4 + 36 * random.uniform(),
    4 + 36 * random.uniform(),
  ];
  const scoreSteps = random.uniform() < 0.4 ? 5 : 1000;
  return Array.from({ length: 1 + random.integer(4) }, () => {
    const boxes = Array.from({ length: random.integer(6) }, randomBox);
    const ignore = Array.from({ length: random.integer(3) }, randomBox);
    const near = [...boxes, ...ignore]
      .filter(() => random.uniform() < 0.8)
      .map(([x, y, w, h]): Box => [x + 3 * random.normal(), y + 3 * random.normal(), w, h]);
    const far = Array.from({ length: random.integer(4) }, randomBox);
    const twice = near.filter(() => random.uniform() < 0.3).map(([x, y, w, h]): Box => [x + 1, y, w, h]);
    const detections = random
      .shuffle([...near, ...twice, ...far])
      .map((box) => ({ box, score: random.integer(scoreSteps) / scoreSteps }));
    return { detections, boxes, ignore };
  });
}

describe('average precision', () => {
  it('agrees with an independent implementation on 600 random cases in both styles', () => {
    let largest = 0;
    let informative = 0;
    for (let seed = 0; seed < 600; seed++) {
      const images = randomCase(seed);
      for (const style of ['all-point', '101-point'] as const) {
        for (const iou of [0.5, 0.3]) {
          const { ap } = averagePrecision(images, { iou, style });
          largest = Math.max(largest, Math.abs(ap - bruteForce(images, iou, style)));
          if (ap > 0.05 && ap < 0.95) informative++;
        }
      }
    }
    expect(largest).toBeLessThan(1e-6);
    expect(informative).toBeGreaterThan(1000);
  });

  it(`agrees with pycocotools on its ${golden.cases.length} recorded cases`, () => {
    expect(golden.cases.length).toBeGreaterThanOrEqual(50);
    for (const { images, iou, ap } of golden.cases) {
      expect(averagePrecision(images, { iou, style: '101-point' }).ap).toBeCloseTo(ap, 6);
    }
  });

  it('counts a small case by hand', () => {
    const result = averagePrecision([
      {
        boxes: [
          [0, 0, 10, 10],
          [50, 50, 10, 10],
        ],
        detections: [
          { box: [0, 0, 10, 10], score: 0.9 },
          { box: [1, 0, 10, 10], score: 0.8 },
          { box: [50, 50, 10, 8], score: 0.7 },
        ],
      },
    ]);
    // Right, wrong (the face is taken), right.
    expect(result.precision).toEqual([1, 1 / 2, 2 / 3]);
    expect(result.recall).toEqual([0.5, 0.5, 1]);
    expect(result.ap).toBeCloseTo(0.5 * 1 + 0.5 * (2 / 3), 12);
    expect(result.faces).toBe(2);
  });

  it('does not count a detection on an ignored place, but counts a face inside it', () => {
    const ignore: Box[] = [[0, 0, 40, 40]];
    const inside = { box: [5, 5, 10, 10] as Box, score: 0.9 };
    const face = { box: [60, 60, 10, 10] as Box, score: 0.5 };
    expect(averagePrecision([{ boxes: [face.box], ignore, detections: [inside, face] }]).ap).toBe(1);
    expect(averagePrecision([{ boxes: [face.box], detections: [inside, face] }]).ap).toBe(0.5);
    expect(averagePrecision([{ boxes: [inside.box, face.box], ignore, detections: [inside] }]).ap).toBe(0.5);
  });

  it('has an answer for every empty case', () => {
    const detections = [{ box: [0, 0, 5, 5] as Box, score: 0.5 }];
    expect(averagePrecision([])).toEqual({ ap: 0, precision: [], recall: [], faces: 0 });
    expect(averagePrecision([{ boxes: [], detections }])).toEqual({ ap: 0, precision: [0], recall: [0], faces: 0 });
    expect(averagePrecision([{ boxes: [[0, 0, 5, 5]], detections: [] }])).toEqual({
      ap: 0,
      precision: [],
      recall: [],
      faces: 1,
    });
    expect(() => averagePrecision([{ boxes: [], detections: [{ box: [0, 0, 1, 1], score: Number.NaN }] }])).toThrow(
      'picture 0',
    );
  });
});
