// Eight-bit numbers: int8 in [-128, 127], uint8 in [0, 255] or uint7 in [0, 127], zero standing for zero. Products add up in 32 bits without rounding; a
// sum is then scaled in float32, clamped, and rounded to the nearest number, halves to even. Two products of a uint7 and an int8 fit into 16 bits: engines
// with relaxed SIMD multiply these four at a time. Others are widened to 16 bits and multiplied in pairs: the first and third of four numbers, the second and
// fourth.

import { float, integer, pointer } from './arguments';
import { locate, POSITION, source } from './patches';
import {
  channels,
  height,
  outHeight,
  outWidth,
  padLeft,
  padTop,
  strideX,
  strideY,
  width,
  WINDOW,
  windowHeight,
  windowWidth,
} from './window';
import { workspace } from './workspace';

/** Number types, as in src/int8.ts. */
const INT8: i32 = 0;
const UINT8: i32 = 1;
const UINT7: i32 = 2;
const FLOAT32: i32 = 3;

/** Output channels that are worked on together. */
const LANES: i32 = 8;
/** Bytes of eight biases and eight multipliers, before their weights. */
const HEAD: usize = 64;
/** Pixels of a panel. */
const PIXELS: i32 = 4;
/** Bytes of a panel's row: four numbers of each pixel. Of 16 bits they take two rows: the first and third of each pixel, then the second and fourth. */
const ROW: usize = 16;
const WIDE_ROW: usize = 2 * ROW;
/** Bytes of the weights that a row meets. */
const STEP: usize = 32;
/** In the workspace, before the panels: positions of their pixels, then room for a vector of which only a part is read or written. */
const PART: usize = <usize>(PIXELS * POSITION);
const PANELS: usize = PART + 32;

// Arguments of a convolution: window, input, weights, output, type of the input, type of the output, low, high; then pixels, output channels, bytes of a
// panel, panels of a tile, tiles along the pixels, groups of output channels of a tile.
const INPUT = WINDOW;
const WEIGHTS = WINDOW + 1;
const OUTPUT = WINDOW + 2;
const INPUT_TYPE = WINDOW + 3;
const OUTPUT_TYPE = WINDOW + 4;
const LOW = WINDOW + 5;
const HIGH = WINDOW + 6;
const PIXEL_COUNT = WINDOW + 7;
const OUT_CHANNELS = WINDOW + 8;
const PANEL_BYTES = WINDOW + 9;
const TILE_PANELS = WINDOW + 10;
const PIXEL_TILES = WINDOW + 11;
const TILE_GROUPS = WINDOW + 12;
// In place of those after `high`, of a depthwise convolution: rows of the output of a tile, columns worked on at once.
const TILE_ROWS = WINDOW + 7;
const TILE_COLUMNS = WINDOW + 8;

/** y = activation((W x + bias) * multiplier), a number of each output channel for bias and multiplier. */
export function convolutionInt8(args: usize, tile: i32): void {
  const outChannels = integer(args, OUT_CHANNELS);
  const type = integer(args, OUTPUT_TYPE);
  const low = f32x4.splat(float(args, LOW));
  const high = f32x4.splat(float(args, HIGH));
  const panelBytes = <usize>integer(args, PANEL_BYTES);
  const tilePixels = integer(args, TILE_PANELS) * PIXELS;
  const first = (tile % integer(args, PIXEL_TILES)) * tilePixels;
  const end = min(first + tilePixels, integer(args, PIXEL_COUNT));
  const inputType = integer(args, INPUT_TYPE);
  const narrow = ASC_FEATURE_RELAXED_SIMD && inputType == UINT7;
  packPanels(args, first, end, panelBytes, narrow ? ROW : WIDE_ROW, inputType == INT8);
  const firstGroup = (tile / integer(args, PIXEL_TILES)) * integer(args, TILE_GROUPS);
  const endGroup = min(firstGroup + integer(args, TILE_GROUPS), (outChannels + LANES - 1) / LANES);
  const bytes = bytesOf(type);
  const outputRow = <usize>outChannels * bytes;
  const groupBytes = HEAD + panelBytes;
  const wide = workspace + PANELS + <usize>integer(args, TILE_PANELS) * panelBytes;
  let weights = pointer(args, WEIGHTS) + <usize>firstGroup * groupBytes;
  let output = pointer(args, OUTPUT) + <usize>first * outputRow + <usize>(firstGroup * LANES) * bytes;
  for (let group = firstGroup; group < endGroup; group++) {
    const lanes = min(outChannels - group * LANES, LANES);
    const numbers = weights + HEAD;
    if (narrow) {
      multiply<i8>(panelBytes >> 1, weights, numbers, end - first, output, outputRow, lanes, type, low, high);
    } else {
      widen(numbers, panelBytes, wide);
      multiply<i16>(panelBytes, weights, wide, end - first, output, outputRow, lanes, type, low, high);
    }
    weights += groupBytes;
    output += <usize>LANES * bytes;
  }
}

