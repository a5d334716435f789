import type { ConvolutionShape } from './convolution-shape.js';
import { type FilterShape, requireFilter } from './filter-shape.js';
import { type PackedSparse, ROW, type SparseFilter, type SparsePointers, sparseOperation } from './group-sparse.js';
import type { Operation } from './operation.js';

/** A row of the matrix is read once for so many panels. */
const PANELS = 4;

/**
 * Takes the zeros out of a filter in which they stand anywhere: for each output channel its bias, then a weight and the offset of its row for each that is not 0.
 *
 * @throws KernelError SHAPE when filter or bias do not have the shape's sizes
 */
export function packCsr(shape: FilterShape, { filter, bias }: Omit<SparseFilter, 'mask'>): PackedSparse {
  requireFilter(shape, filter, bias);
  const { outChannels } = shape;
  const rows = filter.length / outChannels;
  const kept = Array.from(filter).reduce((count, weight) => count + (weight === 0 ? 0 : 1), 0);
  const groups = new Int32Array(outChannels + 2 * kept);
  const floats = new Float32Array(groups.buffer);
  const starts = new Int32Array(outChannels + 1);
  let at = 0;
  for (let channel = 0; channel < outChannels; channel++) {
    floats[at++] = bias?.[channel] ?? 0;
    for (let row = 0; row < rows; row++) {
      const weight = filter[row * outChannels + channel] as number;
      if (weight === 0) continue;
      floats[at++] = weight;
      groups[at++] = row * ROW;
    }
    starts[channel + 1] = at * Int32Array.BYTES_PER_ELEMENT;
  }
  return { groups, starts };
}

/**
 * A convolution with a filter in which zeros stand anywhere. What `groupSparse` is measured against: at the same share of zeros it is much slower, because every
 * weight needs an address of its own.
 *
 * @throws KernelError SHAPE
 */
export function csr(shape: ConvolutionShape, pointers: SparsePointers): Operation[] {
  return [sparseOperation('csr', shape, pointers, PANELS)];
}
