import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { binRows, SLOTS } from './binned-rows.js';
import { bestSplit, subtractHistogram, sumHistogram } from './grow-tree.js';

const options = { maxBins: 16, minBinRows: 1, minLeafRows: 1 };

/** Rows of a sparse and a dense column with slopes, some of them in a leaf. */
function leafOf(seed: number) {
  const random = seededRandom(seed);
  const rows = 60;
  const features = Float32Array.from({ length: rows * 2 }, (_, at) =>
    at % 2 && random.uniform() < 0.7 ? 0 : random.normal(),
  );
  const data = binRows(features, 2, options);
  const gradient = Float64Array.from({ length: rows }, () => random.normal());
  const curvature = Float64Array.from({ length: rows }, () => random.uniform());
  const order = Int32Array.from({ length: rows }, (_, row) => row).filter(() => random.uniform() < 0.8);
  const histogram = (start: number, end: number) => {
    const sums = new Float64Array(SLOTS * data.lowest.length);
    sumHistogram(data, order, { start, end }, gradient, curvature, sums);
    return sums;
  };
  return { data, gradient, curvature, order, histogram, features: Int32Array.from(data.columns.keys()) };
}

describe('histograms', () => {
  it('hold the sums of the rows of each bin, the most common bin of a feature left out', () => {
    const { data, gradient, curvature, order, histogram } = leafOf(1);
    const sums = histogram(0, order.length);
    data.columns.forEach((_, feature) => {
      for (let bin = data.firstBin[feature]!; bin < data.firstBin[feature + 1]!; bin += 1) {
        const code = bin - data.firstBin[feature]!;
        const rows =
          bin === data.commonBin[feature]
            ? []
            : [...order].filter((row) => data.codes[feature * data.rows + row] === code);
        const sum = (values: Float64Array) => rows.reduce((total, row) => total + values[row]!, 0);
        expect(sums[SLOTS * bin]).toBeCloseTo(sum(gradient), 12);
        expect(sums[SLOTS * bin + 1]).toBeCloseTo(sum(curvature), 12);
        expect(sums[SLOTS * bin + 2]).toBe(rows.length);
      }
    });
  });

  it('less one child are the other child', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(40), (seed, middle) => {
        const { data, order, histogram, features } = leafOf(seed);
        const parent = histogram(0, order.length);
        const sibling = histogram(middle, order.length);
        subtractHistogram(data, features, parent, histogram(0, middle));
        parent.forEach((value, slot) => {
          expect(Math.abs(value - sibling[slot]!)).toBeLessThan(1e-12);
        });
      }),
    );
  });
});

describe('bestSplit', () => {
  it('looks at the given features only', () => {
    const { data, gradient, curvature, order, histogram } = leafOf(2);
    const sum = (values: Float64Array) => order.reduce((total, row) => total + values[row]!, 0);
    const leaf = { start: 0, end: order.length, depth: 0, gradient: sum(gradient), curvature: sum(curvature) };
    const limits = { leaves: 2, maxDepth: 9, minLeafRows: 1, minLeafCurvature: 0, l2: 0 };
    const by = (...features: number[]) =>
      bestSplit(data, histogram(0, order.length), leaf, Int32Array.from(features), limits);
    expect(by(0)?.feature).toBe(0);
    expect(by(1)?.feature).toBe(1);
    expect(by(0, 1)?.gain).toBe(Math.max(by(0)!.gain, by(1)!.gain));
    expect(by()).toBeUndefined();
  });
});