/** Eight output channels of `count` pixels, numbers and weights of the size of T. */
function multiply<T>(
  panelBytes: usize,
  head: usize,
  weights: usize,
  count: i32,
  output: usize,
  outputRow: usize,
  lanes: i32,
  type: i32,
  low: v128,
  high: v128,
): void {
  const ones = i16x8.splat(1);
  let panel = workspace + PANELS;
  for (; count > 0; count -= PIXELS) {
    // The first step stands before the loop and reads from the same places: V8 then keeps those places in registers.
    let w = weights;
    let w0 = v128.load(w);
    let w1 = v128.load(w, 16);
    let x = v128.load32_splat(panel, 0);
    let a0 = i32x4.add(v128.load(head), products<T>(w0, x, ones));
    let a1 = i32x4.add(v128.load(head, 16), products<T>(w1, x, ones));
    x = v128.load32_splat(panel, 4);
    let b0 = i32x4.add(v128.load(head), products<T>(w0, x, ones));
    let b1 = i32x4.add(v128.load(head, 16), products<T>(w1, x, ones));
    x = v128.load32_splat(panel, 8);
    let c0 = i32x4.add(v128.load(head), products<T>(w0, x, ones));
    let c1 = i32x4.add(v128.load(head, 16), products<T>(w1, x, ones));
    x = v128.load32_splat(panel, 12);
    let d0 = i32x4.add(v128.load(head), products<T>(w0, x, ones));
    let d1 = i32x4.add(v128.load(head, 16), products<T>(w1, x, ones));
    let row = panel + ROW;
    w += STEP;
    panel += panelBytes;
    // The exits keep V8 from mixing steps and halves of steps, for which its registers do not suffice. No weights lie at 0.
    while (row != panel) {
      w0 = v128.load(w);
      w1 = v128.load(w, 16);
      x = v128.load32_splat(row, 0);
      a0 = i32x4.add(a0, products<T>(w0, x, ones));
      a1 = i32x4.add(a1, products<T>(w1, x, ones));
      x = v128.load32_splat(row, 4);
      b0 = i32x4.add(b0, products<T>(w0, x, ones));
      b1 = i32x4.add(b1, products<T>(w1, x, ones));
      if (sizeof<T>() == 1 && !w) break;
      x = v128.load32_splat(row, 8);
      c0 = i32x4.add(c0, products<T>(w0, x, ones));
      c1 = i32x4.add(c1, products<T>(w1, x, ones));
      x = v128.load32_splat(row, 12);
      d0 = i32x4.add(d0, products<T>(w0, x, ones));
      d1 = i32x4.add(d1, products<T>(w1, x, ones));
      row += ROW;
      w += STEP;
      if (row == panel) break;
      w0 = v128.load(w);
      w1 = v128.load(w, 16);
      x = v128.load32_splat(row, 0);
      a0 = i32x4.add(a0, products<T>(w0, x, ones));
      a1 = i32x4.add(a1, products<T>(w1, x, ones));
      x = v128.load32_splat(row, 4);
      b0 = i32x4.add(b0, products<T>(w0, x, ones));
      b1 = i32x4.add(b1, products<T>(w1, x, ones));
      if (sizeof<T>() == 1 && !w) break;
      x = v128.load32_splat(row, 8);
      c0 = i32x4.add(c0, products<T>(w0, x, ones));
      c1 = i32x4.add(c1, products<T>(w1, x, ones));
      x = v128.load32_splat(row, 12);
      d0 = i32x4.add(d0, products<T>(w0, x, ones));
      d1 = i32x4.add(d1, products<T>(w1, x, ones));
      row += ROW;
      w += STEP;
      if (row == panel) break;
      w0 = v128.load(w);
      w1 = v128.load(w, 16);
      x = v128.load32_splat(row, 0);
      a0 = i32x4.add(a0, products<T>(w0, x, ones));
      a1 = i32x4.add(a1, products<T>(w1, x, ones));
      x = v128.load32_splat(row, 4);
      b0 = i32x4.add(b0, products<T>(w0, x, ones));
      b1 = i32x4.add(b1, products<T>(w1, x, ones));
      if (sizeof<T>() == 1 && !w) break;
      x = v128.load32_splat(row, 8);
      c0 = i32x4.add(c0, products<T>(w0, x, ones));
      c1 = i32x4.add(c1, products<T>(w1, x, ones));
      x = v128.load32_splat(row, 12);
      d0 = i32x4.add(d0, products<T>(w0, x, ones));
      d1 = i32x4.add(d1, products<T>(w1, x, ones));
      row += ROW;
      w += STEP;
      if (row == panel) break;
      w0 = v128.load(w);
      w1 = v128.load(w, 16);
      x = v128.load32_splat(row, 0);
      a0 = i32x4.add(a0, products<T>(w0, x, ones));
      a1 = i32x4.add(a1, products<T>(w1, x, ones));
      x = v128.load32_splat(row, 4);
      b0 = i32x4.add(b0, products<T>(w0, x, ones));
      b1 = i32x4.add(b1, products<T>(w1, x, ones));
      if (sizeof<T>() == 1 && !w) break;
      x = v128.load32_splat(row, 8);
      c0 = i32x4.add(c0, products<T>(w0, x, ones));
      c1 = i32x4.add(c1, products<T>(w1, x, ones));
      x = v128.load32_splat(row, 12);
      d0 = i32x4.add(d0, products<T>(w0, x, ones));
      d1 = i32x4.add(d1, products<T>(w1, x, ones));
      row += ROW;
      w += STEP;
    }
    put(output, head, a0, a1, lanes, type, low, high);
    if (count > 1) put(output + outputRow, head, b0, b1, lanes, type, low, high);
    if (count > 2) put(output + outputRow * 2, head, c0, c1, lanes, type, low, high);
    if (count > 3) put(output + outputRow * 3, head, d0, d1, lanes, type, low, high);
    output += outputRow * PIXELS;
  }
}

