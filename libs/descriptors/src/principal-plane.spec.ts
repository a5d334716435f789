import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { principalPlane } from './principal-plane.js';

describe('principalPlane', () => {
  it('finds the two directions of greatest variance, wherever they point', () => {
    const random = seededRandom('plane');
    const [along, across] = [
      [0.6, 0, 0.8],
      [0.8, 0, -0.6],
    ];
    const hidden = Array.from({ length: 200 }, () => [5 * random.normal(), 2 * random.normal(), 0.1 * random.normal()]);
    const rows = hidden.map(([a, b, c]) => [
      7 + a! * along![0]! + b! * across![0]!,
      c!,
      a! * along![2]! + b! * across![2]! - 3,
    ]);
    const { points, explained } = principalPlane(rows);
    const mean = (column: number) => hidden.reduce((sum, row) => sum + row[column]!, 0) / hidden.length;
    const [meanA, meanB] = [mean(0), mean(1)];
    for (const [at, [x, y]] of points.entries()) {
      expect(Math.abs(x)).toBeCloseTo(Math.abs(hidden[at]![0]! - meanA), 0);
      expect(Math.abs(y)).toBeCloseTo(Math.abs(hidden[at]![1]! - meanB), 0);
    }
    expect(explained[0]).toBeGreaterThan(0.8);
    expect(explained[0] + explained[1]).toBeGreaterThan(0.999);
  });

  it('keeps distances of points that lie in a plane', () => {
    const rows = [
      [1, 2, 0, 0],
      [4, 6, 0, 0],
      [-2, 1, 0, 0],
    ];
    const { points } = principalPlane(rows);
    const apart = (one: readonly number[], other: readonly number[]) =>
      Math.hypot(...one.map((value, at) => value - other[at]!));
    expect(apart(points[0]!, points[1]!)).toBeCloseTo(5, 9);
    expect(apart(points[1]!, points[2]!)).toBeCloseTo(apart(rows[1]!, rows[2]!), 9);
  });

  it('gives the same plane for the same points, in any order', () => {
    const random = seededRandom('order');
    const rows = Array.from({ length: 30 }, () => Array.from({ length: 8 }, () => random.normal()));
    const { points } = principalPlane(rows);
    const { points: backwards } = principalPlane([...rows].reverse());
    for (const [at, [x, y]] of [...backwards].reverse().entries()) {
      expect(x).toBeCloseTo(points[at]![0], 6);
      expect(y).toBeCloseTo(points[at]![1], 6);
    }
  });

  it('says of points that are all one, or none, that they do not vary', () => {
    expect(principalPlane([[1, 2]])).toEqual({ points: [[0, 0]], explained: [0, 0] });
    expect(principalPlane([])).toEqual({ points: [], explained: [0, 0] });
  });
});
