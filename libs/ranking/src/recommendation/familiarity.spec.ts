import { describe, expect, it } from '@jest/globals';
import { familiarityOf, unfamiliarities } from './familiarity.js';

describe('unfamiliarities', () => {
  const of = (tried: Float64Array[], row: Float64Array) =>
    unfamiliarities(familiarityOf(tried, row.length), { features: Float32Array.from(row), width: row.length })[0]!;

  it('is |x|^2 where nothing was tried, and small where the same was tried often', () => {
    const row = Float64Array.of(1, -2, 0.5);
    expect(of([], row)).toBeCloseTo(5.25, 12);
    // Sherman and Morrison: x' (I + n x x')^-1 x = |x|^2 / (1 + n |x|^2).
    expect(of([row, row], row)).toBeCloseTo(5.25 / (1 + 2 * 5.25), 12);
  });

  it('does not shrink across the directions that were tried', () => {
    expect(of([Float64Array.of(1, 0)], Float64Array.of(0, 2))).toBeCloseTo(4, 12);
  });
});
