import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Alignment, align, alignRows, composeAlignments, fitAlignment, parseAlignment } from './alignment.js';
import type { Description } from './description.js';
import { FrozenRandom } from './frozen-random.js';
import { meanRow } from './vectors.js';

const D = 6;
const ends = [0, 1, 2].map((version) => ({ version, hash: `${version}`.repeat(64) }));
const [zero, one, two] = ends as [(typeof ends)[0], (typeof ends)[0], (typeof ends)[0]];

function matrix(rows: number, columns: number, seed: number): number[][] {
  const random = new FrozenRandom(seed);
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => 2 * random.uniform() - 1));
}

function moved(rows: readonly number[][], a: readonly number[][], shift: readonly number[]): number[][] {
  return rows.map((row) =>
    a.map((line, out) => line.reduce((sum, weight, at) => sum + weight * row[at]!, shift[out]!)),
  );
}

function largestGap(left: readonly number[], right: readonly number[]): number {
  return Math.max(...left.map((value, at) => Math.abs(value - right[at]!)));
}

const olds = matrix(120, D, 1);
const map = matrix(D, D, 2);
const shift = matrix(1, D, 3)[0]!;
const news = moved(olds, map, shift);
const exact = { from: zero, to: one, ridge: 1e-10 };

describe('fitAlignment', () => {
  it('recovers an affine map exactly as the ridge vanishes', () => {
    const fitted = fitAlignment(olds, news, exact);
    expect(largestGap([...fitted.weights], map.flat())).toBeLessThan(1e-6);
    expect(largestGap([...fitted.bias], shift)).toBeLessThan(1e-6);
    expect(fitted.r2).toBeCloseTo(1, 8);
  });

  it('is the identity when nothing changed, whatever the ridge', () => {
    for (const ridge of [1e-6, 0.01, 100]) {
      const fitted = fitAlignment(olds, olds, { from: zero, to: one, ridge });
      const identity = Array.from({ length: D * D }, (_, at) => (at % (D + 1) === 0 ? 1 : 0));
      expect(largestGap([...fitted.weights], identity)).toBeLessThan(1e-9);
      expect(largestGap([...fitted.bias], new Array<number>(D).fill(0))).toBeLessThan(1e-9);
    }
  });

  it('is drawn to the identity by the ridge, and keeps it in directions that the data never take', () => {
    const strong = fitAlignment(olds, news, { from: zero, to: one, ridge: 1e6 });
    expect(
      largestGap(
        [...strong.weights],
        Array.from({ length: D * D }, (_, at) => (at % (D + 1) === 0 ? 1 : 0)),
      ),
    ).toBeLessThan(1e-4);
    const flat = olds.map((row) => [...row.slice(0, D - 1), 0.3]);
    const fitted = fitAlignment(flat, moved(flat, map, shift), exact);
    const untouched = Array.from({ length: D }, (_, row) => fitted.weights[row * D + D - 1]!);
    expect(largestGap(untouched, [0, 0, 0, 0, 0, 1])).toBeLessThan(1e-12);
  });

  it('is at the bottom of its loss: the gradient of the written-out objective is zero', () => {
    const ridge = 0.3;
    const random = new FrozenRandom(8);
    const noisy = news.map((row) => row.map((value) => value + random.uniform() - 0.5));
    const fitted = fitAlignment(olds, noisy, { from: zero, to: one, ridge });
    const centre = meanRow(olds);
    const variance =
      olds.flat().reduce((sum, value, at) => sum + (value - centre[at % D]!) ** 2, 0) / (olds.length * D);
    const loss = (alignment: Pick<Alignment, 'weights' | 'bias' | 'dimension'>): number => {
      const fit = alignRows(alignment, olds)
        .flat()
        .reduce((sum, value, at) => sum + (value - noisy.flat()[at]!) ** 2, 0);
      const pull = alignment.weights.reduce((sum, weight, at) => sum + (weight - (at % (D + 1) === 0 ? 1 : 0)) ** 2, 0);
      return fit + ridge * olds.length * variance * pull;
    };
    for (const at of [0, 1, 7, 20, 35]) {
      const nudged = (by: number): number =>
        loss({ ...fitted, weights: fitted.weights.map((weight, index) => (index === at ? weight + by : weight)) });
      expect(Math.abs(nudged(1e-4) - nudged(-1e-4))).toBeLessThan(1e-7);
    }
    for (const at of [0, 5]) {
      const nudged = (by: number): number =>
        loss({ ...fitted, bias: fitted.bias.map((value, index) => (index === at ? value + by : value)) });
      expect(Math.abs(nudged(1e-4) - nudged(-1e-4))).toBeLessThan(1e-7);
    }
  });

  it('measures R2 on pairs it did not fit: none for unrelated vectors', () => {
    expect(fitAlignment(olds, matrix(120, D, 77), { from: zero, to: one }).r2).toBeLessThan(0.05);
  });

  it.each<[string, readonly number[][], readonly number[][], number]>([
    ['newRows', olds, news.slice(1), 0.01],
    ['newRows', olds.slice(0, 9), news.slice(0, 9), 0.01],
    ['newRows[4]', olds, news.map((row, at) => (at === 4 ? [...row.slice(1), Number.NaN] : row)), 0.01],
    [
      'oldRows[0]',
      olds.map((row) => (row === olds[0] ? [...row.slice(1), Number.POSITIVE_INFINITY] : row)),
      news,
      0.01,
    ],
    ['ridge', olds, news, 0],
  ])('refuses naming %s', (field, left, right, ridge) => {
    expect(() => fitAlignment(left, right, { from: zero, to: one, ridge })).toThrow(
      expect.objectContaining({ code: 'INVALID_ALIGNMENT', field }),
    );
  });
});

