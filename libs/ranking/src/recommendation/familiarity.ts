import type { FlatFeatures } from '../scorers/flat-features.js';
import { cholesky } from './cholesky.js';

/** Lower Cholesky factor of I + sum of x x' over the rows. */
export function familiarityOf(rows: readonly Float64Array[], size: number): number[][] {
  const matrix = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? 1 : 0)),
  );
  return cholesky(matrix).map((row) => [...row]);
}

/** x' (I + sum of x x')^-1 x of each row: near 0 where configurations like x were tried, |x|^2 where none were. [rows] */
export function unfamiliarities(
  factor: readonly (readonly number[])[],
  { features, width }: FlatFeatures,
): Float64Array {
  const lower = Float64Array.from(factor.flat());
  const solved = new Float64Array(width);
  return Float64Array.from({ length: features.length / width }, (_, row) => {
    let total = 0;
    let entry = 0;
    for (let i = 0; i < width; i += 1) {
      let rest = features[row * width + i]!;
      for (let j = 0; j < i; j += 1) {
        rest -= lower[entry]! * solved[j]!;
        entry += 1;
      }
      solved[i] = rest / lower[entry]!;
      entry += 1;
      total += solved[i]! * solved[i]!;
    }
    return total;
  });
}
