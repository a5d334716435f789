import { requireSizes } from './convolution-shape.js';
import type { Operation, Pointer } from './operation.js';
import { tilesOfPixels } from './window.js';

export interface ResizeShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/**
 * Output row i takes input row floor(i * height / outHeight), columns likewise: input [batch, height, width, channels], output
 * [batch, outHeight, outWidth, channels].
 *
 * @throws KernelError SHAPE
 */
export function resizeNearest(
  shape: ResizeShape,
  { input, output }: { readonly input: Pointer; readonly output: Pointer },
): Operation[] {
  const words = wordsOf(shape);
  const { perTile, tiles } = tilesOfPixels(shape.batch * shape.outHeight, shape.outWidth, shape.channels);
  return [{ kernel: 'resizeNearest', args: [output, input, ...words, perTile], tiles }];
}

/** Each input pixel gets the sum of the slopes of the output pixels that took it. @throws KernelError SHAPE */
export function resizeNearestGradient(
  shape: ResizeShape,
  { outputGradient, inputGradient }: { readonly outputGradient: Pointer; readonly inputGradient: Pointer },
): Operation[] {
  const words = wordsOf(shape);
  const { perTile, tiles } = tilesOfPixels(shape.batch * shape.height, shape.width, shape.channels);
  return [{ kernel: 'resizeNearestGradient', args: [inputGradient, outputGradient, ...words, perTile], tiles }];
}

function wordsOf({ batch, height, width, channels, outHeight, outWidth }: ResizeShape): number[] {
  const words = [batch, height, width, channels, outHeight, outWidth];
  requireSizes(`resizing ${batch} x ${height} x ${width} x ${channels} to ${outHeight} x ${outWidth}`, words);
  return words;
}
