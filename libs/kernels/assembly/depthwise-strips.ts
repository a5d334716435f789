// Depthwise kernels for 3x3 windows. A tile is a block of rows of one picture and some strips of 16 channels. A strip is copied into the thread's workspace
// first, pads and all, four channels at a time side by side: then every pixel is an inner one, and lies at an offset that is known to the compiler.

import { integer, pointer } from './arguments';
import { clamp, floats, highest, lowest, plus } from './lanes';
import {
  WINDOW,
  channels,
  dilation,
  height,
  outHeight,
  outWidth,
  padLeft,
  padTop,
  strideX,
  strideY,
  width,
} from './window';
import { workspace } from './workspace';

/** Channels of a strip. Must agree with STRIP in src/depthwise-strips.ts. */
const STRIP = 16;

// Offsets in the workspace. The pixels' must agree with PIXELS in src/depthwise-strips.ts.
const BIAS: usize = 576;
const LOW: usize = 640;
const HIGH: usize = 656;
const PIXELS: usize = 704;

/** Channels of the four from `channel` on that a picture has. */
@inline
function lanesFrom(channel: i32, all: i32): i32 {
  return min(4, all - channel);
}

/** Writes the first lanes of a vector. */
@inline
function put(p: usize, value: v128, lanes: i32): void {
  if (lanes == 4) {
    v128.store(p, value);
  } else {
    v128.store32_lane(p, value, 0);
    if (lanes > 1) v128.store32_lane(p, value, 1, 4);
    if (lanes > 2) v128.store32_lane(p, value, 2, 8);
  }
}

/** Reads so many lanes of a vector; the others are 0. */
@inline
function get(p: usize, lanes: i32): v128 {
  if (lanes == 4) return v128.load(p);
  let value = v128.load32_zero(p);
  if (lanes > 1) value = v128.load32_lane(p, value, 1, 4);
  if (lanes > 2) value = v128.load32_lane(p, value, 2, 8);
  return value;
}

/**
 * Copies `rows` x `columns` pixels from (top, left) on, which may lie outside of the picture, to room [4, rows, columns, 4 channels]. `x` is the picture's first
 * number of the strip, `present` the channels of the strip that there are.
 */
function pack(x: usize, tall: i32, wide: i32, row: usize, top: i32, left: i32, rows: i32, columns: i32, present: i32, room: usize): void {
  const zero = f32x4.splat(0);
  const plane = <usize>(rows * columns) << 4;
  const begin = min(max(0, -left), columns);
  const end = max(begin, min(columns, wide - left));
  let to = room;
  for (let r = top; r < top + rows; r++) {
    const inside = r >= 0 && r < tall;
    const from = inside ? begin : columns;
    for (let k = 0; k < from; k++) {
      store4(to, plane, zero);
      to += 16;
    }
    if (!inside) continue;
    let p = x + <usize>(r * wide + left + begin) * row;
    if (present >= STRIP) {
      for (let k = begin; k < end; k++) {
        v128.store(to, v128.load(p));
        v128.store(to + plane, v128.load(p, 16));
        v128.store(to + 2 * plane, v128.load(p, 32));
        v128.store(to + 3 * plane, v128.load(p, 48));
        p += row;
        to += 16;
      }
    } else {
      for (let k = begin; k < end; k++) {
        let q = to;
        for (let c = 0; c < present; c += 4) {
          v128.store(q, get(p + floats(c), lanesFrom(c, present)));
          q += plane;
        }
        p += row;
        to += 16;
      }
    }
    for (let k = end; k < columns; k++) {
      store4(to, plane, zero);
      to += 16;
    }
  }
}

@inline
function store4(p: usize, plane: usize, value: v128): void {
  v128.store(p, value);
  v128.store(p + plane, value);
  v128.store(p + 2 * plane, value);
  v128.store(p + 3 * plane, value);
}

/** Copies a strip of the nine taps, in reverse where `turned`, to the start of the workspace. */
function packFilter(filter: usize, row: usize, turned: bool, present: i32): void {
  for (let tap = 0; tap < 9; tap++) {
    const from = filter + <usize>(turned ? 8 - tap : tap) * row;
    const to = workspace + (<usize>tap << 6);
    for (let c = 0; c < present; c += 4) v128.store(to + floats(c), get(from + floats(c), lanesFrom(c, present)));
  }
}

