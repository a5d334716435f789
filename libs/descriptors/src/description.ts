import { DescriptorError } from './descriptor.error.js';
import { EXTRACTOR_DIMENSION } from './extractor-version.js';
import { Untrusted } from './untrusted.js';
import { norm } from './vectors.js';

/** Images a batch mean is taken over, at least: fewer would say too much about each. */
export const LEAST_BATCH = 16;
export const LEAST_ROWS = 2;
export const MOST_ROWS = 16;
/** Images below which a dataset is not described. */
export const LEAST_IMAGES: number = LEAST_BATCH * LEAST_ROWS;

/** Room for the rounding of rows that lie on the unit sphere. */
const NORM_SLACK = 1e-4;

/**
 * What stands for a dataset outside its owner's machine: M means of extractor outputs over disjoint batches of images, and nothing per image. With
 * noise on it (`@edgelore/privacy`) it has a single row. Values have six decimals, about the precision of float32 at their size.
 */
export interface Description {
  readonly extractorVersion: number;
  readonly extractorHash: string;
  /** d, the length of a row. */
  readonly dimension: number;
  /** `[M, d]`, norm of each at most 1. */
  readonly rows: readonly (readonly number[])[];
  readonly images: number;
  /** Images in the smallest batch: `floor(images / M)`; the largest has at most one more. */
  readonly batchSize: number;
}

/** How n images are split: M = min(16, n / 16) batches of as near as can be equal size, none under 16. */
export interface PoolingPlan {
  readonly rows: number;
  readonly batchSize: number;
}

/**
 * @throws DescriptorError TOO_FEW_IMAGES below 32 images.
 *
 * @example
 * ```ts
 * planPooling(640); // => { rows: 16, batchSize: 40 }
 * ```
 */
export function planPooling(images: number): PoolingPlan {
  if (images < LEAST_IMAGES) {
    throw new DescriptorError(
      'TOO_FEW_IMAGES',
      'images',
      `A description needs at least ${LEAST_IMAGES} images and this dataset has ${images}; add ${LEAST_IMAGES - images} more.`,
    );
  }
  const rows = Math.min(MOST_ROWS, Math.floor(images / LEAST_BATCH));
  return { rows, batchSize: Math.floor(images / rows) };
}

/** The one JSON text of a description: keys in a fixed order, no spaces. */
export function encodeDescription(description: Description): string {
  const { extractorVersion, extractorHash, dimension, rows, images, batchSize } = description;
  return JSON.stringify({ extractorVersion, extractorHash, dimension, rows, images, batchSize });
}

/** Bytes of a description on the wire. */
export function descriptionBytes(description: Description): number {
  return new TextEncoder().encode(encodeDescription(description)).length;
}

/**
 * Reads an untrusted description.
 * @throws DescriptorError INVALID_DESCRIPTION naming the field: unknown fields, a wrong dimension, NaN, a row outside the unit ball, too few images, or
 * batches that are neither the ones {@link planPooling} makes nor a single one.
 */
export function parseDescription(value: unknown): Description {
  const read = new Untrusted(
    value,
    ['extractorVersion', 'extractorHash', 'dimension', 'rows', 'images', 'batchSize'],
    'INVALID_DESCRIPTION',
    'description',
  );
  const dimension = read.integer('dimension', EXTRACTOR_DIMENSION, EXTRACTOR_DIMENSION);
  const images = read.integer('images', LEAST_IMAGES, Number.MAX_SAFE_INTEGER);
  const plan = planPooling(images);
  const batchSize = read.integer('batchSize', plan.batchSize, images);
  if (batchSize !== plan.batchSize && batchSize !== images)
    throw read.refusal('batchSize', `must be ${plan.batchSize}, or ${images} for a single row that carries noise`);
  const count = batchSize === images ? 1 : plan.rows;
  const rows = read.matrix('rows', count, count, dimension);
  rows.forEach((row, at) => {
    if (norm(row) > 1 + NORM_SLACK) throw read.refusal(`rows[${at}]`, 'is longer than 1; clip it to the unit ball');
  });
  return {
    extractorVersion: read.integer('extractorVersion', 0, Number.MAX_SAFE_INTEGER),
    extractorHash: read.hash('extractorHash'),
    dimension,
    rows,
    images,
    batchSize,
  };
}
