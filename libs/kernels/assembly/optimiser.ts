import { double, integer, pointer } from './arguments';
import { floats, highDoubles, lowDoubles, read, rounded, write } from './lanes';

// The arithmetic is float64 on float32 state, as in the plain optimiser.

/** Numbers that one tile works on. Must agree with ELEMENTS in src/optimiser.ts. */
const ELEMENTS = 4096;

/** Arguments: parameters, gradient, momentum, variance, decays, length, 7 doubles (rate, decay, beta1, beta2, correction1, correction2, epsilon), factor. */
export function adamStep(args: usize, tile: i32): void {
  const begin = tile * ELEMENTS;
  const end = min(begin + ELEMENTS, integer(args, 5));
  let i = begin;
  for (; i + 4 <= end; i += 4) adam<v128>(args, i);
  for (; i < end; i++) adam<f32>(args, i);
}

@inline
function adam<T>(args: usize, i: i32): void {
  const parameters = pointer(args, 0) + floats(i);
  const momentum = pointer(args, 2) + floats(i);
  const variance = pointer(args, 3) + floats(i);
  const decays = decaying<T>(pointer(args, 4) + <usize>i);
  const factor = f64x2.splat(double(args, 20));
  const p = read<T>(parameters);
  const g = read<T>(pointer(args, 1) + floats(i));
  const slope = rounded(f64x2.mul(lowDoubles(g), factor), f64x2.mul(highDoubles(g), factor));
  const m = read<T>(momentum);
  const v = read<T>(variance);
  const first1 = firstMoment(args, lowDoubles(m), lowDoubles(slope));
  const first2 = firstMoment(args, highDoubles(m), highDoubles(slope));
  const second1 = secondMoment(args, lowDoubles(v), lowDoubles(slope));
  const second2 = secondMoment(args, highDoubles(v), highDoubles(slope));
  write<T>(momentum, rounded(first1, first2));
  write<T>(variance, rounded(second1, second2));
  const low = adamStepped(args, lowDoubles(p), first1, second1, i64x2.extend_low_i32x4_s(decays));
  const high = adamStepped(args, highDoubles(p), first2, second2, i64x2.extend_high_i32x4_s(decays));
  write<T>(parameters, rounded(low, high));
}

@inline
function firstMoment(args: usize, m: v128, slope: v128): v128 {
  const beta = double(args, 10);
  return f64x2.add(f64x2.mul(f64x2.splat(beta), m), f64x2.mul(f64x2.splat(1 - beta), slope));
}

@inline
function secondMoment(args: usize, v: v128, slope: v128): v128 {
  const beta = double(args, 12);
  return f64x2.add(f64x2.mul(f64x2.splat(beta), v), f64x2.mul(f64x2.mul(f64x2.splat(1 - beta), slope), slope));
}

@inline
function adamStepped(args: usize, before: v128, first: v128, second: v128, decays: v128): v128 {
  const root = f64x2.add(
    f64x2.sqrt(f64x2.div(second, f64x2.splat(double(args, 16)))),
    f64x2.splat(double(args, 18)),
  );
  const change = f64x2.div(f64x2.div(first, f64x2.splat(double(args, 14))), root);
  return decayed(f64x2.sub(before, f64x2.mul(f64x2.splat(double(args, 6)), change)), before, f64x2.splat(double(args, 8)), decays);
}

@inline
function decayed(after: v128, before: v128, decay: v128, decays: v128): v128 {
  return f64x2.sub(after, v128.and(f64x2.mul(decay, before), decays));
}

/** All bits of a 32-bit lane where the byte is not 0. */
@inline
function decaying<T>(bytes: usize): v128 {
  let word: v128;
  if (sizeof<T>() == 16) word = v128.load32_zero(bytes);
  else word = i32x4.splat(<i32>load<u8>(bytes));
  return i32x4.ne(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(word)), i32x4.splat(0));
}