/** Sums of products: of four numbers of eight bits, those of the weights signed, the others in [0, 127]; or of two of 16 bits. */
@inline
function products<T>(weights: v128, x: v128, ones: v128): v128 {
  if (sizeof<T>() == 2) return i32x4.dot_i16x8_s(weights, x);
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.dot_i16x8_s(i16x8.relaxed_dot_i8x16_i7x16_s(weights, x), ones);
  return x;
}

/** Weights of eight output channels in 16 bits. */
function widen(weights: usize, bytes: usize, wide: usize): void {
  for (const end = weights + bytes; weights < end; weights += STEP) {
    const w0 = v128.load(weights);
    const w1 = v128.load(weights, 16);
    v128.store(wide, even(w0));
    v128.store(wide, even(w1), 16);
    v128.store(wide, odd(w0), 32);
    v128.store(wide, odd(w1), 48);
    wide += 2 * STEP;
  }
}

/** First and third of every four numbers of eight bits, widened. */
@inline
function even(x: v128): v128 {
  return i16x8.shr_s(i16x8.shl(x, 8), 8);
}

/** Second and fourth. */
@inline
function odd(x: v128): v128 {
  return i16x8.shr_s(x, 8);
}

/** Scales, clamps, rounds and writes eight channels of a pixel. */
@inline
function put(output: usize, head: usize, sum0: v128, sum1: v128, lanes: i32, type: i32, low: v128, high: v128): void {
  const y0 = clamp(f32x4.mul(f32x4.convert_i32x4_s(sum0), v128.load(head, 32)), low, high);
  const y1 = clamp(f32x4.mul(f32x4.convert_i32x4_s(sum1), v128.load(head, 48)), low, high);
  if (type != FLOAT32) {
    const words = i16x8.narrow_i32x4_s(rounded(y0), rounded(y1));
    const narrow = type == INT8 ? i8x16.narrow_i16x8_s(words, words) : i8x16.narrow_i16x8_u(words, words);
    if (lanes == LANES) v128.store64_lane(output, narrow, 0);
    else putPart(output, narrow, narrow, lanes);
  } else if (lanes == LANES) {
    v128.store(output, y0);
    v128.store(output, y1, 16);
  } else putPart(output, y0, y1, lanes * 4);
}

