import { integer, pointer } from './arguments';
import { floats, highDoubles, lowDoubles, read, rounded, write } from './lanes';

/** Rows summed in float32 before their sum is added to the tile's. */
const BLOCK = 64;
/** Channels of a tile that adds up partial sums. Must agree with CHANNELS in src/reduction.ts. */
const CHANNELS = 64;

/** Sums of a tile's rows for each channel. Arguments: x, rows, channels, rows of a tile, partial sums [tiles, channels]. */
export function sumRows(args: usize, tile: i32): void {
  const channels = integer(args, 2);
  const perTile = integer(args, 3);
  const begin = tile * perTile;
  const rows = min(perTile, integer(args, 1) - begin);
  const row = floats(channels);
  const x = pointer(args, 0) + <usize>begin * row;
  const sums = pointer(args, 4) + <usize>tile * row;
  let c = 0;
  for (; c + 16 <= channels; c += 16) sumStrip(x + floats(c), row, rows, sums + floats(c));
  for (; c + 4 <= channels; c += 4) sumLanes<v128>(x + floats(c), row, rows, sums + floats(c));
  for (; c < channels; c++) sumLanes<f32>(x + floats(c), row, rows, sums + floats(c));
}

@inline
function sumStrip(x: usize, row: usize, rows: i32, sums: usize): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let block = 0; block < rows; block += BLOCK) {
    let b0 = f32x4.splat(0);
    let b1 = b0;
    let b2 = b0;
    let b3 = b0;
    for (let r = min(BLOCK, rows - block); r > 0; r--) {
      b0 = f32x4.add(b0, v128.load(x));
      b1 = f32x4.add(b1, v128.load(x, 16));
      b2 = f32x4.add(b2, v128.load(x, 32));
      b3 = f32x4.add(b3, v128.load(x, 48));
      x += row;
    }
    s0 = f32x4.add(s0, b0);
    s1 = f32x4.add(s1, b1);
    s2 = f32x4.add(s2, b2);
    s3 = f32x4.add(s3, b3);
  }
  v128.store(sums, s0);
  v128.store(sums, s1, 16);
  v128.store(sums, s2, 32);
  v128.store(sums, s3, 48);
}

@inline
function sumLanes<T>(x: usize, row: usize, rows: i32, sums: usize): void {
  let s = f32x4.splat(0);
  for (let block = 0; block < rows; block += BLOCK) {
    let b = f32x4.splat(0);
    for (let r = min(BLOCK, rows - block); r > 0; r--) {
      b = f32x4.add(b, read<T>(x));
      x += row;
    }
    s = f32x4.add(s, b);
  }
  write<T>(sums, s);
}

/** Adds up partial sums in their order, in float64. Arguments: y, partial sums [parts, channels], parts, channels. */
export function sumParts(args: usize, tile: i32): void {
  const parts = integer(args, 2);
  const channels = integer(args, 3);
  const end = min(channels, (tile + 1) * CHANNELS);
  let c = tile * CHANNELS;
  for (; c + 4 <= end; c += 4) addParts<v128>(pointer(args, 0) + floats(c), pointer(args, 1) + floats(c), parts, floats(channels));
  for (; c < end; c++) addParts<f32>(pointer(args, 0) + floats(c), pointer(args, 1) + floats(c), parts, floats(channels));
}

@inline
function addParts<T>(y: usize, partials: usize, parts: i32, row: usize): void {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let part = 0; part < parts; part++) {
    const value = read<T>(partials);
    low = f64x2.add(low, lowDoubles(value));
    high = f64x2.add(high, highDoubles(value));
    partials += row;
  }
  write<T>(y, rounded(low, high));
}
