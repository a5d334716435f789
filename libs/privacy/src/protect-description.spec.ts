import { randomBytes } from 'node:crypto';
import { descriptionMean, parseDescription } from '@edgelore/descriptors';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { secureNormal } from './normal-source.js';
import { pictures, pooled, unit } from './pooled.fixture.js';
import { descriptionNoise, protectDescription, sensitivityOf } from './protect-description.js';

const guarantee = { epsilon: 1, delta: 1e-5 };

function distance(left: ArrayLike<number>, right: ArrayLike<number>): number {
  return Math.hypot(...Array.from(left, (value, at) => value - right[at]!));
}

describe('the sensitivity of a description', () => {
  it('bounds what one image can move, and is reached', () => {
    fc.assert(
      fc.property(fc.integer({ min: 32, max: 700 }), fc.nat(), fc.nat(31), (images, at, axis) => {
        const vectors = pictures(images);
        const moved = (vector: Float32Array) => descriptionMean(pooled(vectors.with(at % images, vector)));
        const far = distance(moved(unit(axis)), moved(unit(axis, -1)));
        const { batchSize, rows } = pooled(vectors);
        expect(far).toBeLessThanOrEqual(sensitivityOf(pooled(vectors)));
        // The batch may hold one image more than the smallest.
        expect(far).toBeGreaterThan(2 / (batchSize + 1) / rows.length - 1e-5);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a description with noise', () => {
  const plain = pooled(pictures(500));
  const { sigma, mu, sensitivity } = descriptionNoise(plain, guarantee);

  it('carries the noise of the exact mechanism', () => {
    expect(sensitivity / mu).toBe(sigma);
    expect(sigma).toBeCloseTo((2 / 496) * 3.7306316, 5);
    const random = seededRandom('draws');
    const mean = descriptionMean(plain);
    const errors = Array.from({ length: 400 }, () => protectDescription(plain, sigma, random).rows[0]!).flatMap((row) =>
      row.map((value, at) => value - mean[at]!),
    );
    const square = errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
    expect(Math.abs(Math.sqrt(square) / sigma - 1)).toBeLessThan(0.03);
    expect(Math.abs(errors.reduce((sum, error) => sum + error, 0) / errors.length)).toBeLessThan(sigma / 20);
  });

  it('is a valid description of one row, inside the unit ball, with six decimals', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 3, noNaN: true }), (seed, deviation) => {
        const sent = protectDescription(plain, deviation, seededRandom(seed));
        expect(parseDescription(JSON.parse(JSON.stringify(sent)))).toEqual(sent);
        expect([sent.rows.length, sent.batchSize, sent.images]).toEqual([1, 500, 500]);
        expect(Math.hypot(...sent.rows[0]!)).toBeLessThanOrEqual(1);
        for (const value of sent.rows[0]!) expect(value).toBe(Number(value.toFixed(6)));
      }),
    );
  });

  it('gets no second noise', () => {
    const sent = protectDescription(plain, sigma, seededRandom(1));
    expect(() => protectDescription(sent, sigma, seededRandom(1))).toThrow(
      expect.objectContaining({ code: 'ALREADY_NOISED' }),
    );
  });

  it('needs a delta below one image', () => {
    expect(() => descriptionNoise(plain, { epsilon: 1, delta: 0.002 })).toThrow(
      expect.objectContaining({ code: 'INVALID_GUARANTEE', field: 'delta' }),
    );
  });
});

describe('noise from cryptographic bytes', () => {
  it('is standard normal', () => {
    const source = secureNormal(randomBytes);
    const drawn = Float64Array.from({ length: 20_000 }, () => source.normal()).sort();
    const share = (below: number) => drawn.filter((value) => value < below).length / drawn.length;
    // Six standard errors: fails by chance once in 10^8 runs.
    for (const [at, expected] of [
      [-1.645, 0.05],
      [-0.6745, 0.25],
      [0, 0.5],
      [1, 0.8413],
      [2.3263, 0.99],
    ] as const)
      expect(Math.abs(share(at) - expected)).toBeLessThan(6 * Math.sqrt((expected * (1 - expected)) / drawn.length));
  });

  it('is finite for every byte', () => {
    for (const byte of [0, 255])
      expect(secureNormal((count) => new Uint8Array(count).fill(byte)).normal()).not.toBeNaN();
    const first = secureNormal((count) => new Uint8Array(count)).normal();
    expect(first).toBeGreaterThan(8.5);
    expect(first).toBeLessThan(8.6);
  });
});
