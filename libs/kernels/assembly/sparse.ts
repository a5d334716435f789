// Matrices with zeros times panels of eight pixels. A panel holds what eight outputs look at, number by number: eight float32 of the first number, then eight
// of the second. A weight that is not zero multiplies one such row; the rows of the others are never touched.

import { integer, pointer } from './arguments';
import { clamp, highest, lowest } from './lanes';
import { locate, POSITION, source } from './patches';
import { channels, WINDOW, windowHeight, windowWidth } from './window';
import { workspace } from './workspace';

// Arguments: window, input, groups, starts, output, activation, pixels, output channels, bytes of a panel; panels of a tile, tiles along the pixels, groups
// of a tile.
const INPUT = WINDOW;
const GROUPS = WINDOW + 1;
const STARTS = WINDOW + 2;
const OUTPUT = WINDOW + 3;
const ACTIVATION = WINDOW + 4;
const PIXEL_COUNT = WINDOW + 5;
const OUT_CHANNELS = WINDOW + 6;
const PANEL_BYTES = WINDOW + 7;
const PANELS = WINDOW + 8;
const PIXEL_TILES = WINDOW + 9;
const TILE_GROUPS = WINDOW + 10;

/** Pixels of a panel. */
const PIXELS: i32 = 8;
/** Bytes of a panel's row. */
const ROW: usize = 32;
/** Bytes of a group's bias, before its entries. */
const BIAS: usize = 16;
/** Bytes of an entry of a group: four weights, offset of the panel's row. */
const ENTRY: usize = 20;
/** Bytes of an entry of one output channel: weight, offset of the panel's row. */
const SINGLE: usize = 8;
/** Bytes of the positions of a panel's pixels. */
const POSITIONS: usize = <usize>(PIXELS * POSITION);

/** y = activation(W x + bias), W in groups of four output channels that share their zeros. */
export function groupSparse(args: usize, tile: i32): void {
  const groups = pointer(args, GROUPS);
  const starts = pointer(args, STARTS);
  const low = lowest(integer(args, ACTIVATION));
  const high = highest(integer(args, ACTIVATION));
  const outChannels = integer(args, OUT_CHANNELS);
  const panelBytes = <usize>integer(args, PANEL_BYTES);
  const tilePixels = integer(args, PANELS) * PIXELS;
  const first = (tile % integer(args, PIXEL_TILES)) * tilePixels;
  const end = min(first + tilePixels, integer(args, PIXEL_COUNT));
  packPanels(args, first, end, panelBytes);
  const firstGroup = (tile / integer(args, PIXEL_TILES)) * integer(args, TILE_GROUPS);
  const endGroup = min(firstGroup + integer(args, TILE_GROUPS), (outChannels + 3) >> 2);
  const outputRow = <usize>outChannels << 2;
  for (let group = firstGroup; group < endGroup; group++) {
    const begin = groups + load<u32>(starts + (<usize>group << 2));
    const stop = groups + load<u32>(starts + (<usize>group << 2), 4);
    const lanes = min(outChannels - (group << 2), 4);
    const output = pointer(args, OUTPUT) + <usize>first * outputRow + (<usize>group << 4);
    const full = ((end - first + 3) >> 3) * PIXELS;
    multiplyEights(panelBytes, begin, stop, output, outputRow, end - first, lanes, low, high);
    if (full < end - first) {
      const panel = workspace + POSITIONS + (<usize>full >> 3) * panelBytes;
      const rest = output + <usize>full * outputRow;
      multiplyFour(panel, begin, stop, rest, outputRow, end - first - full, lanes, low, high);
    }
  }
}