/** Arguments: window, rows of a tile, strips of a tile, x, filter, bias or 0, activation, y, whether the filter is turned around. */
export function depthwiseStrips(args: usize, tile: i32): void {
  const all = channels(args);
  const row = floats(all);
  const perTile = integer(args, WINDOW);
  const blocks = (outHeight(args) + perTile - 1) / perTile;
  const strips = (all + STRIP - 1) / STRIP;
  const perGroup = integer(args, WINDOW + 1);
  const groups = (strips + perGroup - 1) / perGroup;
  const group = tile % groups;
  const block = (tile / groups) % blocks;
  const n = tile / groups / blocks;
  const oy = block * perTile;
  const tall = min(perTile, outHeight(args) - oy);
  const step = dilation(args);
  const rows = (tall - 1) * strideY(args) + 2 * step + 1;
  const columns = (outWidth(args) - 1) * strideX(args) + 2 * step + 1;
  const plane = <usize>(rows * columns) << 4;
  const bias = pointer(args, WINDOW + 4);
  const plain = bias == 0 && integer(args, WINDOW + 5) == 0;
  const room = workspace + PIXELS;
  v128.store(workspace, lowest(integer(args, WINDOW + 5)), LOW);
  v128.store(workspace, highest(integer(args, WINDOW + 5)), HIGH);
  const x = pointer(args, WINDOW + 2) + <usize>(n * height(args)) * <usize>width(args) * row;
  const y = pointer(args, WINDOW + 6) + <usize>(n * outHeight(args) + oy) * <usize>outWidth(args) * row;
  for (let strip = group * perGroup; strip < min(strips, (group + 1) * perGroup); strip++) {
    const first = strip * STRIP;
    const present = min(STRIP, all - first);
    const at = floats(first);
    const top = oy * strideY(args) - padTop(args);
    pack(x + at, height(args), width(args), row, top, -padLeft(args), rows, columns, present, room);
    packFilter(pointer(args, WINDOW + 3) + at, row, integer(args, WINDOW + 7) != 0, present);
    for (let c = 0; c < present; c += 4) {
      const lanes = lanesFrom(c, present);
      v128.store(workspace, bias ? get(bias + at + floats(c), lanes) : f32x4.splat(0), BIAS);
      const from = room + <usize>(c >> 2) * plane;
      const to = y + at + floats(c);
      if (step == 1 && strideX(args) == 1) {
        if (plain) slide1Plain(from, columns, strideY(args), tall, outWidth(args), to, row, floats(c), lanes);
        else slide1Finished(from, columns, strideY(args), tall, outWidth(args), to, row, floats(c), lanes);
      } else if (step == 1 && strideX(args) == 2) {
        if (plain) slide2Plain(from, columns, strideY(args), tall, outWidth(args), to, row, floats(c), lanes);
        else slide2Finished(from, columns, strideY(args), tall, outWidth(args), to, row, floats(c), lanes);
      } else {
        convolve(args, from, columns, tall, to, row, floats(c), lanes);
      }
    }
  }
}

/** Adds the bias and applies the activation, which lie in memory: all registers are taken. */
@inline
function finished(sum: v128, plain: bool): v128 {
  if (plain) return sum;
  const end = workspace;
  return clamp(f32x4.add(sum, v128.load(end, BIAS)), v128.load(end, LOW), v128.load(end, HIGH));
}

@inline
function dot(a: v128, f: v128, b: v128, g: v128, c: v128, h: v128): v128 {
  return plus(plus(f32x4.mul(a, f), b, g), c, h);
}

/**
 * Dilation 1, stride 1 along a row. A column of three numbers serves three outputs: what is begun for the next two is carried along, so that each is read once.
 * `plain`: neither bias nor activation.
 */
@inline
function slide1(x: usize, columns: i32, strideY: i32, tall: i32, wide: i32, y: usize, row: usize, filter: usize, lanes: i32, plain: bool): void {
  const f = workspace + filter;
  const f0 = v128.load(f);
  const f1 = v128.load(f, 64);
  const f2 = v128.load(f, 128);
  const f3 = v128.load(f, 192);
  const f4 = v128.load(f, 256);
  const f5 = v128.load(f, 320);
  const f6 = v128.load(f, 384);
  const f7 = v128.load(f, 448);
  const f8 = v128.load(f, 512);
  const line = <usize>columns << 4;
  for (let r = 0; r < tall; r++) {
    let p = x;
    let q = x + line;
    let s = x + 2 * line;
    let sum = f32x4.add(
      dot(v128.load(p), f0, v128.load(q), f3, v128.load(s), f6),
      dot(v128.load(p, 16), f1, v128.load(q, 16), f4, v128.load(s, 16), f7),
    );
    let next = dot(v128.load(p, 16), f0, v128.load(q, 16), f3, v128.load(s, 16), f6);
    for (const end = p + (<usize>wide << 4); p < end; p += 16) {
      const a = v128.load(p, 32);
      const b = v128.load(q, 32);
      const c = v128.load(s, 32);
      put(y, finished(plus(plus(plus(sum, a, f2), b, f5), c, f8), plain), lanes);
      sum = plus(plus(plus(next, a, f1), b, f4), c, f7);
      next = dot(a, f0, b, f3, c, f6);
      y += row;
      q += 16;
      s += 16;
    }
    x += <usize>strideY * line;
  }
}

