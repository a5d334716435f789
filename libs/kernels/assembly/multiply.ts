// The innermost part of every product: strips of a few rows of A against panels of eight columns of B. A strip holds its numbers of one k side by side, then
// those of the next k; a panel its eight. The sums of one strip and one panel live in registers: six rows where a product and its sum are one instruction,
// else five, because then the product takes a register too.

import { clamp, floats } from './lanes';
import { workspace } from './workspace';

/** Rows of a strip; of the last one when three are enough; columns of a panel; bytes that one k takes. */
export const STRIP: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;
export const LOW_STRIP: i32 = 3;
export const PANEL: i32 = 8;
export const PANEL_BYTES: usize = 32;

/** Adds to what C holds, or else overwrites it. */
export const ADD: i32 = 1;
/** Adds the bias and holds the sum between the bounds of the activation. */
export const FINISH: i32 = 2;

/** Parts of the workspace. ROWS: where each row of C begins; at most 2048. */
export const ROWS: usize = 0;
/** The sums of one strip and one panel. */
const PART: usize = 8192;
/** Bias of a panel, bounds of the activation. */
const BIAS: usize = 8416;
const LOW: usize = 8448;
const HIGH: usize = 8464;
/** 256 zeros, for who clears them. */
export const ZEROS: usize = 8512;
/** Four words of a row. */
export const PLACES: usize = 9728;
/** 32768 numbers of A, and of B. */
export const ROOM_A: usize = 43008;
export const ROOM_B: usize = 43008 + 131072;

/** Rows of the strip that begins `left` rows before the end. */
@inline
export function stripHeight(left: i32): i32 {
  return left > LOW_STRIP ? STRIP : LOW_STRIP;
}

/**
 * C = A B over `k` numbers, 1 at least, for the strips in ROOM_A and the panels from `b` on, which lie `panelStep` bytes apart. `column` is the first column
 * of C.
 */
export function multiplyBlock(
  m: i32,
  n: i32,
  k: i32,
  b: usize,
  panelStep: usize,
  column: i32,
  flags: i32,
  bias: usize,
  low: v128,
  high: v128,
): void {
  const depth = (<usize>k) * PANEL_BYTES;
  v128.store(workspace + LOW, low);
  v128.store(workspace + HIGH, high);
  for (let j = 0; j < n; j += PANEL) {
    const offset = floats(column + j);
    const columns = min(PANEL, n - j);
    if (flags & FINISH) keepBias(bias ? bias + offset : 0, columns);
    let row = workspace + ROWS;
    let strip = workspace + ROOM_A;
    for (let left = m; left > 0; left -= STRIP) {
      if (left > LOW_STRIP) multiplyStrip(strip, b, b + depth, workspace + PART);
      else multiplyLowStrip(strip, b, b + depth, workspace + PART);
      if (columns == PANEL) finishWhole(row, min(STRIP, left), offset, flags);
      else finishPart(row, min(STRIP, left), offset, columns, flags);
      row += floats(STRIP);
      strip += floats(STRIP) * <usize>k;
    }
    b += panelStep;
  }
}

function keepBias(bias: usize, columns: i32): void {
  const to = workspace + BIAS;
  for (let j = 0; j < PANEL; j++) store<f32>(to + floats(j), bias && j < columns ? load<f32>(bias + floats(j)) : 0);
}

/** Brings the sums to C. */
function finishWhole(row: usize, rows: i32, offset: usize, flags: i32): void {
  let part = workspace + PART;
  const bias0 = v128.load(workspace + BIAS);
  const bias1 = v128.load(workspace + BIAS + 16);
  const low = v128.load(workspace + LOW);
  const high = v128.load(workspace + HIGH);
  for (const end = row + floats(rows); row < end; row += 4) {
    const c = load<usize>(row) + offset;
    let sum0 = v128.load(part);
    let sum1 = v128.load(part, 16);
    if (flags & ADD) {
      sum0 = f32x4.add(sum0, v128.load(c));
      sum1 = f32x4.add(sum1, v128.load(c, 16));
    }
    if (flags & FINISH) {
      sum0 = clamp(f32x4.add(sum0, bias0), low, high);
      sum1 = clamp(f32x4.add(sum1, bias1), low, high);
    }
    v128.store(c, sum0);
    v128.store(c, sum1, 16);
    part += PANEL_BYTES;
  }
}