/** All panels of `count` pixels but a last one of up to four. */
function multiplyEights(
  panelBytes: usize,
  begin: usize,
  end: usize,
  output: usize,
  outputRow: usize,
  count: i32,
  lanes: i32,
  low: v128,
  high: v128,
): void {
  let panel = workspace + POSITIONS;
  for (; count > 4; count -= PIXELS) {
    // Sums begin with splats from the places the loop's splats have too: V8 then keeps those places in registers.
    let a0 = v128.load32_splat(begin, 0);
    let a1 = v128.load32_splat(begin, 4);
    let a2 = v128.load32_splat(begin, 8);
    let a3 = v128.load32_splat(begin, 12);
    let b0 = a0;
    let b1 = a1;
    let b2 = a2;
    let b3 = a3;
    let row: usize;
    let x0: v128;
    let x1: v128;
    let w: v128;
    let entry = begin + BIAS;
    // The exits in between keep V8 from mixing the steps, for which its registers do not suffice.
    while (entry != end) {
      row = panel + load<u32>(entry, 16);
      x0 = v128.load(row);
      x1 = v128.load(row, 16);
      w = v128.load32_splat(entry, 0);
      a0 = product(w, x0, a0);
      b0 = product(w, x1, b0);
      w = v128.load32_splat(entry, 4);
      a1 = product(w, x0, a1);
      b1 = product(w, x1, b1);
      w = v128.load32_splat(entry, 8);
      a2 = product(w, x0, a2);
      b2 = product(w, x1, b2);
      w = v128.load32_splat(entry, 12);
      a3 = product(w, x0, a3);
      b3 = product(w, x1, b3);
      entry += ENTRY;
      if (entry == end) break;
      row = panel + load<u32>(entry, 16);
      x0 = v128.load(row);
      x1 = v128.load(row, 16);
      w = v128.load32_splat(entry, 0);
      a0 = product(w, x0, a0);
      b0 = product(w, x1, b0);
      w = v128.load32_splat(entry, 4);
      a1 = product(w, x0, a1);
      b1 = product(w, x1, b1);
      w = v128.load32_splat(entry, 8);
      a2 = product(w, x0, a2);
      b2 = product(w, x1, b2);
      w = v128.load32_splat(entry, 12);
      a3 = product(w, x0, a3);
      b3 = product(w, x1, b3);
      entry += ENTRY;
      if (entry == end) break;
      row = panel + load<u32>(entry, 16);
      x0 = v128.load(row);
      x1 = v128.load(row, 16);
      w = v128.load32_splat(entry, 0);
      a0 = product(w, x0, a0);
      b0 = product(w, x1, b0);
      w = v128.load32_splat(entry, 4);
      a1 = product(w, x0, a1);
      b1 = product(w, x1, b1);
      w = v128.load32_splat(entry, 8);
      a2 = product(w, x0, a2);
      b2 = product(w, x1, b2);
      w = v128.load32_splat(entry, 12);
      a3 = product(w, x0, a3);
      b3 = product(w, x1, b3);
      entry += ENTRY;
      if (entry == end) break;
      row = panel + load<u32>(entry, 16);
      x0 = v128.load(row);
      x1 = v128.load(row, 16);
      w = v128.load32_splat(entry, 0);
      a0 = product(w, x0, a0);
      b0 = product(w, x1, b0);
      w = v128.load32_splat(entry, 4);
      a1 = product(w, x0, a1);
      b1 = product(w, x1, b1);
      w = v128.load32_splat(entry, 8);
      a2 = product(w, x0, a2);
      b2 = product(w, x1, b2);
      w = v128.load32_splat(entry, 12);
      a3 = product(w, x0, a3);
      b3 = product(w, x1, b3);
      entry += ENTRY;
    }
    put(output, outputRow, 4, lanes, a0, a1, a2, a3, low, high);
    put(output + outputRow * 4, outputRow, count - 4, lanes, b0, b1, b2, b3, low, high);
    panel += panelBytes;
    output += outputRow * PIXELS;
  }
}

function multiplyFour(
  panel: usize,
  entry: usize,
  end: usize,
  output: usize,
  outputRow: usize,
  count: i32,
  lanes: i32,
  low: v128,
  high: v128,
): void {
  let a0 = v128.load32_splat(entry, 0);
  let a1 = v128.load32_splat(entry, 4);
  let a2 = v128.load32_splat(entry, 8);
  let a3 = v128.load32_splat(entry, 12);
  // Two sums of each channel take turns: one alone would wait for its last addition.
  let b0 = f32x4.splat(0);
  let b1 = b0;
  let b2 = b0;
  let b3 = b0;
  let x: v128;
  entry += BIAS;
  while (entry != end) {
    x = v128.load(panel + load<u32>(entry, 16));
    a0 = product(v128.load32_splat(entry, 0), x, a0);
    a1 = product(v128.load32_splat(entry, 4), x, a1);
    a2 = product(v128.load32_splat(entry, 8), x, a2);
    a3 = product(v128.load32_splat(entry, 12), x, a3);
    entry += ENTRY;
    if (entry == end) break;
    x = v128.load(panel + load<u32>(entry, 16));
    b0 = product(v128.load32_splat(entry, 0), x, b0);
    b1 = product(v128.load32_splat(entry, 4), x, b1);
    b2 = product(v128.load32_splat(entry, 8), x, b2);
    b3 = product(v128.load32_splat(entry, 12), x, b3);
    entry += ENTRY;
  }
  a0 = f32x4.add(a0, b0);
  a1 = f32x4.add(a1, b1);
  a2 = f32x4.add(a2, b2);
  a3 = f32x4.add(a3, b3);
  put(output, outputRow, count, lanes, a0, a1, a2, a3, low, high);
}

