import { float, integer, pointer } from './arguments';
import { floats, highDoubles, lowDoubles } from './lanes';

/** Numbers that one tile works on. Must agree with ELEMENTS in src/focal.ts. */
const ELEMENTS = 16384;

/** Where an exponential is as good as nothing. */
const LEAST_EXPONENT: f32 = -87.3;

/**
 * Focal loss with exponent 2 (Lin et al. 2017, equation 5) and its slopes. Arguments: logits, classes (int32: from 0 on positive, -1 background, less: none),
 * length, slopes, balance of positives, factor of the slopes, a float64 for each tile: its loss.
 */
export function focal(args: usize, tile: i32): void {
  const begin = tile * ELEMENTS;
  const end = min(begin + ELEMENTS, integer(args, 2));
  const logits = pointer(args, 0);
  const classes = pointer(args, 1);
  const slopes = pointer(args, 3);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let i = begin;
  for (; i + 4 <= end; i += 4) {
    const loss = focalOf(args, v128.load(logits + floats(i)), v128.load(classes + floats(i)), slopes + floats(i), true);
    low = f64x2.add(low, lowDoubles(loss));
    high = f64x2.add(high, highDoubles(loss));
  }
  for (; i < end; i++) {
    const own = i32x4.replace_lane(i32x4.splat(-2), 0, load<i32>(classes + floats(i)));
    const loss = focalOf(args, v128.load32_zero(logits + floats(i)), own, slopes + floats(i), false);
    low = f64x2.add(low, lowDoubles(loss));
  }
  const sums = f64x2.add(low, high);
  store<f64>(pointer(args, 6) + ((<usize>tile) << 3), f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1));
}

/** Writes the slopes of four logits, or of the first, and returns their losses. */
@inline
function focalOf(args: usize, logit: v128, class_: v128, slopes: usize, all: bool): v128 {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const positive = i32x4.ge_s(class_, i32x4.splat(0));
  const counted = i32x4.ge_s(class_, i32x4.splat(-1));
  // The loss of a background anchor is that of a positive one with the logit turned round and the other balance.
  const turn = v128.andnot(i32x4.splat(1 << 31), positive);
  const x = v128.xor(logit, turn);
  const small = exponential(f32x4.neg(f32x4.abs(x)));
  const greater = f32x4.div(one, f32x4.add(one, small));
  const lesser = f32x4.mul(small, greater);
  const right = f32x4.ge(x, zero);
  const p = v128.bitselect(greater, lesser, right);
  const wrong = v128.bitselect(lesser, greater, right);
  const logP = f32x4.sub(f32x4.min(zero, x), logarithm(small));
  const balance = f32x4.splat(float(args, 4));
  const focus = f32x4.mul(v128.bitselect(balance, f32x4.sub(one, balance), positive), f32x4.mul(wrong, wrong));
  const slope = f32x4.sub(f32x4.mul(f32x4.mul(f32x4.splat(2), p), logP), wrong);
  const factor = f32x4.mul(f32x4.splat(float(args, 5)), focus);
  const written = v128.and(counted, v128.xor(f32x4.mul(factor, slope), turn));
  if (all) v128.store(slopes, written);
  else v128.store32_lane(slopes, written, 0);
  return v128.and(counted, f32x4.neg(f32x4.mul(focus, logP)));
}

/** e^y for y up to 0, to about 1e-7 of itself (Cephes, expf); NaN of NaN. */
@inline
function exponential(y: v128): v128 {
  const bounded = f32x4.max(y, f32x4.splat(LEAST_EXPONENT));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.44269504)));
  let r = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.12194440e-4)));
  let sum = step(f32x4.splat(1.9875691500e-4), r, 1.3981999507e-3);
  sum = step(sum, r, 8.3334519073e-3);
  sum = step(sum, r, 4.1665795894e-2);
  sum = step(sum, r, 1.6666665459e-1);
  sum = step(sum, r, 5.0000001201e-1);
  sum = f32x4.add(f32x4.add(f32x4.mul(sum, f32x4.mul(r, r)), r), f32x4.splat(1));
  return f32x4.mul(sum, i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23));
}

/** log(1 + s) for s from 0 to 1: 2 artanh(s / (2 + s)), to about 1e-7 of itself. */
@inline
function logarithm(s: v128): v128 {
  const z = f32x4.div(s, f32x4.add(f32x4.splat(2), s));
  const t = f32x4.mul(z, z);
  let sum = step(f32x4.splat(1 / 15), t, 1 / 13);
  sum = step(sum, t, 1 / 11);
  sum = step(sum, t, 1 / 9);
  sum = step(sum, t, 1 / 7);
  sum = step(sum, t, 1 / 5);
  sum = step(sum, t, 1 / 3);
  sum = step(sum, t, 1);
  return f32x4.mul(f32x4.add(z, z), sum);
}

/** A step of Horner's scheme. */
@inline
function step(sum: v128, x: v128, coefficient: f32): v128 {
  return f32x4.add(f32x4.mul(sum, x), f32x4.splat(coefficient));
}
