import { float, integer, pointer } from './arguments';
import { clamp, floats, greatestOpen, highDoubles, highest, leastOpen, lowDoubles, lowest, masked, read, rounded, write } from './lanes';

// Batch normalisation over the rows of [rows, channels]. Statistics: each tile of rows leaves its mean and the sum of squared distances from it for each
// channel; the parts are put together in float64 (Chan, Golub and LeVeque 1983).

/** Rows summed in float32 before their sum is added to the tile's. */
const BLOCK = 64;
/** Channels of a tile that puts parts together. Must agree with CHANNELS in src/normalisation.ts. */
const CHANNELS = 16;

/** Arguments: x, rows, channels, rows of a tile, parts [tiles, 2, channels]: means, squares. */
export function batchMoments(args: usize, tile: i32): void {
  const channels = integer(args, 2);
  const perTile = integer(args, 3);
  const begin = tile * perTile;
  const rows = min(perTile, integer(args, 1) - begin);
  const row = floats(channels);
  const x = pointer(args, 0) + <usize>begin * row;
  const means = pointer(args, 4) + <usize>(2 * tile) * row;
  let c = 0;
  for (; c + 16 <= channels; c += 16) momentsOfStrip(x + floats(c), row, rows, means + floats(c));
  for (; c + 4 <= channels; c += 4) momentsOfLanes<v128>(x + floats(c), row, rows, means + floats(c));
  for (; c < channels; c++) momentsOfLanes<f32>(x + floats(c), row, rows, means + floats(c));
}

// @ts-expect-error: decorator
@inline
function momentsOfStrip(x: usize, row: usize, rows: i32, means: usize): void {
  const zero = f32x4.splat(0);
  let s0 = zero;
  let s1 = zero;
  let s2 = zero;
  let s3 = zero;
  let p = x;
  for (let block = 0; block < rows; block += BLOCK) {
    let b0 = zero;
    let b1 = zero;
    let b2 = zero;
    let b3 = zero;
    for (let r = min(BLOCK, rows - block); r > 0; r--) {
      b0 = f32x4.add(b0, v128.load(p));
      b1 = f32x4.add(b1, v128.load(p, 16));
      b2 = f32x4.add(b2, v128.load(p, 32));
      b3 = f32x4.add(b3, v128.load(p, 48));
      p += row;
    }
    s0 = f32x4.add(s0, b0);
    s1 = f32x4.add(s1, b1);
    s2 = f32x4.add(s2, b2);
    s3 = f32x4.add(s3, b3);
  }
  const count = f32x4.splat(<f32>rows);
  const m0 = f32x4.div(s0, count);
  const m1 = f32x4.div(s1, count);
  const m2 = f32x4.div(s2, count);
  const m3 = f32x4.div(s3, count);
  v128.store(means, m0);
  v128.store(means, m1, 16);
  v128.store(means, m2, 32);
  v128.store(means, m3, 48);
  s0 = zero;
  s1 = zero;
  s2 = zero;
  s3 = zero;
  p = x;
  for (let block = 0; block < rows; block += BLOCK) {
    let b0 = zero;
    let b1 = zero;
    let b2 = zero;
    let b3 = zero;
    for (let r = min(BLOCK, rows - block); r > 0; r--) {
      const d0 = f32x4.sub(v128.load(p), m0);
      const d1 = f32x4.sub(v128.load(p, 16), m1);
      const d2 = f32x4.sub(v128.load(p, 32), m2);
      const d3 = f32x4.sub(v128.load(p, 48), m3);
      b0 = f32x4.add(b0, f32x4.mul(d0, d0));
      b1 = f32x4.add(b1, f32x4.mul(d1, d1));
      b2 = f32x4.add(b2, f32x4.mul(d2, d2));
      b3 = f32x4.add(b3, f32x4.mul(d3, d3));
      p += row;
    }
    s0 = f32x4.add(s0, b0);
    s1 = f32x4.add(s1, b1);
    s2 = f32x4.add(s2, b2);
    s3 = f32x4.add(s3, b3);
  }
  const squares = means + row;
  v128.store(squares, s0);
  v128.store(squares, s1, 16);
  v128.store(squares, s2, 32);
  v128.store(squares, s3, 48);
}

