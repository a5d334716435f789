// Where the pixels lie that the outputs of a convolution look at. A position is three words: first pixel of the sample, row and column of the window's corner.

import { height, outHeight, outWidth, padLeft, padTop, strideX, strideY, width } from './window';

/** Bytes of a position. */
export const POSITION: i32 = 12;

/** Writes the positions of `lanes` outputs from `first` on; those after `last` repeat it. */
export function locate(args: usize, first: i32, last: i32, lanes: i32, positions: usize): void {
  const row = first / outWidth(args);
  const sample = row / outHeight(args);
  let pixels = sample * height(args) * width(args);
  let y = row - sample * outHeight(args);
  let x = first - row * outWidth(args);
  for (let lane = 0; lane < lanes; lane++) {
    store<i32>(positions, pixels);
    store<i32>(positions, y * strideY(args) - padTop(args), 4);
    store<i32>(positions, x * strideX(args) - padLeft(args), 8);
    positions += POSITION;
    if (first + lane >= last) continue;
    if (++x < outWidth(args)) continue;
    x = 0;
    if (++y < outHeight(args)) continue;
    y = 0;
    pixels += height(args) * width(args);
  }
}

/** The input pixel under an element of the window, 0 outside of the picture. */
@inline
export function source(args: usize, input: usize, pixelBytes: i32, position: usize, tapY: i32, tapX: i32): usize {
  const y = load<i32>(position, 4) + tapY;
  const x = load<i32>(position, 8) + tapX;
  if (<u32>y >= <u32>height(args) || <u32>x >= <u32>width(args)) return 0;
  return input + <usize>((load<i32>(position) + y * width(args) + x) * pixelBytes);
}