/** Dilation 1, stride 2 along a row: every other column serves two outputs. */
@inline
function slide2(x: usize, columns: i32, strideY: i32, tall: i32, wide: i32, y: usize, row: usize, filter: usize, lanes: i32, plain: bool): void {
  const f = workspace + filter;
  const f0 = v128.load(f);
  const f1 = v128.load(f, 64);
  const f2 = v128.load(f, 128);
  const f3 = v128.load(f, 192);
  const f4 = v128.load(f, 256);
  const f5 = v128.load(f, 320);
  const f6 = v128.load(f, 384);
  const f7 = v128.load(f, 448);
  const f8 = v128.load(f, 512);
  const line = <usize>columns << 4;
  for (let r = 0; r < tall; r++) {
    let p = x;
    let q = x + line;
    let s = x + 2 * line;
    let sum = dot(v128.load(p), f0, v128.load(q), f3, v128.load(s), f6);
    for (const end = p + (<usize>wide << 5); p < end; p += 32) {
      sum = plus(plus(plus(sum, v128.load(p, 16), f1), v128.load(q, 16), f4), v128.load(s, 16), f7);
      const a = v128.load(p, 32);
      const b = v128.load(q, 32);
      const c = v128.load(s, 32);
      put(y, finished(plus(plus(plus(sum, a, f2), b, f5), c, f8), plain), lanes);
      sum = dot(a, f0, b, f3, c, f6);
      y += row;
      q += 32;
      s += 32;
    }
    x += <usize>strideY * line;
  }
}

function slide1Plain(x: usize, columns: i32, strideY: i32, tall: i32, wide: i32, y: usize, row: usize, filter: usize, lanes: i32): void {
  slide1(x, columns, strideY, tall, wide, y, row, filter, lanes, true);
}

function slide1Finished(x: usize, columns: i32, strideY: i32, tall: i32, wide: i32, y: usize, row: usize, filter: usize, lanes: i32): void {
  slide1(x, columns, strideY, tall, wide, y, row, filter, lanes, false);
}

function slide2Plain(x: usize, columns: i32, strideY: i32, tall: i32, wide: i32, y: usize, row: usize, filter: usize, lanes: i32): void {
  slide2(x, columns, strideY, tall, wide, y, row, filter, lanes, true);
}

function slide2Finished(x: usize, columns: i32, strideY: i32, tall: i32, wide: i32, y: usize, row: usize, filter: usize, lanes: i32): void {
  slide2(x, columns, strideY, tall, wide, y, row, filter, lanes, false);
}

/** Any stride and dilation. */
function convolve(args: usize, x: usize, columns: i32, tall: i32, y: usize, row: usize, filter: usize, lanes: i32): void {
  const f = workspace + filter;
  const f0 = v128.load(f);
  const f1 = v128.load(f, 64);
  const f2 = v128.load(f, 128);
  const f3 = v128.load(f, 192);
  const f4 = v128.load(f, 256);
  const f5 = v128.load(f, 320);
  const f6 = v128.load(f, 384);
  const f7 = v128.load(f, 448);
  const f8 = v128.load(f, 512);
  const line = <usize>columns << 4;
  const step = <usize>dilation(args) << 4;
  const down = <usize>dilation(args) * line;
  const across = <usize>strideX(args) << 4;
  const bias = v128.load(workspace, BIAS);
  const low = v128.load(workspace, LOW);
  const high = v128.load(workspace, HIGH);
  for (let r = 0; r < tall; r++) {
    let p = x;
    let q = x + down;
    let s = x + 2 * down;
    for (let o = outWidth(args); o > 0; o--) {
      let sum = plus(bias, v128.load(p), f0);
      let other = f32x4.mul(v128.load(q), f3);
      let third = f32x4.mul(v128.load(s), f6);
      sum = plus(sum, v128.load(p + step), f1);
      other = plus(other, v128.load(q + step), f4);
      third = plus(third, v128.load(s + step), f7);
      sum = plus(sum, v128.load(p + 2 * step), f2);
      other = plus(other, v128.load(q + 2 * step), f5);
      third = plus(third, v128.load(s + 2 * step), f8);
      put(y, clamp(f32x4.add(sum, f32x4.add(other, third)), low, high), lanes);
      y += row;
      p += across;
      q += across;
      s += across;
    }
    x += <usize>strideY(args) * line;
  }
}