// @ts-expect-error: decorator
@inline
function momentsOfLanes<T>(x: usize, row: usize, rows: i32, means: usize): void {
  const zero = f32x4.splat(0);
  let s = zero;
  let p = x;
  for (let block = 0; block < rows; block += BLOCK) {
    let b = zero;
    for (let r = min(BLOCK, rows - block); r > 0; r--) {
      b = f32x4.add(b, read<T>(p));
      p += row;
    }
    s = f32x4.add(s, b);
  }
  const mean = f32x4.div(s, f32x4.splat(<f32>rows));
  write<T>(means, mean);
  s = zero;
  p = x;
  for (let block = 0; block < rows; block += BLOCK) {
    let b = zero;
    for (let r = min(BLOCK, rows - block); r > 0; r--) {
      const d = f32x4.sub(read<T>(p), mean);
      b = f32x4.add(b, f32x4.mul(d, d));
      p += row;
    }
    s = f32x4.add(s, b);
  }
  write<T>(means + row, s);
}

/** Arguments: parts, rows, channels, rows of a part, parts' number, epsilon, mean, variance, inverse deviation. */
export function batchStatistics(args: usize, tile: i32): void {
  const end = min(integer(args, 2), (tile + 1) * CHANNELS);
  let c = tile * CHANNELS;
  for (; c + 4 <= end; c += 4) statistics<v128>(args, c);
  for (; c < end; c++) statistics<f32>(args, c);
}

// @ts-expect-error: decorator
@inline
function statistics<T>(args: usize, c: i32): void {
  const rows = integer(args, 1);
  const row = floats(integer(args, 2));
  const perPart = integer(args, 3);
  const parts = integer(args, 4);
  const first = pointer(args, 0) + floats(c);
  const zero = f64x2.splat(0);
  let p = first;
  let low = zero;
  let high = zero;
  for (let part = 0; part < parts; part++) {
    const weight = f64x2.splat(<f64>min(perPart, rows - part * perPart));
    const mean = read<T>(p);
    low = f64x2.add(low, f64x2.mul(weight, lowDoubles(mean)));
    high = f64x2.add(high, f64x2.mul(weight, highDoubles(mean)));
    p += 2 * row;
  }
  const count = f64x2.splat(<f64>rows);
  const mean1 = f64x2.div(low, count);
  const mean2 = f64x2.div(high, count);
  low = zero;
  high = zero;
  p = first;
  for (let part = 0; part < parts; part++) {
    const weight = f64x2.splat(<f64>min(perPart, rows - part * perPart));
    const mean = read<T>(p);
    const squares = read<T>(p + row);
    const d1 = f64x2.sub(lowDoubles(mean), mean1);
    const d2 = f64x2.sub(highDoubles(mean), mean2);
    low = f64x2.add(low, f64x2.add(lowDoubles(squares), f64x2.mul(weight, f64x2.mul(d1, d1))));
    high = f64x2.add(high, f64x2.add(highDoubles(squares), f64x2.mul(weight, f64x2.mul(d2, d2))));
    p += 2 * row;
  }
  const variance1 = f64x2.div(low, count);
  const variance2 = f64x2.div(high, count);
  const epsilon = f64x2.splat(<f64>float(args, 5));
  const one = f64x2.splat(1);
  write<T>(pointer(args, 6) + floats(c), rounded(mean1, mean2));
  write<T>(pointer(args, 7) + floats(c), rounded(variance1, variance2));
  const inverse1 = f64x2.div(one, f64x2.sqrt(f64x2.add(variance1, epsilon)));
  const inverse2 = f64x2.div(one, f64x2.sqrt(f64x2.add(variance2, epsilon)));
  write<T>(pointer(args, 8) + floats(c), rounded(inverse1, inverse2));
}

