import type { ConvolutionShape } from './convolution-shape.js';

/** Numbers that a tile of rows of pixels works on, roughly. */
const ELEMENTS = 8192;

/** A window's sizes as the kernels of assembly/window.ts read them. */
export function windowWords(shape: ConvolutionShape, dilation = 1): number[] {
  const { batch, height, width, inChannels, filterHeight, filterWidth, strideY, strideX } = shape;
  const { padTop, padLeft, outHeight, outWidth } = shape;
  return [
    ...[batch, height, width, inChannels, filterHeight, filterWidth, strideY, strideX],
    ...[padTop, padLeft, outHeight, outWidth, dilation],
  ];
}

/** Cuts rows of pixels into tiles. */
export function tilesOfPixels(rows: number, width: number, channels: number): { perTile: number; tiles: number } {
  const perTile = Math.max(1, Math.floor(ELEMENTS / (width * channels)));
  return { perTile, tiles: Math.ceil(rows / perTile) };
}
