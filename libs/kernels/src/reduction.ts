import { requireSizes } from './convolution-shape.js';
import type { Operation, Pointer } from './operation.js';

/** Channels of a tile that adds up partial sums. Must agree with CHANNELS in assembly/reduction.ts. */
const CHANNELS = 64;
/** Numbers of a tile that makes partial sums. */
const ELEMENTS = 16384;
/** Partial sums are added up by few threads: a tile has no fewer rows than this. */
const LEAST_ROWS = 64;

export interface RowsShape {
  readonly rows: number;
  readonly channels: number;
}

/** How rows are cut into tiles: by their shape alone, so that sums do not depend on the number of threads. */
export function tilesOfRows({ rows, channels }: RowsShape): { readonly perTile: number; readonly tiles: number } {
  requireSizes(`${rows} x ${channels}`, [rows, channels]);
  const perTile = Math.max(LEAST_ROWS, Math.floor(ELEMENTS / channels));
  return { perTile, tiles: Math.ceil(rows / perTile) };
}

/**
 * Sums over the rows of x [rows, channels]: y [channels], such as the gradient of a bias.
 *
 * @throws KernelError SHAPE
 */
export function sumRows(
  shape: RowsShape,
  { x, y, scratch }: { readonly x: Pointer; readonly y: Pointer; readonly scratch: Pointer },
): Operation[] {
  const { rows, channels } = shape;
  const { perTile, tiles } = tilesOfRows(shape);
  return [
    { kernel: 'sumRows', args: [x, rows, channels, perTile, scratch], tiles },
    sumParts(scratch, tiles, channels, y),
  ];
}

/** Bytes. */
export function sumRowsScratch(shape: RowsShape): number {
  return 4 * tilesOfRows(shape).tiles * shape.channels;
}

/** Adds up partial sums [parts, length] in their order. */
export function sumParts(partials: Pointer, parts: number, length: number, y: Pointer): Operation {
  return { kernel: 'sumParts', args: [y, partials, parts, length], tiles: Math.ceil(length / CHANNELS) };
}