@inline
function product(weight: v128, x: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(weight, x, sum);
  return f32x4.add(sum, f32x4.mul(weight, x));
}

/** Writes four channels of up to four pixels, given by channel. */
@inline
function put(
  output: usize,
  outputRow: usize,
  count: i32,
  lanes: i32,
  c0: v128,
  c1: v128,
  c2: v128,
  c3: v128,
  low: v128,
  high: v128,
): void {
  const even0 = v128.shuffle<f32>(c0, c1, 0, 4, 1, 5);
  const even1 = v128.shuffle<f32>(c2, c3, 0, 4, 1, 5);
  const odd0 = v128.shuffle<f32>(c0, c1, 2, 6, 3, 7);
  const odd1 = v128.shuffle<f32>(c2, c3, 2, 6, 3, 7);
  const p0 = clamp(v128.shuffle<f32>(even0, even1, 0, 1, 4, 5), low, high);
  const p1 = clamp(v128.shuffle<f32>(even0, even1, 2, 3, 6, 7), low, high);
  const p2 = clamp(v128.shuffle<f32>(odd0, odd1, 0, 1, 4, 5), low, high);
  const p3 = clamp(v128.shuffle<f32>(odd0, odd1, 2, 3, 6, 7), low, high);
  if (lanes == 4 && count >= 4) {
    v128.store(output, p0);
    v128.store(output + outputRow, p1);
    v128.store(output + outputRow * 2, p2);
    v128.store(output + outputRow * 3, p3);
    return;
  }
  putPart(output, p0, lanes);
  if (count > 1) putPart(output + outputRow, p1, lanes);
  if (count > 2) putPart(output + outputRow * 2, p2, lanes);
  if (count > 3) putPart(output + outputRow * 3, p3, lanes);
}

function putPart(output: usize, values: v128, lanes: i32): void {
  if (lanes == 4) return v128.store(output, values);
  store<f32>(output, f32x4.extract_lane(values, 0));
  if (lanes > 1) store<f32>(output, f32x4.extract_lane(values, 1), 4);
  if (lanes > 2) store<f32>(output, f32x4.extract_lane(values, 2), 8);
}

/** Writes the panels of the pixels from `first` to `end` into the workspace. */
function packPanels(args: usize, first: i32, end: i32, panelBytes: usize): void {
  const input = pointer(args, INPUT);
  const tapBytes = <usize>channels(args) * ROW;
  let panel = workspace + POSITIONS;
  for (let pixel = first; pixel < end; pixel += PIXELS) {
    locate(args, pixel, end - 1, PIXELS, workspace);
    let tap = panel;
    for (let y = 0; y < windowHeight(args); y++) {
      for (let x = 0; x < windowWidth(args); x++) {
        packFour(args, input, workspace, y, x, tap);
        if (end - pixel > 4) packFour(args, input, workspace + 4 * POSITION, y, x, tap + 16);
        tap += tapBytes;
      }
    }
    panel += panelBytes;
  }
}

