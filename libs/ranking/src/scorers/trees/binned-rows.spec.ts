import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { binRows, SLOTS } from './binned-rows.js';

const column = (
  values: readonly number[],
  options: { maxBins?: number; minBinRows?: number; minLeafRows?: number } = {},
) => binRows(Float32Array.from(values), 1, { maxBins: 255, minBinRows: 1, minLeafRows: 1, ...options });

describe('binRows', () => {
  it('gives each value a bin while there are enough', () => {
    const { lowest, highest, codes, commonBin } = column([3, 0, 1, -2, 0, 0, 3]);
    expect([...lowest]).toEqual([-2, 0, 1, 3]);
    expect(highest).toEqual(lowest);
    expect([...codes]).toEqual([3, 1, 2, 0, 1, 1, 3]);
    expect([...commonBin]).toEqual([1]);
  });

  it('merges neighbours until a bin has its least rows', () => {
    const { lowest, highest } = column([1, 2, 3, 4, 5, 5, 5, 6, 7], { minBinRows: 3 });
    expect([...lowest]).toEqual([1, 4, 6]);
    expect([...highest]).toEqual([3, 5, 7]);
  });

  it('gives a value that fills a bin one of its own, wherever it stands', () => {
    const values = [...Array.from({ length: 50 }, (_, at) => at - 25.5), ...new Array<number>(50).fill(0)];
    const { lowest, highest, commonBin } = column(values, { maxBins: 11 });
    expect([lowest[commonBin[0]!], highest[commonBin[0]!]]).toEqual([0, 0]);
    expect(lowest.length).toBeGreaterThan(8);
  });

  it('leaves out columns that cannot be split', () => {
    const rows = [0, 5, 1, 0, 5, 1, 0, 5, 0, 1, 5, 1];
    expect([...binRows(Float32Array.from(rows), 3, { maxBins: 9, minBinRows: 1, minLeafRows: 1 }).columns]).toEqual([
      0, 2,
    ]);
    expect([...binRows(Float32Array.from(rows), 3, { maxBins: 9, minBinRows: 1, minLeafRows: 2 }).columns]).toEqual([]);
  });

  it('keeps the order of values, evens out bins, and says the same twice', () => {
    const grade = fc.integer({ min: -5, max: 5 });
    const value = fc.oneof(fc.constant(0), grade, fc.float({ noNaN: true, min: -100, max: 100 }));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 2, maxLength: 200 }),
        fc.integer({ min: 2, max: 20 }),
        fc.nat(),
        (values, maxBins, seed) => {
          const random = seededRandom(seed);
          const rows = values.length;
          const features = Float32Array.from(values.flatMap((first) => [first, random.integer(3)]));
          const data = binRows(features, 2, { maxBins, minBinRows: 1, minLeafRows: 1 });
          data.columns.forEach((at, feature) => {
            const [first, end] = [data.firstBin[feature]!, data.firstBin[feature + 1]!];
            expect(end - first).toBeLessThanOrEqual(maxBins);
            for (let row = 0; row < rows; row += 1) {
              const bin = first + data.codes[feature * rows + row]!;
              expect(features[row * 2 + at]!).toBeGreaterThanOrEqual(data.lowest[bin]!);
              expect(features[row * 2 + at]!).toBeLessThanOrEqual(data.highest[bin]!);
              const entries = data.entries.subarray(data.rowStart[row]!, data.rowStart[row + 1]!);
              expect(entries.includes(SLOTS * bin)).toBe(bin !== data.commonBin[feature]);
            }
            for (let bin = first; bin + 1 < end; bin += 1) {
              expect(data.highest[bin]!).toBeLessThan(data.lowest[bin + 1]!);
            }
          });
        },
      ),
    );
  });

  it('cuts many values into bins of about one size', () => {
    const random = seededRandom('even');
    const { codes, highest } = column(
      Array.from({ length: 5000 }, () => random.normal()),
      { maxBins: 50 },
    );
    const sizes = new Int32Array(highest.length);
    for (const code of codes) {
      sizes[code]! += 1;
    }
    expect(sizes.length).toBe(50);
    expect(Math.min(...sizes)).toBeGreaterThan(90);
    expect(Math.max(...sizes)).toBeLessThan(110);
  });
});
