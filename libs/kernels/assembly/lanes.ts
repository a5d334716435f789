// Code for four channels at once and for one: `T` is v128 for four float32 numbers, f32 for one, which then stands alone in the first lane.

@inline
export function read<T>(p: usize): v128 {
  if (sizeof<T>() == 16) return v128.load(p);
  return v128.load32_zero(p);
}

@inline
export function write<T>(p: usize, value: v128): void {
  if (sizeof<T>() == 16) v128.store(p, value);
  else v128.store32_lane(p, value, 0);
}

/** Bytes of `count` float32 numbers. */
@inline
export function floats(count: i32): usize {
  return (<usize>count) << 2;
}

/** The first two lanes as float64. */
@inline
export function lowDoubles(value: v128): v128 {
  return f64x2.promote_low_f32x4(value);
}

/** The last two lanes as float64. */
@inline
export function highDoubles(value: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 2, 3));
}

/** Four float32 numbers of two pairs of float64, rounded. */
@inline
export function rounded(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/** Lower bound of an activation: 0 none, 1 relu, 2 relu6. */
@inline
export function lowest(activation: i32): v128 {
  return f32x4.splat(activation == 0 ? -Infinity : 0);
}

/** Upper bound of an activation. */
@inline
export function highest(activation: i32): v128 {
  return f32x4.splat(activation == 2 ? 6 : Infinity);
}

/** Holds a value between bounds; NaN stays NaN. */
@inline
export function clamp(value: v128, low: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.pmax(value, low), high);
}

/** Least result of an activation at which its derivative is 1: the one above 0, so that a comparison with both bounds holds for every activation. */
@inline
export function leastOpen(activation: i32): v128 {
  return f32x4.splat(activation == 0 ? -Infinity : reinterpret<f32>(1));
}

/** Greatest result of an activation at which its derivative is 1: the one below 6 for relu6. */
@inline
export function greatestOpen(activation: i32): v128 {
  return f32x4.splat(activation == 2 ? reinterpret<f32>(0x40bfffff) : Infinity);
}

/** `slope` where an activation's result `y` lies between its open bounds, 0 elsewhere; NaN where `y` is NaN. */
@inline
export function masked(slope: v128, y: v128, least: v128, greatest: v128): v128 {
  return v128.or(v128.and(slope, v128.and(f32x4.ge(y, least), f32x4.le(y, greatest))), f32x4.ne(y, y));
}

/** sum + a * b, rounded once where the engine has one instruction for it. */
@inline
export function plus(sum: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, sum);
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** `slope` where an activation's result `y` lies between its open bounds or is NaN, 0 elsewhere. */
@inline
export function passed(slope: v128, y: v128, least: v128, greatest: v128): v128 {
  return v128.andnot(slope, v128.or(f32x4.lt(y, least), f32x4.gt(y, greatest)));
}
