import type { FlatFeatures } from '../scorers/flat-features.js';

/** Lower Cholesky factor of I + sum of x x' over the rows. */
export function familiarityOf(rows: readonly Float64Array[], size: number): number[][] {
  const matrix = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? 1 : 0)),
  );
  const factor = matrix.map((row) => row.map(() => 0));
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let rest = matrix[i]![j]!;
      for (let k = 0; k < j; k += 1) {
        rest -= factor[i]![k]! * factor[j]![k]!;
      }
      factor[i]![j] = i === j ? Math.sqrt(rest) : rest / factor[j]![j]!;
    }
  }
  return factor.map((row, i) => row.slice(0, i + 1));
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