const description: Description = {
  extractorVersion: 0,
  extractorHash: zero.hash,
  dimension: D,
  rows: matrix(4, D, 5),
  images: 64,
  batchSize: 16,
};

describe('align', () => {
  it('commutes with the mean', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, count) => {
        const fitted = fitAlignment(olds, news, exact);
        const rows = matrix(count, D, seed);
        const first = alignRows(fitted, [meanRow(rows)])[0]!;
        const last = [...meanRow(alignRows(fitted, rows))];
        expect(largestGap(first, last)).toBeLessThan(1e-12);
      }),
      { numRuns: 40 },
    );
  });

  it('moves a description to the newer extractor', () => {
    const fitted = fitAlignment(olds, news, exact);
    const aligned = align(fitted, description);
    expect(aligned).toMatchObject({ extractorVersion: 1, extractorHash: one.hash, images: 64, batchSize: 16 });
    expect(
      largestGap(
        aligned.rows.flat(),
        moved(
          description.rows.map((row) => [...row]),
          map,
          shift,
        ).flat(),
      ),
    ).toBeLessThan(1e-6);
  });

  it('refuses a description of another extractor', () => {
    const fitted = fitAlignment(olds, news, { ...exact, from: one, to: two });
    expect(() => align(fitted, description)).toThrow(expect.objectContaining({ code: 'EXTRACTOR_MISMATCH' }));
  });
});

describe('composeAlignments', () => {
  const first = fitAlignment(olds, news, exact);
  const second = fitAlignment(news, moved(news, matrix(D, D, 21), shift), { from: one, to: two, ridge: 1e-10 });

  it('does both, one after the other', () => {
    const both = composeAlignments(first, second);
    expect(both).toMatchObject({ from: zero, to: two, steps: 2 });
    expect(
      largestGap(align(both, description).rows.flat(), align(second, align(first, description)).rows.flat()),
    ).toBeLessThan(1e-9);
    expect(parseAlignment(JSON.parse(JSON.stringify(both)))).toEqual(both);
  });

  it('refuses alignments that do not meet', () => {
    expect(() => composeAlignments(second, first)).toThrow(expect.objectContaining({ code: 'EXTRACTOR_MISMATCH' }));
  });

  it('is refused on the wire naming the field', () => {
    expect(() => parseAlignment({ ...first, bias: [] })).toThrow(
      expect.objectContaining({ code: 'INVALID_ALIGNMENT', field: 'alignment.bias' }),
    );
    expect(() => parseAlignment({ ...first, from: { version: 0 } })).toThrow(
      expect.objectContaining({ field: 'alignment.from.hash' }),
    );
  });
});