/** Arguments: parameters, gradient, velocity, decays, length, -, 4 doubles (rate, decay, momentum, factor). */
export function sgdStep(args: usize, tile: i32): void {
  const begin = tile * ELEMENTS;
  const end = min(begin + ELEMENTS, integer(args, 4));
  let i = begin;
  for (; i + 4 <= end; i += 4) sgd<v128>(args, i);
  for (; i < end; i++) sgd<f32>(args, i);
}

@inline
function sgd<T>(args: usize, i: i32): void {
  const parameters = pointer(args, 0) + floats(i);
  const velocity = pointer(args, 2) + floats(i);
  const decays = decaying<T>(pointer(args, 3) + <usize>i);
  const rate = f64x2.splat(double(args, 6));
  const decay = f64x2.splat(double(args, 8));
  const momentum = f64x2.splat(double(args, 10));
  const factor = f64x2.splat(double(args, 12));
  const p = read<T>(parameters);
  const v = read<T>(velocity);
  const g = read<T>(pointer(args, 1) + floats(i));
  const slope = rounded(f64x2.mul(lowDoubles(g), factor), f64x2.mul(highDoubles(g), factor));
  const v1 = f64x2.add(f64x2.mul(momentum, lowDoubles(v)), lowDoubles(slope));
  const v2 = f64x2.add(f64x2.mul(momentum, highDoubles(v)), highDoubles(slope));
  write<T>(velocity, rounded(v1, v2));
  const p1 = lowDoubles(p);
  const p2 = highDoubles(p);
  const low = decayed(f64x2.sub(p1, f64x2.mul(rate, v1)), p1, decay, i64x2.extend_low_i32x4_s(decays));
  const high = decayed(f64x2.sub(p2, f64x2.mul(rate, v2)), p2, decay, i64x2.extend_high_i32x4_s(decays));
  write<T>(parameters, rounded(low, high));
}

/** average = kept * average + (1 - kept) * x. Arguments: average, x, length, -, kept as a double. */
export function movingAverage(args: usize, tile: i32): void {
  const begin = tile * ELEMENTS;
  const end = min(begin + ELEMENTS, integer(args, 2));
  const average = pointer(args, 0);
  const x = pointer(args, 1);
  const kept = double(args, 4);
  let i = begin;
  for (; i + 4 <= end; i += 4) follow<v128>(average + floats(i), x + floats(i), kept);
  for (; i < end; i++) follow<f32>(average + floats(i), x + floats(i), kept);
}

@inline
function follow<T>(average: usize, x: usize, kept: f64): void {
  const a = f64x2.splat(kept);
  const b = f64x2.splat(1 - kept);
  const before = read<T>(average);
  const next = read<T>(x);
  const low = f64x2.add(f64x2.mul(a, lowDoubles(before)), f64x2.mul(b, lowDoubles(next)));
  const high = f64x2.add(f64x2.mul(a, highDoubles(before)), f64x2.mul(b, highDoubles(next)));
  write<T>(average, rounded(low, high));
}

/** A float64 for each tile: the sum of its numbers' squares. Arguments: x, length, partial sums. */
export function squares(args: usize, tile: i32): void {
  const begin = tile * ELEMENTS;
  const end = min(begin + ELEMENTS, integer(args, 1));
  const x = pointer(args, 0);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let i = begin;
  for (; i + 4 <= end; i += 4) {
    const value = v128.load(x + floats(i));
    const value1 = lowDoubles(value);
    const value2 = highDoubles(value);
    low = f64x2.add(low, f64x2.mul(value1, value1));
    high = f64x2.add(high, f64x2.mul(value2, value2));
  }
  const sums = f64x2.add(low, high);
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; i < end; i++) {
    const value = <f64>load<f32>(x + floats(i));
    sum += value * value;
  }
  store<f64>(pointer(args, 2) + ((<usize>tile) << 3), sum);
}

/** Arguments: partial sums, their number, result (a float64). */
export function sumDoubles(args: usize, _tile: i32): void {
  const partials = pointer(args, 0);
  const count = integer(args, 1);
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) sum += load<f64>(partials + ((<usize>i) << 3));
  store<f64>(pointer(args, 2), sum);
}