/** y = activation((x - mean) * (scale * inverse) + shift). Arguments: y, x, rows, channels, rows of a tile, mean, inverse, scale, shift, activation. */
export function normalise(args: usize, tile: i32): void {
  const channels = integer(args, 3);
  const perTile = integer(args, 4);
  const begin = tile * perTile;
  const end = min(begin + perTile, integer(args, 2));
  const row = floats(channels);
  const activation = integer(args, 9);
  const low = lowest(activation);
  const high = highest(activation);
  let y = pointer(args, 0) + <usize>begin * row;
  let x = pointer(args, 1) + <usize>begin * row;
  const mean = pointer(args, 5);
  const inverse = pointer(args, 6);
  const scale = pointer(args, 7);
  const shift = pointer(args, 8);
  const whole = row & ~15;
  for (let r = begin; r < end; r++) {
    let i: usize = 0;
    for (; i < whole; i += 16) {
      v128.store(y + i, clamp(normalised<v128>(x, i, mean, inverse, scale, shift), low, high));
    }
    for (; i < row; i += 4) write<f32>(y + i, clamp(normalised<f32>(x, i, mean, inverse, scale, shift), low, high));
    x += row;
    y += row;
  }
}

// @ts-expect-error: decorator
@inline
function normalised<T>(x: usize, i: usize, mean: usize, inverse: usize, scale: usize, shift: usize): v128 {
  const gain = f32x4.mul(read<T>(scale + i), read<T>(inverse + i));
  return f32x4.add(f32x4.mul(f32x4.sub(read<T>(x + i), read<T>(mean + i)), gain), read<T>(shift + i));
}

/**
 * Sums of the slopes dy that pass the activation, and of their products with x - mean. Arguments: x, dy, rows, channels, rows of a tile, mean, inverse, scale,
 * shift, activation, parts [tiles, 2, channels].
 */
export function slopeSums(args: usize, tile: i32): void {
  const channels = integer(args, 3);
  const end = channels & ~3;
  let c = 0;
  for (; c < end; c += 4) sumSlopes<v128>(args, tile, c);
  for (; c < channels; c++) sumSlopes<f32>(args, tile, c);
}

// @ts-expect-error: decorator
@inline
function sumSlopes<T>(args: usize, tile: i32, c: i32): void {
  const row = floats(integer(args, 3));
  const perTile = integer(args, 4);
  const begin = tile * perTile;
  const rows = min(perTile, integer(args, 2) - begin);
  const at = floats(c);
  const mean = read<T>(pointer(args, 5) + at);
  const gain = f32x4.mul(read<T>(pointer(args, 7) + at), read<T>(pointer(args, 6) + at));
  const shift = read<T>(pointer(args, 8) + at);
  const least = leastOpen(integer(args, 9));
  const greatest = greatestOpen(integer(args, 9));
  const zero = f32x4.splat(0);
  let x = pointer(args, 0) + <usize>begin * row + at;
  let dy = pointer(args, 1) + <usize>begin * row + at;
  let slopes = zero;
  let products = zero;
  for (let block = 0; block < rows; block += BLOCK) {
    let s = zero;
    let p = zero;
    for (let r = min(BLOCK, rows - block); r > 0; r--) {
      const distance = f32x4.sub(read<T>(x), mean);
      const slope = masked(read<T>(dy), f32x4.add(f32x4.mul(distance, gain), shift), least, greatest);
      s = f32x4.add(s, slope);
      p = f32x4.add(p, f32x4.mul(slope, distance));
      x += row;
      dy += row;
    }
    slopes = f32x4.add(slopes, s);
    products = f32x4.add(products, p);
  }
  const parts = pointer(args, 10) + <usize>(2 * tile) * row + at;
  write<T>(parts, slopes);
  write<T>(parts + row, products);
}

/**
 * Ioffe and Szegedy 2015, section 3. Arguments: parts, parts' number, rows, channels, inverse, dscale, dshift, coefficients [2, channels]: mean slope, and
 * slope's part in x - mean.
 */
export function batchSlopes(args: usize, tile: i32): void {
  const end = min(integer(args, 3), (tile + 1) * CHANNELS);
  let c = tile * CHANNELS;
  for (; c + 4 <= end; c += 4) slopesOf<v128>(args, c);
  for (; c < end; c++) slopesOf<f32>(args, c);
}

