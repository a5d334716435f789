import type { DepthwiseShape } from './depthwise-shape.js';
import { WORKSPACE } from './workspace.js';

/** Channels of a strip. Must agree with STRIP in assembly/depthwise-strips.ts. */
const STRIP = 16;
/** Bytes of a thread's workspace before the pixels: PIXELS in assembly/depthwise-strips.ts. */
const PIXELS = 704;
/** Bytes of pixels that a tile unpacks at once, where a row is not longer: they stay in the second cache. */
const PACKED = 160 * 1024;
/** Output numbers that make a tile worth its start. */
const ELEMENTS = 8192;

/** A block of rows of one picture, and some strips of channels. */
export interface StripTiles {
  readonly rowsPerTile: number;
  readonly stripsPerTile: number;
  /** Blocks of rows over all pictures. */
  readonly parts: number;
  readonly tiles: number;
}

/**
 * How a depthwise kernel of 3x3 taps is cut into tiles, or nothing where it is not one or its rows are too long for a workspace.
 *
 * @param height rows of a picture that are cut
 * @param width numbers of a row of results
 * @param packed bytes that are unpacked for so many rows of a strip
 */
export function stripTiles(
  { batch, inChannels }: DepthwiseShape,
  height: number,
  width: number,
  packed: (rows: number) => number,
): StripTiles | undefined {
  if (packed(1) > WORKSPACE - PIXELS) return undefined;
  let rowsPerTile = 1;
  while (rowsPerTile < height && packed(rowsPerTile + 1) <= PACKED) rowsPerTile++;
  // Blocks of like size.
  const blocks = Math.ceil(height / rowsPerTile);
  rowsPerTile = Math.ceil(height / blocks);
  const strips = Math.ceil(inChannels / STRIP);
  const stripsPerTile = Math.min(strips, Math.max(1, Math.floor(ELEMENTS / (rowsPerTile * width * STRIP))));
  const parts = batch * Math.ceil(height / rowsPerTile);
  return { rowsPerTile, stripsPerTile, parts, tiles: parts * Math.ceil(strips / stripsPerTile) };
}

/** Bytes of a strip of input for `rows` rows of output. */
export function packedInput(shape: DepthwiseShape, rows: number): number {
  const { strideY, strideX, outWidth, dilation = 1 } = shape;
  return 4 * STRIP * ((rows - 1) * strideY + 2 * dilation + 1) * ((outWidth - 1) * strideX + 2 * dilation + 1);
}

/** Bytes of a strip of `rows` x `columns` pixels. */
export function packedPixels(rows: number, columns: number): number {
  return 4 * STRIP * rows * columns;
}
