import type { Description } from './description.js';
import { DescriptorError } from './descriptor.error.js';
import type { ExtractorReference } from './extractor-version.js';
import { Untrusted } from './untrusted.js';
import { meanRow } from './vectors.js';

const DEFAULT_RIDGE = 0.05;
const MOST_DIMENSION = 1024;
/** Every fifth pair is kept out of the first fit, to judge it. */
const HELD_OUT = 5;

/**
 * Carries vectors made by one extractor to what another would have made: z' = W z + b. Affine, so it commutes exactly with taking means. In HyperFD
 * (arXiv 2203.08399) a transformation module plays this part; that it is affine and drawn to the identity is Edgelore's choice.
 */
export interface Alignment {
  readonly from: ExtractorReference;
  readonly to: ExtractorReference;
  readonly dimension: number;
  /** W, row-major `[d, d]`. */
  readonly weights: readonly number[];
  /** b, `[d]`. */
  readonly bias: readonly number[];
  /** Share of the new vectors' variance explained on pairs kept out of the fit; of a composed alignment, the product of its parts. */
  readonly r2: number;
  /** Fits it is composed of. */
  readonly steps: number;
}

export interface AlignmentOptions {
  readonly from: ExtractorReference;
  readonly to: ExtractorReference;
  /** Pull towards the identity, relative to the mean variance of the old coordinates. Default 0.05. */
  readonly ridge?: number;
}

/**
 * Least squares with a ridge towards the identity: minimises the sum of |new - (W old + b)|^2 plus ridge * n * v * |W - I|^2, where v is the mean variance
 * of an old coordinate and b goes free. Solved by the normal equations.
 * @param oldRows `[n, d]`, vectors of n images by the extractor `from`
 * @param newRows `[n, d]`, the same images by the extractor `to`
 * @throws DescriptorError INVALID_ALIGNMENT for fewer than 10 pairs, rows of unequal length, or numbers that are not finite.
 */
export function fitAlignment(
  oldRows: readonly ArrayLike<number>[],
  newRows: readonly ArrayLike<number>[],
  { from, to, ridge = DEFAULT_RIDGE }: AlignmentOptions,
): Alignment {
  checkPairs(oldRows, newRows, ridge);
  const isKept = (_row: unknown, at: number): boolean => at % HELD_OUT !== HELD_OUT - 1;
  const isHeldOut = (row: unknown, at: number): boolean => !isKept(row, at);
  const trial = solveRidge(oldRows.filter(isKept), newRows.filter(isKept), ridge);
  const r2 = explained(trial, oldRows.filter(isHeldOut), newRows.filter(isHeldOut));
  const { weights, bias } = solveRidge(oldRows, newRows, ridge);
  return { from: reference(from), to: reference(to), dimension: bias.length, weights, bias, r2, steps: 1 };
}

/** Applies an alignment to vectors, `[n, d]`. */
export function alignRows({ weights, bias, dimension }: AffineMap, rows: readonly ArrayLike<number>[]): number[][] {
  return rows.map((row) =>
    bias.map((shift, out) => {
      let sum = shift;
      for (let at = 0; at < dimension; at++) sum += weights[out * dimension + at]! * row[at]!;
      return sum;
    }),
  );
}

/**
 * The description as the newer extractor would have made it. Rows are not clipped again: that would break the exact commuting with the mean.
 * @throws DescriptorError EXTRACTOR_MISMATCH when the description was made by another extractor than the one the alignment starts from.
 */
export function align(alignment: Alignment, description: Description): Description {
  if (description.extractorHash !== alignment.from.hash) {
    throw new DescriptorError(
      'EXTRACTOR_MISMATCH',
      'description.extractorHash',
      `The alignment starts from extractor ${alignment.from.version} and the description was made by version ${description.extractorVersion}; compose the alignments between them first.`,
    );
  }
  return {
    ...description,
    extractorVersion: alignment.to.version,
    extractorHash: alignment.to.hash,
    rows: alignRows(alignment, description.rows),
  };
}

/**
 * One alignment that does `first`, then `second`.
 * @throws DescriptorError EXTRACTOR_MISMATCH when the second does not start where the first ends.
 */
export function composeAlignments(first: Alignment, second: Alignment): Alignment {
  if (first.to.hash !== second.from.hash) {
    throw new DescriptorError(
      'EXTRACTOR_MISMATCH',
      'second.from',
      `The first alignment ends at extractor ${first.to.version} and the second starts from ${second.from.version}; they do not meet.`,
    );
  }
  const d = first.dimension;
  const weights = Array.from({ length: d * d }, (_, at) => {
    const row = Math.floor(at / d);
    let sum = 0;
    for (let inner = 0; inner < d; inner++)
      sum += second.weights[row * d + inner]! * first.weights[inner * d + (at % d)]!;
    return sum;
  });
  return {
    from: first.from,
    to: second.to,
    dimension: d,
    weights,
    bias: alignRows(second, [first.bias])[0]!,
    r2: Math.max(0, first.r2) * Math.max(0, second.r2),
    steps: first.steps + second.steps,
  };
}

