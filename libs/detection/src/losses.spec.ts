import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeBox, encodeBox } from './box-code.js';
import { type Box, generalisedIou } from './geometry.js';
import { type BatchTargets, batchLoss, FOCAL_ALPHA, FOCAL_GAMMA, type LossOptions } from './losses.js';
import { BACKGROUND, IGNORED } from './matching.js';

const focal: LossOptions = { classLoss: 'focal', negativesPerPositive: 3, boxLoss: 'giou', boxWeight: 2 };
const mined: LossOptions = { ...focal, classLoss: 'mined' };

const anchors = Float32Array.of(20, 20, 16, 19, 28, 20, 16, 19, 24, 24, 30, 36, 60, 60, 12, 14);
const anchorCount = anchors.length / 4;

function randomBatch(seed: number): { logits: Float32Array; deltas: Float32Array; targets: BatchTargets } {
  const random = seededRandom(`losses/${seed}`);
  const pictures = 2;
  const kinds = [0, 1, 2, BACKGROUND, BACKGROUND, BACKGROUND, IGNORED];
  return {
    logits: Float32Array.from({ length: pictures * anchorCount }, () => 2 * random.normal()),
    deltas: Float32Array.from({ length: pictures * anchorCount * 4 }, () => 2 * random.normal()),
    targets: {
      face: Int32Array.from(
        { length: pictures * anchorCount },
        () => kinds[random.integer(kinds.length)] ?? BACKGROUND,
      ),
      boxes: Float32Array.of(12, 9, 15, 20, 30, 22, 20, 17, 55, 50, 9, 22),
    },
  };
}

/** Central differences of the total loss, in steps large enough for 32-bit inputs. */
function differences(values: Float32Array, total: () => number): number[] {
  const step = 2 ** -9;
  return Array.from(values, (value, i) => {
    values[i] = value + step;
    const above = total();
    values[i] = value - step;
    const below = total();
    values[i] = value;
    return (above - below) / (2 * step);
  });
}

describe('box code', () => {
  it('is undone by decoding', () => {
    const centre = fc.float({ min: 0, max: 256, noNaN: true });
    const side = fc.float({ min: 2, max: 300, noNaN: true });
    fc.assert(
      fc.property(centre, centre, side, side, fc.nat(anchorCount - 1), (x, y, width, height, anchor) => {
        const code = new Float32Array(4);
        const box = new Float32Array(4);
        encodeBox(anchors, anchor, Float32Array.of(x, y, width, height), 0, code, 0);
        decodeBox(anchors, anchor, code, 0, box, 0);
        [x, y, width, height].forEach((value, i) => {
          expect(Math.abs((box[i] as number) - value)).toBeLessThan(1e-2);
        });
      }),
      { seed: 4 },
    );
  });

  it('writes an anchor itself as zeros', () => {
    const code = new Float32Array(4).fill(9);
    encodeBox(anchors, 0, Float32Array.of(12, 10.5, 16, 19), 0, code, 0);
    expect([...code]).toEqual([0, 0, 0, 0]);
  });

  it('stays finite for absurd deltas', () => {
    const box = new Float32Array(4);
    decodeBox(anchors, 0, Float32Array.of(0, 0, 1e6, 1e6), 0, box, 0);
    expect(box.every(Number.isFinite)).toBe(true);
  });
});

