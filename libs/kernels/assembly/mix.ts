import { integer, pointer } from './arguments';
import { floats, read, write } from './lanes';

/**
 * For each group g: y[g][i] = sum over j of weights[g][i][j] * x[g][j], rows of `width` numbers. A weight of 0 takes no part.
 * Arguments: y, x, weights, groups, rows of y, rows of x, width, weights from one i to the next, weights from one j to the next, groups of a tile.
 */
export function mix(args: usize, tile: i32): void {
  const groups = integer(args, 3);
  const rowsY = integer(args, 4);
  const rowsX = integer(args, 5);
  const width = integer(args, 6);
  const stepI = floats(integer(args, 7));
  const stepJ = floats(integer(args, 8));
  const perTile = integer(args, 9);
  const row = floats(width);
  const begin = tile * perTile;
  let y = pointer(args, 0) + <usize>(begin * rowsY) * row;
  let x = pointer(args, 1) + <usize>(begin * rowsX) * row;
  let weights = pointer(args, 2) + floats(begin * rowsY * rowsX);
  for (let g = begin; g < min(begin + perTile, groups); g++) {
    for (let i = 0; i < rowsY; i++) {
      const w = weights + <usize>i * stepI;
      let at: usize = 0;
      for (; at + 64 <= row; at += 64) mixSixteen(y + at, x + at, w, rowsX, row, stepJ);
      for (; at + 16 <= row; at += 16) mixOne<v128>(y + at, x + at, w, rowsX, row, stepJ);
      for (; at < row; at += 4) mixOne<f32>(y + at, x + at, w, rowsX, row, stepJ);
      y += row;
    }
    x += <usize>rowsX * row;
    weights += floats(rowsY * rowsX);
  }
}

@inline
function mixSixteen(y: usize, x: usize, w: usize, rows: i32, step: usize, stepW: usize): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let d = f32x4.splat(0);
  for (let j = 0; j < rows; j++, x += step, w += stepW) {
    const weight = load<f32>(w);
    if (weight == 0) continue;
    const s = f32x4.splat(weight);
    a = f32x4.add(a, f32x4.mul(s, v128.load(x)));
    b = f32x4.add(b, f32x4.mul(s, v128.load(x, 16)));
    c = f32x4.add(c, f32x4.mul(s, v128.load(x, 32)));
    d = f32x4.add(d, f32x4.mul(s, v128.load(x, 48)));
  }
  v128.store(y, a);
  v128.store(y, b, 16);
  v128.store(y, c, 32);
  v128.store(y, d, 48);
}

@inline
function mixOne<T>(y: usize, x: usize, w: usize, rows: i32, step: usize, stepW: usize): void {
  let a = f32x4.splat(0);
  for (let j = 0; j < rows; j++, x += step, w += stepW) {
    const weight = load<f32>(w);
    if (weight == 0) continue;
    a = f32x4.add(a, f32x4.mul(f32x4.splat(weight), read<T>(x)));
  }
  write<T>(y, a);
}
