import { type Activation, activationCode } from './activation.js';
import type { ConvolutionShape } from './convolution-shape.js';
import { type FilterShape, requireFilter } from './filter-shape.js';
import { KernelError } from './kernel.error.js';
import type { Operation, Pointer } from './operation.js';
import { panelTiling } from './panels.js';
import { windowWords } from './window.js';

/** Output channels that share their zeros. */
export const GROUP = 4;
/** Pixels of a panel. Must agree with PIXELS in assembly/sparse.ts. */
const PIXELS = 8;
/** Bytes of a panel's row. */
export const ROW = PIXELS * Float32Array.BYTES_PER_ELEMENT;

/** Bytes between panels: rows of several panels that are read together do not compete for the same place in the cache. */
const SPREAD = 64;

export interface SparseFilter {
  /** [filter height, filter width, channels in, channels out] */
  readonly filter: ArrayLike<number>;
  /** [ceil(channels out / 4), channels in]: 0 where a group of four output channels does without an input channel, over the whole filter window. */
  readonly mask: ArrayLike<number>;
  /** [channels out]; 0 when left out. */
  readonly bias?: ArrayLike<number>;
}

/** A filter without its zeros, to be copied to memory as it is. */
export interface PackedSparse {
  /** For each group its bias, then four weights and the offset of their row for each that is kept. */
  readonly groups: Int32Array;
  /** Bytes from the beginning of `groups` to each group, and to the end. */
  readonly starts: Int32Array;
}

/**
 * Takes the zeros out of a filter. The unit that is kept or not: four output channels times one input channel times the whole filter window.
 *
 * @throws KernelError SHAPE when filter, mask or bias do not have the shape's sizes
 */
export function packGroupSparse(shape: FilterShape, { filter, mask, bias }: SparseFilter): PackedSparse {
  const { inChannels, outChannels } = shape;
  const groupCount = Math.ceil(outChannels / GROUP);
  requireFilter(shape, filter, bias);
  if (mask.length !== groupCount * inChannels) {
    throw new KernelError(
      'SHAPE',
      `a mask of ${mask.length} numbers for ${outChannels} output channels: give ${groupCount} x ${inChannels}, a row for every ${GROUP} of them`,
    );
  }
  const taps = shape.filterHeight * shape.filterWidth;
  const kept = Array.from(mask).reduce((count, keep) => count + (keep ? 1 : 0), 0);
  const groups = new Int32Array(groupCount * GROUP + kept * taps * (GROUP + 1));
  const floats = new Float32Array(groups.buffer);
  const starts = new Int32Array(groupCount + 1);
  let at = 0;
  for (let group = 0; group < groupCount; group++) {
    const width = Math.min(GROUP, outChannels - group * GROUP);
    for (let lane = 0; lane < width; lane++) floats[at + lane] = bias?.[group * GROUP + lane] ?? 0;
    at += GROUP;
    for (let row = 0; row < taps * inChannels; row++) {
      if (!mask[group * inChannels + (row % inChannels)]) continue;
      const from = row * outChannels + group * GROUP;
      for (let lane = 0; lane < width; lane++) floats[at + lane] = filter[from + lane] as number;
      groups[at + GROUP] = row * ROW;
      at += GROUP + 1;
    }
    starts[group + 1] = at * Int32Array.BYTES_PER_ELEMENT;
  }
  return { groups, starts };
}

export interface SparsePointers {
  /** [batch, height, width, channels in] */
  readonly input: Pointer;
  /** `PackedSparse.groups`, in memory. */
  readonly groups: Pointer;
  /** `PackedSparse.starts`, in memory. */
  readonly starts: Pointer;
  /** [batch, output height, output width, channels out] */
  readonly output: Pointer;
  readonly activation?: Activation;
}

/**
 * A convolution with a filter in which groups of four output channels share their zeros: only weights that are kept are multiplied.
 * A NaN or infinity of the input that only meets weights that were taken out does not reach the output.
 *
 * @throws KernelError SHAPE
 */
export function groupSparse(shape: ConvolutionShape, pointers: SparsePointers): Operation[] {
  return [sparseOperation('groupSparse', shape, pointers)];
}

export function sparseOperation(
  kernel: string,
  shape: ConvolutionShape,
  pointers: SparsePointers,
  fewest = 1,
): Operation {
  const rows = shape.filterHeight * shape.filterWidth * shape.inChannels;
  const bytes = rows * ROW + SPREAD;
  const groups = Math.ceil(shape.outChannels / GROUP);
  const tiling = panelTiling(shape, { pixels: PIXELS, bytes, groups, fewest });
  const args = [
    ...windowWords(shape),
    ...[pointers.input, pointers.groups, pointers.starts, pointers.output],
    ...[activationCode(pointers.activation), tiling.pixels, shape.outChannels],
    ...[bytes, tiling.panels, tiling.pixelTiles, tiling.groups],
  ];
  return { kernel, args, tiles: tiling.tiles };
}