function putPart(output: usize, first: v128, second: v128, bytes: i32): void {
  v128.store(workspace + PART, first);
  v128.store(workspace + PART, second, 16);
  memory.copy(output, workspace + PART, bytes);
}

@inline
function clamp(values: v128, low: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.pmax(values, low), high);
}

/** Nearest integers, halves to even: float32 numbers from 1.5 * 2^23 on have no fraction left. Exact up to 2^22. */
@inline
function rounded(values: v128): v128 {
  return i32x4.sub(f32x4.add(values, f32x4.splat(12582912)), i32x4.splat(0x4b400000));
}

@inline
function bytesOf(type: i32): usize {
  return type == FLOAT32 ? 4 : 1;
}

/** Writes the panels of the pixels from `first` to `end` into the workspace: channels come in fours, filled up with zeros. */
function packPanels(args: usize, first: i32, end: i32, panelBytes: usize, rowBytes: usize, signed: bool): void {
  const input = pointer(args, INPUT);
  const tapBytes = <usize>((channels(args) + 3) >> 2) * rowBytes;
  let panel = workspace + PANELS;
  for (let pixel = first; pixel < end; pixel += PIXELS) {
    locate(args, pixel, end - 1, PIXELS, workspace);
    let tap = panel;
    for (let y = 0; y < windowHeight(args); y++) {
      for (let x = 0; x < windowWidth(args); x++) {
        packFour(args, input, y, x, tap, rowBytes, signed);
        tap += tapBytes;
      }
    }
    panel = tap;
  }
}

/** Writes all channels of four pixels under one element of the window. */
function packFour(args: usize, input: usize, y: i32, x: i32, panel: usize, rowBytes: usize, signed: bool): void {
  let left = channels(args);
  let p0 = source(args, input, left, workspace, y, x);
  let p1 = source(args, input, left, workspace + POSITION, y, x);
  let p2 = source(args, input, left, workspace + 2 * POSITION, y, x);
  let p3 = source(args, input, left, workspace + 3 * POSITION, y, x);
  for (; left >= 16; left -= 16) {
    const c0 = p0 ? v128.load(p0) : i64x2.splat(0);
    const c1 = p1 ? v128.load(p1) : i64x2.splat(0);
    const c2 = p2 ? v128.load(p2) : i64x2.splat(0);
    const c3 = p3 ? v128.load(p3) : i64x2.splat(0);
    const even0 = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5);
    const even1 = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
    const odd0 = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7);
    const odd1 = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
    putRow(panel, v128.shuffle<i32>(even0, even1, 0, 1, 4, 5), rowBytes, signed);
    putRow(panel + rowBytes, v128.shuffle<i32>(even0, even1, 2, 3, 6, 7), rowBytes, signed);
    putRow(panel + rowBytes * 2, v128.shuffle<i32>(odd0, odd1, 0, 1, 4, 5), rowBytes, signed);
    putRow(panel + rowBytes * 3, v128.shuffle<i32>(odd0, odd1, 2, 3, 6, 7), rowBytes, signed);
    if (p0) p0 += 16;
    if (p1) p1 += 16;
    if (p2) p2 += 16;
    if (p3) p3 += 16;
    panel += rowBytes * 4;
  }
  for (; left > 0; left -= 4) {
    let quads = i32x4.splat(four(p0, left));
    quads = i32x4.replace_lane(quads, 1, four(p1, left));
    quads = i32x4.replace_lane(quads, 2, four(p2, left));
    quads = i32x4.replace_lane(quads, 3, four(p3, left));
    putRow(panel, quads, rowBytes, signed);
    if (p0) p0 += 4;
    if (p1) p1 += 4;
    if (p2) p2 += 4;
    if (p3) p3 += 4;
    panel += rowBytes;
  }
}

