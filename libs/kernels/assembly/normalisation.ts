import { float, integer, pointer } from './arguments';
import {
  clamp,
  floats,
  greatestOpen,
  highDoubles,
  highest,
  leastOpen,
  lowDoubles,
  lowest,
  passed,
  plus,
  read,
  rounded,
  write,
} from './lanes';

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

/**
 * y = activation((x - mean) * (scale * inverse) + shift) + addend. Arguments: y, x, rows, channels, rows of a tile, mean, inverse, scale, shift, activation,
 * addend or 0.
 */
export function normalise(args: usize, tile: i32): void {
  const perTile = integer(args, 4);
  const begin = tile * perTile;
  const rows = min(perTile, integer(args, 2) - begin);
  if (pointer(args, 10)) normaliseRows(args, begin, rows, true);
  else normaliseRows(args, begin, rows, false);
}

/** Four rows at a time: what belongs to a channel is read once for them. */
@inline
function normaliseRows(args: usize, begin: i32, rows: i32, adds: bool): void {
  const row = floats(integer(args, 3));
  const y = pointer(args, 0) + <usize>begin * row;
  const x = pointer(args, 1) + <usize>begin * row;
  const z = pointer(args, 10) + <usize>begin * row;
  const low = lowest(integer(args, 9));
  const high = highest(integer(args, 9));
  const whole = row & ~15;
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    const at = <usize>r * row;
    let i: usize = 0;
    for (; i < whole; i += 16) normaliseLanes<v128>(args, i, y + at + i, x + at + i, z + at + i, row, 4, low, high, adds);
    for (; i < row; i += 4) normaliseLanes<f32>(args, i, y + at + i, x + at + i, z + at + i, row, 4, low, high, adds);
  }
  for (; r < rows; r++) {
    const at = <usize>r * row;
    let i: usize = 0;
    for (; i < whole; i += 16) normaliseLanes<v128>(args, i, y + at + i, x + at + i, z + at + i, row, 1, low, high, adds);
    for (; i < row; i += 4) normaliseLanes<f32>(args, i, y + at + i, x + at + i, z + at + i, row, 1, low, high, adds);
  }
}

@inline
function normaliseLanes<T>(args: usize, i: usize, y: usize, x: usize, z: usize, row: usize, rows: i32, low: v128, high: v128, adds: bool): void {
  const mean = read<T>(pointer(args, 5) + i);
  const gain = f32x4.mul(read<T>(pointer(args, 7) + i), read<T>(pointer(args, 6) + i));
  const shift = read<T>(pointer(args, 8) + i);
  normaliseOne<T>(y, x, z, mean, gain, shift, low, high, adds);
  if (rows == 4) {
    normaliseOne<T>(y + row, x + row, z + row, mean, gain, shift, low, high, adds);
    normaliseOne<T>(y + 2 * row, x + 2 * row, z + 2 * row, mean, gain, shift, low, high, adds);
    normaliseOne<T>(y + 3 * row, x + 3 * row, z + 3 * row, mean, gain, shift, low, high, adds);
  }
}

@inline
function normaliseOne<T>(y: usize, x: usize, z: usize, mean: v128, gain: v128, shift: v128, low: v128, high: v128, adds: bool): void {
  const value = clamp(normalised(f32x4.sub(read<T>(x), mean), gain, shift), low, high);
  write<T>(y, adds ? f32x4.add(value, read<T>(z)) : value);
}

/** The result before the activation: the same to the last bit wherever the gradient asks whether it was let through. */
@inline
function normalised(distance: v128, gain: v128, shift: v128): v128 {
  return plus(shift, distance, gain);
}

/**
 * Sums of the slopes dy that pass the activation, and of their products with x - mean. Arguments: x, dy, rows, channels, rows of a tile, mean, inverse, scale,
 * shift, activation, parts [tiles, 2, channels].
 */
export function slopeSums(args: usize, tile: i32): void {
  const channels = integer(args, 3);
  let c = 0;
  for (; c + 8 <= channels; c += 8) sumSlopes<v128>(args, tile, c, true);
  for (; c + 4 <= channels; c += 4) sumSlopes<v128>(args, tile, c, false);
  for (; c < channels; c++) sumSlopes<f32>(args, tile, c, false);
}

