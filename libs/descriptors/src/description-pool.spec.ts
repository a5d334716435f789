import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Description, descriptionBytes, encodeDescription, parseDescription, planPooling } from './description.js';
import { DescriptionPool } from './description-pool.js';
import { DescriptorError } from './descriptor.error.js';
import { EXTRACTOR_DIMENSION } from './extractor-version.js';
import { FrozenRandom } from './frozen-random.js';
import { clipToUnitBall } from './vectors.js';

const extractor = { version: 4, hash: 'ab'.repeat(32) };

function vectors(count: number, seed = 1): Float32Array[] {
  const random = new FrozenRandom(seed);
  return Array.from({ length: count }, () =>
    Float32Array.from(clipToUnitBall(Float64Array.from({ length: EXTRACTOR_DIMENSION }, () => random.uniform() - 0.5))),
  );
}

function pooled(zs: readonly Float32Array[], seed = 9): Description {
  const pool = new DescriptionPool(extractor, seed);
  for (const z of zs) pool.add(z);
  return pool.finish();
}

describe('planPooling', () => {
  it.each([
    [32, 2, 16],
    [47, 2, 23],
    [110, 6, 18],
    [225, 14, 16],
    [256, 16, 16],
    [369, 16, 23],
    [100_000, 16, 6250],
  ])('splits %i images into %i batches of at least %i', (images, rows, batchSize) => {
    expect(planPooling(images)).toEqual({ rows, batchSize });
  });

  it('says how many images are missing', () => {
    expect(() => planPooling(30)).toThrow(/at least 32 images and this dataset has 30; add 2 more/);
  });
});

describe('DescriptionPool', () => {
  it('puts every image into exactly one of nearly equal batches: one-hot images count themselves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 32, max: 700 }), fc.integer(), (images, seed) => {
        const { rows, batchSize } = planPooling(images);
        const pool = new DescriptionPool(extractor, seed);
        for (let at = 0; at < images; at++) {
          pool.add(
            Float32Array.from({ length: EXTRACTOR_DIMENSION }, (_, d) => (d === at % EXTRACTOR_DIMENSION ? 1 : 0)),
          );
        }
        const made = parseDescription(pool.finish());
        expect(made.rows).toHaveLength(rows);
        for (const row of made.rows) expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
        for (let d = 0; d < EXTRACTOR_DIMENSION; d++) {
          const counted = made.rows.reduce((sum, row) => sum + row[d]!, 0) / rows;
          const expected = Math.ceil((images - d) / EXTRACTOR_DIMENSION) / images;
          expect(Math.abs(counted - expected)).toBeLessThanOrEqual(1 / batchSize - 1 / (batchSize + 1) + 1e-6);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has rows whose mean is the mean of the images, when batches are equal', () => {
    for (const count of [64, 256, 512]) {
      const zs = vectors(count);
      const { rows } = pooled(zs);
      for (let d = 0; d < EXTRACTOR_DIMENSION; d++) {
        const mean = zs.reduce((sum, z) => sum + z[d]!, 0) / count;
        expect(rows.reduce((sum, row) => sum + row[d]!, 0) / rows.length).toBeCloseTo(mean, 5);
      }
    }
  });

  it('is the same for one seed, another for another, and does not follow the order of files', () => {
    const zs = vectors(300);
    expect(pooled(zs)).toEqual(pooled(zs));
    expect(pooled(zs, 10).rows).not.toEqual(pooled(zs).rows);
    const ordered = Array.from({ length: 512 }, (_, at) => new Float32Array(EXTRACTOR_DIMENSION).fill(at / 512 / 6));
    const means = pooled(ordered).rows.map((row) => row[0]! * 6);
    expect(Math.max(...means) - Math.min(...means)).toBeLessThan(0.3);
  });

  it('does not change when the caller reuses its buffer', () => {
    const zs = vectors(40);
    const buffer = new Float32Array(EXTRACTOR_DIMENSION);
    const pool = new DescriptionPool(extractor, 9);
    for (const z of zs) {
      buffer.set(z);
      pool.add(buffer);
    }
    expect(pool.finish()).toEqual(pooled(zs));
  });

  it('refuses too few images and bad vectors', () => {
    expect(() => pooled(vectors(31))).toThrow(expect.objectContaining({ code: 'TOO_FEW_IMAGES' }));
    expect(() => pooled([new Float32Array(3)])).toThrow(expect.objectContaining({ code: 'EXTRACTOR_MISMATCH' }));
    expect(() => pooled([new Float32Array(EXTRACTOR_DIMENSION).fill(Number.NaN)])).toThrow(DescriptorError);
  });
});

