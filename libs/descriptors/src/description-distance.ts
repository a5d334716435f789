import type { Description } from './description.js';
import { DescriptorError } from './descriptor.error.js';
import { meanRow } from './vectors.js';

/** Mean of the rows, `[d]`: the mean over the images of the dataset, as batches are of near equal size. */
export function descriptionMean(description: Description): Float64Array {
  return meanRow(description.rows);
}

/**
 * How far two datasets are apart: the Euclidean distance between the means of their rows, at most 2. It is a metric, so tasks can be ordered by it.
 * Dividing by the spread of the rows, or the energy distance between them, found the other half of a dataset no more often.
 * @throws DescriptorError EXTRACTOR_MISMATCH when two extractors made them; align the older one first.
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