/** Sums over a tile. Arguments: window, rows of a tile, strips of a tile, x, dy, partial sums [blocks of rows, 9, channels]. */
export function depthwiseFilterGradientStrips(args: usize, tile: i32): void {
  const all = channels(args);
  const row = floats(all);
  const perTile = integer(args, WINDOW);
  const blocks = (outHeight(args) + perTile - 1) / perTile;
  const strips = (all + STRIP - 1) / STRIP;
  const perGroup = integer(args, WINDOW + 1);
  const groups = (strips + perGroup - 1) / perGroup;
  const group = tile % groups;
  const part = tile / groups;
  const n = part / blocks;
  const oy = (part - n * blocks) * perTile;
  const tall = min(perTile, outHeight(args) - oy);
  const wide = outWidth(args);
  const step = dilation(args);
  const rows = (tall - 1) * strideY(args) + 2 * step + 1;
  const columns = (wide - 1) * strideX(args) + 2 * step + 1;
  const plane = <usize>(rows * columns) << 4;
  const room = workspace + PIXELS;
  const slopes = room + 4 * plane;
  const x = pointer(args, WINDOW + 2) + <usize>(n * height(args)) * <usize>width(args) * row;
  const dy = pointer(args, WINDOW + 3) + <usize>(n * outHeight(args)) * <usize>wide * row;
  const sums = pointer(args, WINDOW + 4) + <usize>(9 * part) * row;
  for (let strip = group * perGroup; strip < min(strips, (group + 1) * perGroup); strip++) {
    const first = strip * STRIP;
    const present = min(STRIP, all - first);
    const at = floats(first);
    const top = oy * strideY(args) - padTop(args);
    pack(x + at, height(args), width(args), row, top, -padLeft(args), rows, columns, present, room);
    pack(dy + at, outHeight(args), wide, row, oy, 0, tall, wide, present, slopes);
    for (let c = 0; c < present; c += 4) {
      const from = room + <usize>(c >> 2) * plane;
      const by = slopes + (<usize>((c >> 2) * tall * wide) << 4);
      correlateStrip(args, from, columns, tall, by, sums + at + floats(c), row, lanesFrom(c, present));
    }
  }
}

/** One row of taps after the other; two outputs a pass with sums of their own. */
function correlateStrip(args: usize, x: usize, columns: i32, tall: i32, dy: usize, sums: usize, row: usize, lanes: i32): void {
  const line = <usize>columns << 4;
  const wide = outWidth(args);
  const step = <usize>dilation(args) << 4;
  const across = <usize>strideX(args) << 4;
  const down = <usize>strideY(args) * line;
  for (let tap = 0; tap < 3; tap++) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let t0 = s0;
    let t1 = s0;
    let t2 = s0;
    let q = dy;
    for (let r = 0; r < tall; r++) {
      let p = x + <usize>r * down;
      let o = 0;
      if (step == 16 && across == 16) {
        let a = v128.load(p);
        let b = v128.load(p, 16);
        for (; o + 2 <= wide; o += 2) {
          const c = v128.load(p, 32);
          const d = v128.load(p, 48);
          const u = v128.load(q);
          const v = v128.load(q, 16);
          s0 = plus(s0, a, u);
          s1 = plus(s1, b, u);
          s2 = plus(s2, c, u);
          t0 = plus(t0, b, v);
          t1 = plus(t1, c, v);
          t2 = plus(t2, d, v);
          a = c;
          b = d;
          p += 32;
          q += 32;
        }
      } else if (step == 16 && across == 32) {
        let a = v128.load(p);
        for (; o + 2 <= wide; o += 2) {
          const b = v128.load(p, 16);
          const c = v128.load(p, 32);
          const d = v128.load(p, 48);
          const e = v128.load(p, 64);
          const u = v128.load(q);
          const v = v128.load(q, 16);
          s0 = plus(s0, a, u);
          s1 = plus(s1, b, u);
          s2 = plus(s2, c, u);
          t0 = plus(t0, c, v);
          t1 = plus(t1, d, v);
          t2 = plus(t2, e, v);
          a = e;
          p += 64;
          q += 32;
        }
      }
      for (; o < wide; o++) {
        const d = v128.load(q);
        s0 = plus(s0, v128.load(p), d);
        s1 = plus(s1, v128.load(p + step), d);
        s2 = plus(s2, v128.load(p + 2 * step), d);
        p += across;
        q += 16;
      }
    }
    put(sums, f32x4.add(s0, t0), lanes);
    put(sums + row, f32x4.add(s1, t1), lanes);
    put(sums + 2 * row, f32x4.add(s2, t2), lanes);
    sums += 3 * row;
    x += <usize>dilation(args) * line;
  }
}