@inline
function putRow(row: usize, quads: v128, rowBytes: usize, signed: bool): void {
  if (rowBytes == ROW) return v128.store(row, quads);
  v128.store(row, signed ? even(quads) : v128.and(quads, i16x8.splat(0xff)));
  v128.store(row, signed ? odd(quads) : i16x8.shr_u(quads, 8), 16);
}

/** Four channels of a pixel, those from `left` on and those of no pixel zero. */
function four(pixel: usize, left: i32): i32 {
  if (!pixel) return 0;
  if (left >= 4) return load<i32>(pixel);
  let numbers: i32 = load<u8>(pixel);
  if (left > 1) numbers |= <i32>load<u8>(pixel, 1) << 8;
  if (left > 2) numbers |= <i32>load<u8>(pixel, 2) << 16;
  return numbers;
}

/** The same for a filter of its own for each channel. A tile is some rows of the output. */
export function depthwiseInt8(args: usize, tile: i32): void {
  if (integer(args, INPUT_TYPE) == INT8) depthwiseRows<i8>(args, tile);
  else depthwiseRows<u8>(args, tile);
}

function depthwiseRows<T>(args: usize, tile: i32): void {
  const end = min((tile + 1) * integer(args, TILE_ROWS), integer(args, 0) * outHeight(args));
  const count = channels(args);
  const bytes = bytesOf(integer(args, OUTPUT_TYPE));
  const outputRow = <usize>count * bytes;
  const taps = windowHeight(args) * windowWidth(args);
  const groupBytes = HEAD + <usize>((taps + 1) >> 1) * 32;
  for (let row = tile * integer(args, TILE_ROWS); row < end; row++) {
    for (let column = 0; column < outWidth(args); column += integer(args, TILE_COLUMNS)) {
      const columns = min(outWidth(args) - column, integer(args, TILE_COLUMNS));
      const strip = (columns - 1) * strideX(args) + windowWidth(args);
      fillStrips(args, row, column * strideX(args) - padLeft(args), strip);
      let weights = pointer(args, WEIGHTS);
      let output = pointer(args, OUTPUT) + <usize>(row * outWidth(args) + column) * outputRow;
      for (let channel = 0; channel < count; channel += LANES) {
        const lanes = min(count - channel, LANES);
        const input = workspace + PANELS + <usize>channel;
        if (windowHeight(args) == 3 && windowWidth(args) == 3) {
          depthwiseThree<T>(args, input, strip * count, weights, columns, output, outputRow, lanes);
        } else depthwiseAny<T>(args, input, strip * count, weights, columns, output, outputRow, lanes);
        weights += groupBytes;
        output += <usize>LANES * bytes;
      }
    }
  }
}