describe('classification loss', () => {
  const boxes = Float32Array.of(12, 9, 15, 20);
  const logits = Float32Array.of(0.7, -1.3, 2.1, -0.2);

  it('is the focal loss, normalised by the positives', () => {
    const face = Int32Array.of(0, BACKGROUND, IGNORED, 0);
    const p = (x: number) => 1 / (1 + Math.exp(-x));
    const positive = (x: number) => -FOCAL_ALPHA * (1 - p(x)) ** FOCAL_GAMMA * Math.log(p(x));
    const negative = (x: number) => -(1 - FOCAL_ALPHA) * p(x) ** FOCAL_GAMMA * Math.log(1 - p(x));
    const { classification } = batchLoss(logits, new Float32Array(16), { face, boxes }, anchors, focal);
    expect(classification).toBeCloseTo((positive(0.7) + negative(-1.3) + positive(-0.2)) / 2, 6);
  });

  it('mines the hardest background anchors', () => {
    const face = Int32Array.of(0, BACKGROUND, BACKGROUND, BACKGROUND);
    const options: LossOptions = { ...mined, negativesPerPositive: 2 };
    const { classification, logitSlopes } = batchLoss(logits, new Float32Array(16), { face, boxes }, anchors, options);
    const softplus = (x: number) => Math.log1p(Math.exp(x));
    expect(classification).toBeCloseTo(softplus(-0.7) + softplus(2.1) + softplus(-0.2), 6);
    expect(logitSlopes[1]).toBe(0);
  });

  it('keeps exactly the asked number of equal background anchors', () => {
    const face = Int32Array.of(0, BACKGROUND, BACKGROUND, BACKGROUND);
    const equal = Float32Array.of(1, 0, 0, 0);
    const { logitSlopes } = batchLoss(equal, new Float32Array(16), { face, boxes }, anchors, {
      ...mined,
      negativesPerPositive: 2,
    });
    expect(logitSlopes.slice(1).filter((slope) => slope !== 0).length).toBe(2);
  });

  it('stays finite for extreme logits', () => {
    const face = Int32Array.of(0, BACKGROUND, 0, BACKGROUND);
    const extreme = Float32Array.of(-1e4, 1e4, 1e4, -1e4);
    for (const options of [focal, mined]) {
      const loss = batchLoss(extreme, new Float32Array(16), { face, boxes }, anchors, options);
      expect(Number.isFinite(loss.total)).toBe(true);
      expect(loss.logitSlopes.every(Number.isFinite)).toBe(true);
    }
  });

  it('teaches from pictures without faces', () => {
    const face = new Int32Array(4).fill(BACKGROUND);
    for (const options of [focal, mined]) {
      const loss = batchLoss(logits, new Float32Array(16), { face, boxes: new Float32Array(0) }, anchors, options);
      expect(loss.classification).toBeGreaterThan(0);
      expect(loss.localisation).toBe(0);
    }
  });
});

describe('localisation loss', () => {
  it('is 1 - GIoU', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { logits, deltas, targets } = randomBatch(seed);
      const { localisation } = batchLoss(logits, deltas, targets, anchors, focal);
      const losses: number[] = [];
      targets.face.forEach((face, i) => {
        if (face < 0) return;
        const box = new Float32Array(4);
        decodeBox(anchors, i % anchorCount, deltas, i * 4, box, 0);
        const truth = targets.boxes.slice(face * 4, face * 4 + 4);
        losses.push(1 - generalisedIou([...box] as unknown as Box, [...truth] as unknown as Box));
      });
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / Math.max(1, losses.length);
      expect(localisation).toBeCloseTo(mean, 4);
    }
  });

  it('is smooth L1 of the box code', () => {
    const face = Int32Array.of(0, BACKGROUND, BACKGROUND, BACKGROUND);
    const boxes = Float32Array.of(12, 10.5, 16, 19);
    const deltas = new Float32Array(16);
    deltas.set([0.5, -3, 0, 1]);
    const loss = batchLoss(new Float32Array(4), deltas, { face, boxes }, anchors, { ...focal, boxLoss: 'smooth-l1' });
    expect(loss.localisation).toBeCloseTo(0.125 + 2.5 + 0 + 0.5, 6);
  });
});

describe('slopes', () => {
  it.each([
    ['focal', 'giou'],
    ['focal', 'smooth-l1'],
    ['mined', 'giou'],
    ['mined', 'smooth-l1'],
  ] as const)('%s with %s agree with finite differences', (classLoss, boxLoss) => {
    const options: LossOptions = { ...focal, classLoss, boxLoss };
    for (let seed = 0; seed < 25; seed++) {
      const { logits, deltas, targets } = randomBatch(seed);
      const total = () => batchLoss(logits, deltas, targets, anchors, options).total;
      const { logitSlopes, deltaSlopes } = batchLoss(logits, deltas, targets, anchors, options);
      differences(logits, total).forEach((slope, i) => {
        expect(Math.abs(slope - (logitSlopes[i] as number))).toBeLessThan(2e-3);
      });
      differences(deltas, total).forEach((slope, i) => {
        expect(Math.abs(slope - (deltaSlopes[i] as number))).toBeLessThan(2e-3);
      });
    }
  });
});
