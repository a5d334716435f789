/**
 * The value below which a share of ascending values lies, linear between neighbours (type 7 of Hyndman and Fan 1996).
 *
 * @example
 * ```ts
 * quantileOfSorted(Float64Array.of(0, 1, 3), 0.75); // => 2
 * ```
 */
export function quantileOfSorted(sorted: Float64Array, quantile: number): number {
  const position = (sorted.length - 1) * quantile;
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (position - below);
}
