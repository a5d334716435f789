import { integer, pointer } from './arguments';
import { floats, read, write } from './lanes';

/** Each output row and column takes the input's at floor(index * input size / output size). Arguments: y, x, batch, height, width, channels, outHeight, outWidth, output rows of a tile. */
export function resizeNearest(args: usize, tile: i32): void {
  const tall = integer(args, 6);
  const wide = integer(args, 7);
  const width = integer(args, 4);
  const row = floats(integer(args, 5));
  const perTile = integer(args, 8);
  const end = min((tile + 1) * perTile, integer(args, 2) * tall);
  for (let r = tile * perTile; r < end; r++) {
    const n = r / tall;
    const iy = ((r - n * tall) * integer(args, 3)) / tall;
    const x = pointer(args, 1) + <usize>(n * integer(args, 3) + iy) * <usize>width * row;
    let y = pointer(args, 0) + <usize>r * <usize>wide * row;
    for (let ox = 0; ox < wide; ox++) {
      copyPixel(y, x + <usize>((ox * width) / wide) * row, row);
      y += row;
    }
  }
}

@inline
function copyPixel(y: usize, x: usize, row: usize): void {
  const whole = row & ~15;
  let i: usize = 0;
  for (; i < whole; i += 16) v128.store(y + i, v128.load(x + i));
  for (; i < row; i += 4) store<f32>(y + i, load<f32>(x + i));
}

/** Sums the slopes of the output pixels that took an input pixel. Arguments: dx, dy, then as above with input rows of a tile. */
export function resizeNearestGradient(args: usize, tile: i32): void {
  const height = integer(args, 3);
  const width = integer(args, 4);
  const tall = integer(args, 6);
  const wide = integer(args, 7);
  const row = floats(integer(args, 5));
  const line = <usize>wide * row;
  const whole = row & ~15;
  const perTile = integer(args, 8);
  const end = min((tile + 1) * perTile, integer(args, 2) * height);
  for (let r = tile * perTile; r < end; r++) {
    const n = r / height;
    const iy = r - n * height;
    const y0 = (iy * tall + height - 1) / height;
    const y1 = ((iy + 1) * tall + height - 1) / height;
    let dx = pointer(args, 0) + <usize>r * <usize>width * row;
    const top = pointer(args, 1) + <usize>(n * tall + y0) * line;
    for (let ix = 0; ix < width; ix++) {
      const x0 = (ix * wide + width - 1) / width;
      const x1 = ((ix + 1) * wide + width - 1) / width;
      const dy = top + <usize>x0 * row;
      let i: usize = 0;
      for (; i < whole; i += 16) sumPixels<v128>(dx + i, dy + i, row, line, x1 - x0, y1 - y0);
      for (; i < row; i += 4) sumPixels<f32>(dx + i, dy + i, row, line, x1 - x0, y1 - y0);
      dx += row;
    }
  }
}

@inline
function sumPixels<T>(dx: usize, dy: usize, row: usize, line: usize, wide: i32, tall: i32): void {
  let sum = f32x4.splat(0);
  for (let i = 0; i < tall; i++) {
    let p = dy;
    for (let j = 0; j < wide; j++) {
      sum = f32x4.add(sum, read<T>(p));
      p += row;
    }
    dy += line;
  }
  write<T>(dx, sum);
}
