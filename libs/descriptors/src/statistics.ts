export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Mean and population standard deviation; zeros for an empty list. */
export function moments(values: ArrayLike<number>): Moments {
  const count = values.length;
  if (count === 0) return { mean: 0, deviation: 0 };
  let sum = 0;
  for (let at = 0; at < count; at++) sum += values[at]!;
  const mean = sum / count;
  let squares = 0;
  for (let at = 0; at < count; at++) squares += (values[at]! - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / count) };
}

/** Quantile of a list already in ascending order, interpolated linearly. The list must not be empty. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (place - below) * (high - low);
}

/** Shannon entropy of non-negative weights, as a share of the largest possible: 0 (one bin) to 1 (flat, or nothing at all). */
export function relativeEntropy(weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total < 1e-9) return 1;
  const entropy = weights.reduce(
    (sum, weight) => (weight > 0 ? sum - (weight / total) * Math.log(weight / total) : sum),
    0,
  );
  return entropy / Math.log(weights.length);
}