/** @throws DescriptorError INVALID_ALIGNMENT naming the field. */
export function parseAlignment(value: unknown): Alignment {
  const read = new Untrusted(
    value,
    ['from', 'to', 'dimension', 'weights', 'bias', 'r2', 'steps'],
    'INVALID_ALIGNMENT',
    'alignment',
  );
  const dimension = read.integer('dimension', 1, MOST_DIMENSION);
  const end = (field: string): ExtractorReference => {
    const named = read.child(field, ['version', 'hash']);
    return { version: named.integer('version', 0, Number.MAX_SAFE_INTEGER), hash: named.hash('hash') };
  };
  return {
    from: end('from'),
    to: end('to'),
    dimension,
    weights: read.numbers('weights', dimension * dimension),
    bias: read.numbers('bias', dimension),
    r2: read.number('r2'),
    steps: read.integer('steps', 1, Number.MAX_SAFE_INTEGER),
  };
}

type AffineMap = Pick<Alignment, 'weights' | 'bias' | 'dimension'>;

const LEAST_PAIRS = 2 * HELD_OUT;

function reference({ version, hash }: ExtractorReference): ExtractorReference {
  return { version, hash };
}

function checkPairs(oldRows: readonly ArrayLike<number>[], newRows: readonly ArrayLike<number>[], ridge: number): void {
  const refuse = (field: string, message: string): never => {
    throw new DescriptorError('INVALID_ALIGNMENT', field, message);
  };
  if (oldRows.length !== newRows.length || oldRows.length < LEAST_PAIRS) {
    refuse(
      'newRows',
      `An alignment needs at least ${LEAST_PAIRS} pairs; there are ${oldRows.length} old and ${newRows.length} new rows.`,
    );
  }
  if (!(ridge > 0 && Number.isFinite(ridge))) refuse('ridge', `The ridge must be a positive number, not ${ridge}.`);
  const dimension = oldRows[0]!.length;
  for (const [field, rows] of [
    ['oldRows', oldRows],
    ['newRows', newRows],
  ] as const) {
    rows.forEach((row, at) => {
      if (row.length !== dimension || !Array.from(row).every(Number.isFinite)) {
        refuse(`${field}[${at}]`, `Row ${at} of ${field} must be ${dimension} finite numbers.`);
      }
    });
  }
}

function solveRidge(
  oldRows: readonly ArrayLike<number>[],
  newRows: readonly ArrayLike<number>[],
  ridge: number,
): AffineMap {
  const d = oldRows[0]!.length;
  const oldMean = meanRow(oldRows);
  const newMean = meanRow(newRows);
  const gram = new Float64Array(d * d);
  const right = new Float64Array(d * d);
  oldRows.forEach((oldRow, n) => {
    const newRow = newRows[n]!;
    for (let i = 0; i < d; i++) {
      const x = oldRow[i]! - oldMean[i]!;
      for (let j = 0; j < d; j++) {
        const xj = oldRow[j]! - oldMean[j]!;
        gram[i * d + j]! += x * xj;
        right[i * d + j]! += x * (newRow[j]! - newMean[j]! - xj);
      }
    }
  });
  let trace = 0;
  for (let i = 0; i < d; i++) trace += gram[i * d + i]!;
  const pull = ridge * Math.max(trace / d, Number.MIN_VALUE / ridge + 1e-12);
  for (let i = 0; i < d; i++) gram[i * d + i]! += pull;
  const change = solveSymmetric(gram, right, d);
  const weights = Array.from({ length: d * d }, (_, at) => {
    const row = Math.floor(at / d);
    const column = at % d;
    return change[column * d + row]! + (row === column ? 1 : 0);
  });
  const moved = alignRows({ weights, bias: new Array<number>(d).fill(0), dimension: d }, [oldMean])[0]!;
  return { weights, bias: moved.map((value, at) => newMean[at]! - value), dimension: d };
}

/** X of A X = B by Cholesky, A `[d, d]` symmetric and positive definite, B `[d, d]`. */
function solveSymmetric(a: Float64Array, b: Float64Array, d: number): Float64Array {
  const lower = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * d + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * d + k]! * lower[j * d + k]!;
      lower[i * d + j] = i === j ? Math.sqrt(sum) : sum / lower[j * d + j]!;
    }
  }
  const x = Float64Array.from(b);
  for (let column = 0; column < d; column++) {
    for (let i = 0; i < d; i++) {
      let sum = x[i * d + column]!;
      for (let k = 0; k < i; k++) sum -= lower[i * d + k]! * x[k * d + column]!;
      x[i * d + column] = sum / lower[i * d + i]!;
    }
    for (let i = d - 1; i >= 0; i--) {
      let sum = x[i * d + column]!;
      for (let k = i + 1; k < d; k++) sum -= lower[k * d + i]! * x[k * d + column]!;
      x[i * d + column] = sum / lower[i * d + i]!;
    }
  }
  return x;
}

function explained(
  map: AffineMap,
  oldRows: readonly ArrayLike<number>[],
  newRows: readonly ArrayLike<number>[],
): number {
  const centre = meanRow(newRows);
  const aligned = alignRows(map, oldRows);
  let residual = 0;
  let total = 0;
  newRows.forEach((row, n) => {
    for (let at = 0; at < centre.length; at++) {
      residual += (row[at]! - aligned[n]![at]!) ** 2;
      total += (row[at]! - centre[at]!) ** 2;
    }
  });
  return 1 - residual / Math.max(total, 1e-12);
}