/** Copies what a part of an output row looks at into the workspace, with zeros outside of the picture: a strip of `strip` pixels for each row of the window. */
function fillStrips(args: usize, row: i32, left: i32, strip: i32): void {
  const sample = row / outHeight(args);
  const pixelBytes = <usize>channels(args);
  const before = min(max(-left, 0), strip);
  const after = min(max(left + strip - width(args), 0), strip - before);
  const inside = strip - before - after;
  let target = workspace + PANELS;
  let y = (row - sample * outHeight(args)) * strideY(args) - padTop(args);
  for (const stop = y + windowHeight(args); y < stop; y++) {
    if (<u32>y < <u32>height(args)) {
      const first = (sample * height(args) + y) * width(args) + left + before;
      memory.fill(target, 0, <usize>before * pixelBytes);
      target += <usize>before * pixelBytes;
      memory.copy(target, pointer(args, INPUT) + <usize>first * pixelBytes, <usize>inside * pixelBytes);
      target += <usize>inside * pixelBytes;
      memory.fill(target, 0, <usize>after * pixelBytes);
      target += <usize>after * pixelBytes;
    } else {
      memory.fill(target, 0, <usize>strip * pixelBytes);
      target += <usize>strip * pixelBytes;
    }
  }
}

/** Up to eight channels of a part of an output row, the window 3 x 3: the weights stay in registers. */
function depthwiseThree<T>(
  args: usize,
  row0: usize,
  stripBytes: i32,
  head: usize,
  columns: i32,
  output: usize,
  outputRow: usize,
  lanes: i32,
): void {
  const right = <usize>channels(args);
  const step = right * <usize>strideX(args);
  const type = integer(args, OUTPUT_TYPE);
  const low = f32x4.splat(float(args, LOW));
  const high = f32x4.splat(float(args, HIGH));
  const a0 = v128.load(head, 64);
  const a1 = v128.load(head, 80);
  const b0 = v128.load(head, 96);
  const b1 = v128.load(head, 112);
  const c0 = v128.load(head, 128);
  const c1 = v128.load(head, 144);
  const d0 = v128.load(head, 160);
  const d1 = v128.load(head, 176);
  const e0 = v128.load(head, 192);
  const e1 = v128.load(head, 208);
  let row1 = row0 + <usize>stripBytes;
  let row2 = row1 + <usize>stripBytes;
  for (; columns > 0; columns--) {
    let x = v128.load_ext<T>(row0);
    let y = v128.load_ext<T>(row0 + right);
    let sum0 = i32x4.add(v128.load(head), i32x4.dot_i16x8_s(lower(x, y), a0));
    let sum1 = i32x4.add(v128.load(head, 16), i32x4.dot_i16x8_s(upper(x, y), a1));
    x = v128.load_ext<T>(row0 + right * 2);
    y = v128.load_ext<T>(row1);
    sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(lower(x, y), b0));
    sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(upper(x, y), b1));
    x = v128.load_ext<T>(row1 + right);
    y = v128.load_ext<T>(row1 + right * 2);
    sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(lower(x, y), c0));
    sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(upper(x, y), c1));
    x = v128.load_ext<T>(row2);
    y = v128.load_ext<T>(row2 + right);
    sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(lower(x, y), d0));
    sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(upper(x, y), d1));
    x = v128.load_ext<T>(row2 + right * 2);
    y = i64x2.splat(0);
    sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(lower(x, y), e0));
    sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(upper(x, y), e1));
    put(output, head, sum0, sum1, lanes, type, low, high);
    row0 += step;
    row1 += step;
    row2 += step;
    output += outputRow;
  }
}