it('clips what an image may weigh', () => {
  const zs = vectors(64);
  const far = Float32Array.from(zs[5]!, (value) => 1000 * value);
  const length = Math.hypot(...far);
  const clipped = far.map((value) => value / length);
  expect(pooled(zs.with(5, far))).toEqual(pooled(zs.with(5, clipped)));
});

describe('the wire form of a description', () => {
  const description = pooled(vectors(110));

  it('holds M rows and three counts, nothing per image', () => {
    const parsed = JSON.parse(encodeDescription(description)) as Record<string, unknown>;
    expect(Object.keys(parsed)).toEqual([
      'extractorVersion',
      'extractorHash',
      'dimension',
      'rows',
      'images',
      'batchSize',
    ]);
    expect(parsed.rows).toHaveLength(6);
    expect(parseDescription(parsed)).toEqual(description);
    expect(descriptionBytes(description)).toBe(encodeDescription(description).length);
    expect(descriptionBytes(description)).toBeLessThan(6 * 32 * 11 + 200);
  });

  it('may be a single row over all images, as noise leaves it', () => {
    const single = { ...description, rows: description.rows.slice(0, 1), batchSize: 110 };
    expect(parseDescription(JSON.parse(encodeDescription(single)))).toEqual(single);
  });

  it('rounds to six decimals', () => {
    for (const value of description.rows.flat()) expect(value).toBe(Number(value.toFixed(6)));
  });

  it.each<[string, (d: Description) => unknown]>([
    ['description', () => 'rows'],
    ['description.files', (d) => ({ ...d, files: ['a.jpg'] })],
    ['description.dimension', (d) => ({ ...d, dimension: 31 })],
    ['description.images', (d) => ({ ...d, images: 31 })],
    ['description.images', (d) => ({ ...d, images: 110.5 })],
    ['description.batchSize', (d) => ({ ...d, batchSize: 1 })],
    ['description.batchSize', (d) => ({ ...d, batchSize: 50 })],
    ['description.rows', (d) => ({ ...d, rows: d.rows.slice(0, 1) })],
    ['description.rows', (d) => ({ ...d, batchSize: 110 })],
    ['description.rows', (d) => ({ ...d, rows: d.rows.slice(1) })],
    ['description.rows', (d) => ({ ...d, rows: vectors(110).map((z) => [...z]) })],
    ['description.rows[2]', (d) => ({ ...d, rows: d.rows.map((row, at) => (at === 2 ? row.slice(1) : row)) })],
    [
      'description.rows[1]',
      (d) => ({ ...d, rows: d.rows.map((row, at) => (at === 1 ? row.map(() => Number.NaN) : row)) }),
    ],
    ['description.rows[1]', (d) => ({ ...d, rows: d.rows.map((row, at) => (at === 1 ? row.map(() => 0.5) : row)) })],
    ['description.extractorHash', (d) => ({ ...d, extractorHash: 'AB'.repeat(32) })],
    ['description.extractorVersion', (d) => ({ ...d, extractorVersion: '4' })],
  ])('is refused naming %s', (field, change) => {
    const refused = (): unknown => parseDescription(change(description));
    expect(refused).toThrow(expect.objectContaining({ code: 'INVALID_DESCRIPTION', field }));
  });
});
