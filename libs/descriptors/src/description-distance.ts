import type { Description } from './description.js';
import { DescriptorError } from './descriptor.error.js';
import { meanRow } from './vectors.js';

/**
 * Mean of the rows, `[d]`: the mean over the images of the dataset, as batches are of near equal size.
 *
 * @example
 * ```ts
 * const rows = [[1, 2], [3, 4]];
 * descriptionMean({ extractorVersion: 1, extractorHash: 'any', dimension: 2, rows, images: 64, batchSize: 32 }); // => Float64Array.of(2, 3)
 * ```
 */
export function descriptionMean(description: Description): Float64Array {
  return meanRow(description.rows);
}

/**
 * How far two datasets are apart: the Euclidean distance between the means of their rows, at most 2. It is a metric, so tasks can be ordered by it.
 * Dividing by the spread of the rows, or the energy distance between them, found the other half of a dataset no more often.
 * @throws DescriptorError EXTRACTOR_MISMATCH when two extractors made them; align the older one first.
 *
 * @example
 * ```ts
 * const made = (value: number) => ({
 *   extractorVersion: 1,
 *   extractorHash: 'of one extractor',
 *   dimension: 2,
 *   rows: [[value, value], [value, value]],
 *   images: 64,
 *   batchSize: 32,
 * });
 * descriptionDistance(made(1), made(1)); // => 0
 * ```
 */
export function descriptionDistance(left: Description, right: Description): number {
  if (left.extractorHash !== right.extractorHash) {
    throw new DescriptorError(
      'EXTRACTOR_MISMATCH',
      'extractorHash',
      `The descriptions were made by extractors ${left.extractorVersion} and ${right.extractorVersion}; align the older one first.`,
    );
  }
  const one = descriptionMean(left);
  const other = descriptionMean(right);
  return Math.sqrt(one.reduce((sum, value, at) => sum + (value - other[at]!) ** 2, 0));
}
