/** Euclidean norm. */
export function norm(vector: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < vector.length; at++) sum += vector[at]! * vector[at]!;
  return Math.sqrt(sum);
}

/** u / max(1, |u|): the same vector inside the unit ball, its direction on the sphere outside. */
export function clipToUnitBall(vector: Float64Array): Float64Array {
  const length = norm(vector);
  return length <= 1 ? Float64Array.from(vector) : vector.map((value) => value / length);
}

/** Gradient with respect to u of a loss whose gradient with respect to clip(u) is given: outside the ball only the part across u passes. */
export function unclipGradient(vector: Float64Array, gradient: ArrayLike<number>): Float64Array {
  const length = norm(vector);
  if (length <= 1) return Float64Array.from(gradient);
  let along = 0;
  for (let at = 0; at < vector.length; at++) along += (vector[at]! * gradient[at]!) / length;
  return vector.map((value, at) => (gradient[at]! - (along * value) / length) / length);
}

/** Mean of rows of equal length; the list must not be empty. */
export function meanRow(rows: readonly ArrayLike<number>[]): Float64Array {
  const mean = new Float64Array(rows[0]!.length);
  for (const row of rows) {
    for (let at = 0; at < mean.length; at++) mean[at]! += row[at]! / rows.length;
  }
  return mean;
}

/** Nearest number with seven significant digits: float32 precision, short in JSON. */
export function sevenDigits(value: number): number {
  return Number(value.toPrecision(7));
}