/**
 * For stride 2 both ways and dilation 1. Pixels in twos, counted with the pads: the even one of a pair meets taps 0 and 2, the odd one tap 1. Arguments: window,
 * pairs of rows of a tile, strips of a tile, dy, filter, dx.
 */
export function depthwiseInputGradientStrips(args: usize, tile: i32): void {
  const all = channels(args);
  const row = floats(all);
  const perTile = integer(args, WINDOW);
  const firstPair = padTop(args) >> 1;
  const pairs = ((height(args) - 1 + padTop(args)) >> 1) + 1 - firstPair;
  const blocks = (pairs + perTile - 1) / perTile;
  const strips = (all + STRIP - 1) / STRIP;
  const perGroup = integer(args, WINDOW + 1);
  const groups = (strips + perGroup - 1) / perGroup;
  const group = tile % groups;
  const block = (tile / groups) % blocks;
  const n = tile / groups / blocks;
  const tall = min(perTile, pairs - block * perTile);
  const top = firstPair + block * perTile;
  const left = padLeft(args) >> 1;
  const wide = ((width(args) - 1 + padLeft(args)) >> 1) + 1 - left;
  const plane = <usize>((tall + 1) * (wide + 1)) << 4;
  const room = workspace + PIXELS;
  const dy = pointer(args, WINDOW + 2) + <usize>(n * outHeight(args)) * <usize>outWidth(args) * row;
  const dx = pointer(args, WINDOW + 4) + <usize>(n * height(args)) * <usize>width(args) * row;
  for (let strip = group * perGroup; strip < min(strips, (group + 1) * perGroup); strip++) {
    const first = strip * STRIP;
    const present = min(STRIP, all - first);
    const at = floats(first);
    pack(dy + at, outHeight(args), outWidth(args), row, top - 1, left - 1, tall + 1, wide + 1, present, room);
    packFilter(pointer(args, WINDOW + 3) + at, row, false, present);
    for (let c = 0; c < present; c += 4) {
      const from = room + <usize>(c >> 2) * plane;
      spreadPairs(args, from, top, left, tall, wide, dx + at + floats(c), row, floats(c), lanesFrom(c, present));
    }
  }
}

function spreadPairs(args: usize, dy: usize, top: i32, left: i32, tall: i32, wide: i32, dx: usize, row: usize, filter: usize, lanes: i32): void {
  const f = workspace + filter;
  const f0 = v128.load(f);
  const f1 = v128.load(f, 64);
  const f2 = v128.load(f, 128);
  const f3 = v128.load(f, 192);
  const f4 = v128.load(f, 256);
  const f5 = v128.load(f, 320);
  const f6 = v128.load(f, 384);
  const f7 = v128.load(f, 448);
  const f8 = v128.load(f, 512);
  const size = width(args);
  const line = <usize>(wide + 1) << 4;
  for (let r = 0; r < tall; r++) {
    const iy = 2 * (top + r) - padTop(args);
    let ix = 2 * left - padLeft(args);
    const even = iy >= 0;
    const odd = iy + 1 < height(args);
    let p = dy;
    let q = dy + line;
    let to = dx + <usize>(iy * size + ix) * row;
    const below = <usize>size * row;
    let a = v128.load(p);
    let b = v128.load(q);
    for (let o = 0; o < wide; o++) {
      const c = v128.load(p, 16);
      const d = v128.load(q, 16);
      if (even) {
        if (ix >= 0) put(to, plus(plus(plus(f32x4.mul(d, f0), b, f2), c, f6), a, f8), lanes);
        if (ix + 1 < size) put(to + row, plus(f32x4.mul(d, f1), c, f7), lanes);
      }
      if (odd) {
        if (ix >= 0) put(to + below, plus(f32x4.mul(d, f3), b, f5), lanes);
        if (ix + 1 < size) put(to + below + row, f32x4.mul(d, f4), lanes);
      }
      a = c;
      b = d;
      ix += 2;
      to += 2 * row;
      p += 16;
      q += 16;
    }
    dy += line;
  }
}