/** Brings the sums of the first columns to C. */
function finishPart(row: usize, rows: i32, offset: usize, columns: i32, flags: i32): void {
  let part = workspace + PART;
  const low = v128.load(workspace + LOW);
  const high = v128.load(workspace + HIGH);
  for (; rows > 0; rows--) {
    const c = load<usize>(row) + offset;
    for (let j: usize = 0; j < floats(columns); j += 4) {
      let value = v128.load32_zero(part + j);
      if (flags & ADD) value = f32x4.add(value, v128.load32_zero(c + j));
      if (flags & FINISH) value = clamp(f32x4.add(value, v128.load32_zero(workspace + BIAS + j)), low, high);
      v128.store32_lane(c + j, value, 0);
    }
    part += PANEL_BYTES;
    row += 4;
  }
}

export function multiplyStrip(a: usize, b: usize, end: usize, part: usize): void {
  multiply(STRIP, a, b, end, part);
}

export function multiplyLowStrip(a: usize, b: usize, end: usize, part: usize): void {
  multiply(LOW_STRIP, a, b, end, part);
}

@inline
function product(s: v128, b: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(s, b, sum);
  return f32x4.add(sum, f32x4.mul(s, b));
}

/** The first k stands before the loop: that lets the engine keep the addresses of the loads in registers. */
@inline
function multiply(height: i32, a: usize, b: usize, end: usize, part: usize): void {
  let b0 = v128.load(b);
  let b1 = v128.load(b, 16);
  let s = v128.load32_splat(a);
  let c00 = f32x4.mul(s, b0);
  let c01 = f32x4.mul(s, b1);
  s = v128.load32_splat(a, 4);
  let c10 = f32x4.mul(s, b0);
  let c11 = f32x4.mul(s, b1);
  s = v128.load32_splat(a, 8);
  let c20 = f32x4.mul(s, b0);
  let c21 = f32x4.mul(s, b1);
  let c30 = s;
  let c31 = s;
  let c40 = s;
  let c41 = s;
  let c50 = s;
  let c51 = s;
  if (height > 3) {
    s = v128.load32_splat(a, 12);
    c30 = f32x4.mul(s, b0);
    c31 = f32x4.mul(s, b1);
    s = v128.load32_splat(a, 16);
    c40 = f32x4.mul(s, b0);
    c41 = f32x4.mul(s, b1);
  }
  if (height > 5) {
    s = v128.load32_splat(a, 20);
    c50 = f32x4.mul(s, b0);
    c51 = f32x4.mul(s, b1);
  }
  a += floats(height);
  b += PANEL_BYTES;
  while (b < end) {
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    s = v128.load32_splat(a);
    c00 = product(s, b0, c00);
    c01 = product(s, b1, c01);
    s = v128.load32_splat(a, 4);
    c10 = product(s, b0, c10);
    c11 = product(s, b1, c11);
    s = v128.load32_splat(a, 8);
    c20 = product(s, b0, c20);
    c21 = product(s, b1, c21);
    if (height > 3) {
      s = v128.load32_splat(a, 12);
      c30 = product(s, b0, c30);
      c31 = product(s, b1, c31);
      s = v128.load32_splat(a, 16);
      c40 = product(s, b0, c40);
      c41 = product(s, b1, c41);
    }
    if (height > 5) {
      s = v128.load32_splat(a, 20);
      c50 = product(s, b0, c50);
      c51 = product(s, b1, c51);
    }
    a += floats(height);
    b += PANEL_BYTES;
  }
  v128.store(part, c00);
  v128.store(part, c01, 16);
  v128.store(part, c10, 32);
  v128.store(part, c11, 48);
  v128.store(part, c20, 64);
  v128.store(part, c21, 80);
  if (height > 3) {
    v128.store(part, c30, 96);
    v128.store(part, c31, 112);
    v128.store(part, c40, 128);
    v128.store(part, c41, 144);
  }
  if (height > 5) {
    v128.store(part, c50, 160);
    v128.store(part, c51, 176);
  }
}