/** The same for any window. */
function depthwiseAny<T>(
  args: usize,
  input: usize,
  stripBytes: i32,
  head: usize,
  columns: i32,
  output: usize,
  outputRow: usize,
  lanes: i32,
): void {
  const right = <usize>channels(args);
  const step = right * <usize>strideX(args);
  const type = integer(args, OUTPUT_TYPE);
  const low = f32x4.splat(float(args, LOW));
  const high = f32x4.splat(float(args, HIGH));
  const taps = windowHeight(args) * windowWidth(args);
  for (; columns > 0; columns--) {
    let weights = head + HEAD;
    let sum0 = v128.load(head);
    let sum1 = v128.load(head, 16);
    let tapX = 0;
    let row = input;
    let tap = input;
    let x = i64x2.splat(0);
    for (let index = 0; index < taps; index++) {
      const y = v128.load_ext<T>(tap);
      const odd = index & 1;
      if (odd || index + 1 == taps) {
        const first = odd ? x : y;
        const second = odd ? y : i64x2.splat(0);
        sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(lower(first, second), v128.load(weights)));
        sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(upper(first, second), v128.load(weights, 16)));
        weights += 32;
      }
      x = y;
      tap += right;
      if (++tapX < windowWidth(args)) continue;
      tapX = 0;
      row += <usize>stripBytes;
      tap = row;
    }
    put(output, head, sum0, sum1, lanes, type, low, high);
    input += step;
    output += outputRow;
  }
}

/** Pairs of the first four numbers of both, 16 bits each. */
@inline
function lower(x: v128, y: v128): v128 {
  return v128.shuffle<i16>(x, y, 0, 8, 1, 9, 2, 10, 3, 11);
}

@inline
function upper(x: v128, y: v128): v128 {
  return v128.shuffle<i16>(x, y, 4, 12, 5, 13, 6, 14, 7, 15);
}

/**
 * y = round(x / scale), NaN giving 0. Arguments: x, y, type, length, length of a tile, channels, scales, scale. Without scales there is one scale for all,
 * and as many channels as numbers in a tile.
 */
export function quantise(args: usize, tile: i32): void {
  const type = integer(args, 2);
  const tileLength = integer(args, 4);
  const count = integer(args, 5);
  const scales = pointer(args, 6);
  const scale = float(args, 7);
  const low: f32 = type == INT8 ? -128 : 0;
  const high: f32 = type == UINT8 ? 255 : 127;
  const end = min((tile + 1) * tileLength, integer(args, 3));
  let x = pointer(args, 0) + (<usize>(tile * tileLength) << 2);
  let y = pointer(args, 1) + <usize>(tile * tileLength);
  for (let at = tile * tileLength; at < end; at += count) {
    const channels = min(count, end - at);
    let channel = 0;
    let own = scales;
    for (; channel + 8 <= channels; channel += 8) {
      const scale0 = scales ? v128.load(own) : f32x4.splat(scale);
      const scale1 = scales ? v128.load(own, 16) : f32x4.splat(scale);
      const words = i16x8.narrow_i32x4_s(
        rounded(clamp(numbers(f32x4.div(v128.load(x), scale0)), f32x4.splat(low), f32x4.splat(high))),
        rounded(clamp(numbers(f32x4.div(v128.load(x, 16), scale1)), f32x4.splat(low), f32x4.splat(high))),
      );
      v128.store64_lane(y, type == INT8 ? i8x16.narrow_i16x8_s(words, words) : i8x16.narrow_i16x8_u(words, words), 0);
      x += 32;
      y += 8;
      own += 32;
    }
    for (; channel < channels; channel++) {
      const value = load<f32>(x) / (scales ? load<f32>(own) : scale);
      store<i8>(y, value == value ? <i8>(<i32>nearest<f32>(min<f32>(max<f32>(value, low), high))) : 0);
      x += 4;
      y++;
      own += 4;
    }
  }
}

/** y = x * scale. Arguments as for `quantise`, x the numbers of eight bits. */
export function dequantise(args: usize, tile: i32): void {
  const type = integer(args, 2);
  const scale = float(args, 7);
  const begin = tile * integer(args, 4);
  const end = min(begin + integer(args, 4), integer(args, 3));
  const x = pointer(args, 0);
  const y = pointer(args, 1);
  for (let at: usize = begin; at < <usize>end; at++) {
    const value = type == INT8 ? <f32>load<i8>(x + at) : <f32>load<u8>(x + at);
    store<f32>(y + (at << 2), value * scale);
  }
}

/** x where it is a number, 0 elsewhere. */
@inline
function numbers(x: v128): v128 {
  return v128.and(x, f32x4.eq(x, x));
}