/** `twice`: of eight channels, so that one sum need not wait for the other. */
@inline
function sumSlopes<T>(args: usize, tile: i32, c: i32, twice: bool): void {
  const row = floats(integer(args, 3));
  const perTile = integer(args, 4);
  const begin = tile * perTile;
  const rows = min(perTile, integer(args, 2) - begin);
  const at = floats(c);
  const next = at + (twice ? 16 : 0);
  const mean = read<T>(pointer(args, 5) + at);
  const gain = f32x4.mul(read<T>(pointer(args, 7) + at), read<T>(pointer(args, 6) + at));
  const shift = read<T>(pointer(args, 8) + at);
  const mean2 = read<T>(pointer(args, 5) + next);
  const gain2 = f32x4.mul(read<T>(pointer(args, 7) + next), read<T>(pointer(args, 6) + next));
  const shift2 = read<T>(pointer(args, 8) + next);
  const least = leastOpen(integer(args, 9));
  const greatest = greatestOpen(integer(args, 9));
  const zero = f32x4.splat(0);
  let x = pointer(args, 0) + <usize>begin * row + at;
  let dy = pointer(args, 1) + <usize>begin * row + at;
  let slopes = zero;
  let products = zero;
  let slopes2 = zero;
  let products2 = zero;
  for (let block = 0; block < rows; block += BLOCK) {
    let s = zero;
    let p = zero;
    let s2 = zero;
    let p2 = zero;
    for (let r = min(BLOCK, rows - block); r > 0; r--) {
      const distance = f32x4.sub(read<T>(x), mean);
      const slope = passed(read<T>(dy), normalised(distance, gain, shift), least, greatest);
      s = f32x4.add(s, slope);
      p = plus(p, slope, distance);
      if (twice) {
        const distance2 = f32x4.sub(read<T>(x + 16), mean2);
        const slope2 = passed(read<T>(dy + 16), normalised(distance2, gain2, shift2), least, greatest);
        s2 = f32x4.add(s2, slope2);
        p2 = plus(p2, slope2, distance2);
      }
      x += row;
      dy += row;
    }
    slopes = f32x4.add(slopes, s);
    products = f32x4.add(products, p);
    slopes2 = f32x4.add(slopes2, s2);
    products2 = f32x4.add(products2, p2);
  }
  const parts = pointer(args, 10) + <usize>(2 * tile) * row + at;
  write<T>(parts, slopes);
  write<T>(parts + row, products);
  if (twice) {
    write<T>(parts + 16, slopes2);
    write<T>(parts + row + 16, products2);
  }
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
  const perTile = integer(args, 5);
  const begin = tile * perTile;
  const rows = min(perTile, integer(args, 3) - begin);
  const row = floats(integer(args, 4));
  const dx = pointer(args, 0) + <usize>begin * row;
  const x = pointer(args, 1) + <usize>begin * row;
  const dy = pointer(args, 2) + <usize>begin * row;
  const whole = row & ~15;
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    const at = <usize>r * row;
    let i: usize = 0;
    for (; i < whole; i += 16) gradientLanes<v128>(args, i, dx + at + i, x + at + i, dy + at + i, row, 4);
    for (; i < row; i += 4) gradientLanes<f32>(args, i, dx + at + i, x + at + i, dy + at + i, row, 4);
  }
  for (; r < rows; r++) {
    const at = <usize>r * row;
    let i: usize = 0;
    for (; i < whole; i += 16) gradientLanes<v128>(args, i, dx + at + i, x + at + i, dy + at + i, row, 1);
    for (; i < row; i += 4) gradientLanes<f32>(args, i, dx + at + i, x + at + i, dy + at + i, row, 1);
  }
}

/** dx = gain * (slope - mean slope - (x - mean) * part): the last two terms and the gain are multiplied out, so that one product and sum are left of each. */
@inline
function gradientLanes<T>(args: usize, i: usize, dx: usize, x: usize, dy: usize, row: usize, rows: i32): void {
  const mean = read<T>(pointer(args, 6) + i);
  const gain = f32x4.mul(read<T>(pointer(args, 8) + i), read<T>(pointer(args, 7) + i));
  const shift = read<T>(pointer(args, 9) + i);
  const level = f32x4.neg(f32x4.mul(gain, read<T>(pointer(args, 11) + i)));
  const part = f32x4.neg(f32x4.mul(gain, read<T>(pointer(args, 11) + row + i)));
  const least = leastOpen(integer(args, 10));
  const greatest = greatestOpen(integer(args, 10));
  gradientOne<T>(dx, x, dy, mean, gain, shift, level, part, least, greatest);
  if (rows == 4) {
    gradientOne<T>(dx + row, x + row, dy + row, mean, gain, shift, level, part, least, greatest);
    gradientOne<T>(dx + 2 * row, x + 2 * row, dy + 2 * row, mean, gain, shift, level, part, least, greatest);
    gradientOne<T>(dx + 3 * row, x + 3 * row, dy + 3 * row, mean, gain, shift, level, part, least, greatest);
  }
}

@inline
function gradientOne<T>(
  dx: usize,
  x: usize,
  dy: usize,
  mean: v128,
  gain: v128,
  shift: v128,
  level: v128,
  part: v128,
  least: v128,
  greatest: v128,
): void {
  const distance = f32x4.sub(read<T>(x), mean);
  const slope = passed(read<T>(dy), normalised(distance, gain, shift), least, greatest);
  write<T>(dx, plus(plus(level, distance, part), slope, gain));
}