/** Writes all channels of four pixels under one element of the filter. */
function packFour(args: usize, input: usize, positions: usize, y: i32, x: i32, panel: usize): void {
  const count = channels(args);
  const pixelBytes = count << 2;
  let p0 = source(args, input, pixelBytes, positions, y, x);
  let p1 = source(args, input, pixelBytes, positions + POSITION, y, x);
  let p2 = source(args, input, pixelBytes, positions + 2 * POSITION, y, x);
  let p3 = source(args, input, pixelBytes, positions + 3 * POSITION, y, x);
  if (!p0 || !p1 || !p2 || !p3) {
    packOne(p0, count, panel);
    packOne(p1, count, panel + 4);
    packOne(p2, count, panel + 8);
    packOne(p3, count, panel + 12);
    return;
  }
  let left = count;
  for (; left >= 4; left -= 4) {
    const c0 = v128.load(p0);
    const c1 = v128.load(p1);
    const c2 = v128.load(p2);
    const c3 = v128.load(p3);
    const even0 = v128.shuffle<f32>(c0, c1, 0, 4, 1, 5);
    const even1 = v128.shuffle<f32>(c2, c3, 0, 4, 1, 5);
    const odd0 = v128.shuffle<f32>(c0, c1, 2, 6, 3, 7);
    const odd1 = v128.shuffle<f32>(c2, c3, 2, 6, 3, 7);
    v128.store(panel, v128.shuffle<f32>(even0, even1, 0, 1, 4, 5));
    v128.store(panel, v128.shuffle<f32>(even0, even1, 2, 3, 6, 7), 32);
    v128.store(panel, v128.shuffle<f32>(odd0, odd1, 0, 1, 4, 5), 64);
    v128.store(panel, v128.shuffle<f32>(odd0, odd1, 2, 3, 6, 7), 96);
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    panel += 4 * ROW;
  }
  for (; left > 0; left--) {
    store<f32>(panel, load<f32>(p0));
    store<f32>(panel, load<f32>(p1), 4);
    store<f32>(panel, load<f32>(p2), 8);
    store<f32>(panel, load<f32>(p3), 12);
    p0 += 4;
    p1 += 4;
    p2 += 4;
    p3 += 4;
    panel += ROW;
  }
}

/** Writes all channels of one pixel, zeros when it lies outside of the picture. */
function packOne(pixel: usize, count: i32, panel: usize): void {
  if (!pixel) {
    for (; count > 0; count--, panel += ROW) store<f32>(panel, 0);
    return;
  }
  for (; count > 0; count--, panel += ROW, pixel += 4) store<f32>(panel, load<f32>(pixel));
}

/** y = activation(W x + bias), W with zeros anywhere: what group sparsity is measured against. Arguments as above, output channels in place of groups. */
export function csr(args: usize, tile: i32): void {
  const rows = pointer(args, GROUPS);
  const starts = pointer(args, STARTS);
  const low = lowest(integer(args, ACTIVATION));
  const high = highest(integer(args, ACTIVATION));
  const outChannels = integer(args, OUT_CHANNELS);
  const panelBytes = <usize>integer(args, PANEL_BYTES);
  const tilePixels = integer(args, PANELS) * PIXELS;
  const first = (tile % integer(args, PIXEL_TILES)) * tilePixels;
  const end = min(first + tilePixels, integer(args, PIXEL_COUNT));
  packPanels(args, first, end, panelBytes);
  const firstChannel = (tile / integer(args, PIXEL_TILES)) * integer(args, TILE_GROUPS) * 4;
  const endChannel = min(firstChannel + integer(args, TILE_GROUPS) * 4, outChannels);
  const outputRow = <usize>outChannels << 2;
  for (let channel = firstChannel; channel < endChannel; channel++) {
    const begin = rows + load<u32>(starts + (<usize>channel << 2));
    const stop = rows + load<u32>(starts + (<usize>channel << 2), 4);
    let panel = workspace + POSITIONS;
    let output = pointer(args, OUTPUT) + <usize>first * outputRow + (<usize>channel << 2);
    let pixel = first;
    for (; end - pixel > 24; pixel += 4 * PIXELS) {
      multiplyRowOfFour(panel, panelBytes, begin, stop, output, outputRow, end - pixel, low, high);
      panel += 4 * panelBytes;
      output += outputRow * PIXELS * 4;
    }
    for (; end - pixel > 8; pixel += 2 * PIXELS) {
      multiplyRowOfTwo(panel, panelBytes, begin, stop, output, outputRow, end - pixel, low, high);
      panel += 2 * panelBytes;
      output += outputRow * PIXELS * 2;
    }
    if (pixel < end) multiplyRowOfOne(panel, begin, stop, output, outputRow, end - pixel, low, high);
  }
}

