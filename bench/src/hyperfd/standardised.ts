/** Deviation below which values count as all the same. */
const LEAST_DEVIATION = 1e-3;

/** Values less their mean, over their deviation. */
export function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (value - mean) / Math.max(deviation, LEAST_DEVIATION));
}