// @ts-expect-error: decorator
@inline
function slopesOf<T>(args: usize, c: i32): void {
  const parts = integer(args, 1);
  const row = floats(integer(args, 3));
  const zero = f64x2.splat(0);
  let p = pointer(args, 0) + floats(c);
  let slopes1 = zero;
  let slopes2 = zero;
  let products1 = zero;
  let products2 = zero;
  for (let part = 0; part < parts; part++) {
    const slopes = read<T>(p);
    const products = read<T>(p + row);
    slopes1 = f64x2.add(slopes1, lowDoubles(slopes));
    slopes2 = f64x2.add(slopes2, highDoubles(slopes));
    products1 = f64x2.add(products1, lowDoubles(products));
    products2 = f64x2.add(products2, highDoubles(products));
    p += 2 * row;
  }
  const inverse = read<T>(pointer(args, 4) + floats(c));
  const inverse1 = lowDoubles(inverse);
  const inverse2 = highDoubles(inverse);
  const scale1 = f64x2.mul(inverse1, products1);
  const scale2 = f64x2.mul(inverse2, products2);
  write<T>(pointer(args, 5) + floats(c), rounded(scale1, scale2));
  write<T>(pointer(args, 6) + floats(c), rounded(slopes1, slopes2));
  const count = f64x2.splat(<f64>integer(args, 2));
  const coefficients = pointer(args, 7) + floats(c);
  write<T>(coefficients, rounded(f64x2.div(slopes1, count), f64x2.div(slopes2, count)));
  const distance1 = f64x2.div(f64x2.mul(inverse1, scale1), count);
  const distance2 = f64x2.div(f64x2.mul(inverse2, scale2), count);
  write<T>(coefficients + row, rounded(distance1, distance2));
}

/** Arguments: dx, x, dy, rows, channels, rows of a tile, mean, inverse, scale, shift, activation, coefficients. */
export function normaliseGradient(args: usize, tile: i32): void {
  const channels = integer(args, 4);
  const perTile = integer(args, 5);
  const begin = tile * perTile;
  const end = min(begin + perTile, integer(args, 3));
  const row = floats(channels);
  const least = leastOpen(integer(args, 10));
  const greatest = greatestOpen(integer(args, 10));
  let dx = pointer(args, 0) + <usize>begin * row;
  let x = pointer(args, 1) + <usize>begin * row;
  let dy = pointer(args, 2) + <usize>begin * row;
  const mean = pointer(args, 6);
  const inverse = pointer(args, 7);
  const scale = pointer(args, 8);
  const shift = pointer(args, 9);
  const slopes = pointer(args, 11);
  const whole = row & ~15;
  for (let r = begin; r < end; r++) {
    let i: usize = 0;
    for (; i < whole; i += 16) slopeAt<v128>(dx, x, dy, i, row, mean, inverse, scale, shift, slopes, least, greatest);
    for (; i < row; i += 4) slopeAt<f32>(dx, x, dy, i, row, mean, inverse, scale, shift, slopes, least, greatest);
    dx += row;
    x += row;
    dy += row;
  }
}

// @ts-expect-error: decorator
@inline
function slopeAt<T>(
  dx: usize,
  x: usize,
  dy: usize,
  i: usize,
  row: usize,
  mean: usize,
  inverse: usize,
  scale: usize,
  shift: usize,
  slopes: usize,
  least: v128,
  greatest: v128,
): void {
  const gain = f32x4.mul(read<T>(scale + i), read<T>(inverse + i));
  const distance = f32x4.sub(read<T>(x + i), read<T>(mean + i));
  const slope = masked(read<T>(dy + i), f32x4.add(f32x4.mul(distance, gain), read<T>(shift + i)), least, greatest);
  const common = f32x4.add(read<T>(slopes + i), f32x4.mul(distance, read<T>(slopes + row + i)));
  write<T>(dx + i, f32x4.mul(gain, f32x4.sub(slope, common)));
}