function multiplyRowOfFour(
  panel: usize,
  panelBytes: usize,
  entry: usize,
  end: usize,
  output: usize,
  outputRow: usize,
  count: i32,
  low: v128,
  high: v128,
): void {
  let a0 = v128.load32_splat(entry);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  const panel1 = panel + panelBytes;
  const panel2 = panel1 + panelBytes;
  const panel3 = panel2 + panelBytes;
  for (entry += 4; entry != end; entry += SINGLE) {
    const w = v128.load32_splat(entry);
    const offset = load<u32>(entry, 4);
    a0 = product(w, v128.load(panel + offset), a0);
    a1 = product(w, v128.load(panel + offset, 16), a1);
    b0 = product(w, v128.load(panel1 + offset), b0);
    b1 = product(w, v128.load(panel1 + offset, 16), b1);
    c0 = product(w, v128.load(panel2 + offset), c0);
    c1 = product(w, v128.load(panel2 + offset, 16), c1);
    d0 = product(w, v128.load(panel3 + offset), d0);
    d1 = product(w, v128.load(panel3 + offset, 16), d1);
  }
  putColumn(output, outputRow, 4, clamp(a0, low, high));
  putColumn(output + outputRow * 4, outputRow, 4, clamp(a1, low, high));
  putColumn(output + outputRow * 8, outputRow, 4, clamp(b0, low, high));
  putColumn(output + outputRow * 12, outputRow, 4, clamp(b1, low, high));
  putColumn(output + outputRow * 16, outputRow, 4, clamp(c0, low, high));
  putColumn(output + outputRow * 20, outputRow, 4, clamp(c1, low, high));
  putColumn(output + outputRow * 24, outputRow, count - 24, clamp(d0, low, high));
  putColumn(output + outputRow * 28, outputRow, count - 28, clamp(d1, low, high));
}

function multiplyRowOfTwo(
  panel: usize,
  panelBytes: usize,
  entry: usize,
  end: usize,
  output: usize,
  outputRow: usize,
  count: i32,
  low: v128,
  high: v128,
): void {
  let a0 = v128.load32_splat(entry);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  const panel1 = panel + panelBytes;
  for (entry += 4; entry != end; entry += SINGLE) {
    const w = v128.load32_splat(entry);
    const offset = load<u32>(entry, 4);
    a0 = product(w, v128.load(panel + offset), a0);
    a1 = product(w, v128.load(panel + offset, 16), a1);
    b0 = product(w, v128.load(panel1 + offset), b0);
    b1 = product(w, v128.load(panel1 + offset, 16), b1);
  }
  putColumn(output, outputRow, 4, clamp(a0, low, high));
  putColumn(output + outputRow * 4, outputRow, 4, clamp(a1, low, high));
  putColumn(output + outputRow * 8, outputRow, count - 8, clamp(b0, low, high));
  putColumn(output + outputRow * 12, outputRow, count - 12, clamp(b1, low, high));
}

function multiplyRowOfOne(
  panel: usize,
  entry: usize,
  end: usize,
  output: usize,
  outputRow: usize,
  count: i32,
  low: v128,
  high: v128,
): void {
  let a0 = v128.load32_splat(entry);
  let a1 = a0;
  for (entry += 4; entry != end; entry += SINGLE) {
    const w = v128.load32_splat(entry);
    const row = panel + load<u32>(entry, 4);
    a0 = product(w, v128.load(row), a0);
    a1 = product(w, v128.load(row, 16), a1);
  }
  putColumn(output, outputRow, count, clamp(a0, low, high));
  putColumn(output + outputRow * 4, outputRow, count - 4, clamp(a1, low, high));
}

/** Writes one channel of up to four pixels. */
function putColumn(output: usize, outputRow: usize, count: i32, values: v128): void {
  if (count > 0) store<f32>(output, f32x4.extract_lane(values, 0));
  if (count > 1) store<f32>(output + outputRow, f32x4.extract_lane(values, 1));
  if (count > 2) store<f32>(output + outputRow * 2, f32x4.extract_lane(values, 2));
  if (count > 3) store<f32>(output + outputRow * 3, f32x4.extract_lane(values, 3));
}
