/** Where points lie in the plane of their two directions of greatest variance. */
export interface PrincipalPlane {
  /** `[n, 2]`, centred on the mean of the points. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Share of the points' variance along each axis. */
  readonly explained: readonly [x: number, y: number];
}

/** Power iteration stops when a direction turns by less than this. */
const TOLERANCE = 1e-12;
const MOST_STEPS = 1_000;

/**
 * Principal components (Pearson 1901) of a few thousand vectors, by power iteration on the covariance and deflation. The same points give the same plane
 * on every machine: iterations start at fixed directions, and of each axis' two signs the one is taken whose largest coordinate is positive.
 * @param rows `[n, d]`
 *
 * @example
 * ```ts
 * const { explained } = principalPlane([[0, 0, 0], [2, 0, 0], [4, 0, 0]]);
 * explained; // => [1, 0]
 * ```
 */
export function principalPlane(rows: readonly ArrayLike<number>[]): PrincipalPlane {
  const dimension = rows[0]?.length ?? 0;
  const centred = centre(rows, dimension);
  const covariance = covarianceOf(centred, dimension);
  const total = trace(covariance);
  const first = leadingDirection(covariance, dimension);
  const second = leadingDirection(deflated(covariance, first), dimension);
  const share = ({ variance }: Direction) => (total > 0 ? variance / total : 0);
  return {
    points: centred.map((row) => [dot(row, first.axis), dot(row, second.axis)]),
    explained: [share(first), share(second)],
  };
}

interface Direction {
  readonly axis: Float64Array;
  readonly variance: number;
}

function centre(rows: readonly ArrayLike<number>[], dimension: number): Float64Array[] {
  const mean = new Float64Array(dimension);
  for (const row of rows) for (let at = 0; at < dimension; at++) mean[at]! += row[at]! / rows.length;
  return rows.map((row) => Float64Array.from(mean, (value, at) => row[at]! - value));
}

function covarianceOf(centred: readonly Float64Array[], dimension: number): Float64Array[] {
  return Array.from({ length: dimension }, (_, one) =>
    Float64Array.from({ length: dimension }, (_, other) =>
      centred.reduce((sum, row) => sum + (row[one]! * row[other]!) / centred.length, 0),
    ),
  );
}

function leadingDirection(matrix: readonly Float64Array[], dimension: number): Direction {
  // The column of the largest variance is never at right angles to the direction sought, unless the matrix is nil.
  const diagonal = matrix.map((row, at) => row[at]!);
  let axis = normalised(matrix[diagonal.indexOf(Math.max(...diagonal))] ?? new Float64Array(dimension));
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = normalised(Float64Array.from(matrix, (row) => dot(row, axis)));
    const turn = Math.max(...next.map((value, at) => Math.abs(value - axis[at]!)), 0);
    axis = next;
    if (turn < TOLERANCE) break;
  }
  const largest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) + TOLERANCE ? value : best), 0);
  if (largest < 0) axis = axis.map((value) => -value);
  const variance = dot(
    Float64Array.from(matrix, (row) => dot(row, axis)),
    axis,
  );
  return { axis, variance: Math.max(0, variance) };
}

function deflated(matrix: readonly Float64Array[], { axis, variance }: Direction): Float64Array[] {
  return matrix.map((row, one) => row.map((value, other) => value - variance * axis[one]! * axis[other]!));
}

function normalised(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  return length > 0 ? vector.map((value) => value / length) : vector;
}

function dot(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += one[at]! * other[at]!;
  return sum;
}

function trace(matrix: readonly Float64Array[]): number {
  return matrix.reduce((sum, row, at) => sum + row[at]!, 0);
}
