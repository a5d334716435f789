/**
 * The vector, shortened to a norm where it is longer: the most that one client can move a sum.
 *
 * @example
 * ```ts
 * clipToNorm([3, 4], 1); // => Float64Array.of(0.6, 0.8)
 * ```
 */
export function clipToNorm(vector: ArrayLike<number>, norm: number): Float64Array {
  const copy = Float64Array.from(vector);
  const length = Math.hypot(...copy);
  return length > norm ? copy.map((value) => (value / length) * norm) : copy;
}
