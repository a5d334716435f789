import { integer, pointer } from './arguments';
import { multiplyPacked, packPanelsHere, placeRows } from './gemm';
import { floats, highest, lowest } from './lanes';
import { ADD, FINISH, multiplyBlock, PANEL, PANEL_BYTES, PLACES, ROOM_A, ROOM_B, ROWS, STRIP, stripHeight, ZEROS } from './multiply';
import { packPanelAcross, packStrip } from './packing';
import { workspace } from './workspace';

/**
 * Bytes of a place: where the picture begins, the row and the column of the filter's first number in it, and where that number lies or would lie.
 */
const PLACE: usize = 16;
/** Numbers of ZEROS: no block of k is longer. */
const DEPTH: i32 = 256;

// The geometry comes first in the arguments of both kernels.
const INPUT = 0;
const HEIGHT = 1;
const WIDTH = 2;
const CHANNELS = 3;
const FILTER_HEIGHT = 4;
const FILTER_WIDTH = 5;
const STRIDE_Y = 6;
const STRIDE_X = 7;
const PAD_TOP = 8;
const PAD_LEFT = 9;
const OUT_HEIGHT = 10;
const OUT_WIDTH = 11;

/**
 * Products of what the filter sees, one row an output, and a packed filter. Arguments: input, height, width, channels, filter height and width, strides down
 * and across, pads above and on the left (negative ones cut off), output height and width; packed filter, output, floats between pictures, rows and columns
 * of the output, outputs in all, out channels, bias or 0, activation, rows of a tile, columns of a tile, numbers of a block of k.
 */
export function convolution(args: usize, tile: i32): void {
  const m = integer(args, 17);
  const n = integer(args, 18);
  const k = integer(args, FILTER_HEIGHT) * integer(args, FILTER_WIDTH) * integer(args, CHANNELS);
  const across = (n + integer(args, 22) - 1) / integer(args, 22);
  const i = (tile / across) * integer(args, 21);
  const j = (tile % across) * integer(args, 22);
  const rows = min(integer(args, 21), m - i);
  const columns = min(integer(args, 22), n - j);
  const b = pointer(args, 12) + floats(j) * <usize>k;
  const low = lowest(integer(args, 20));
  const high = highest(integer(args, 20));
  place(args, i, rows);
  placeOutputs(args, i, rows);
  memory.fill(workspace + ZEROS, 0, floats(DEPTH));
  if (k == 0) {
    for (let row = workspace + ROWS; row < workspace + ROWS + floats(rows); row += 4) memory.fill(load<usize>(row) + floats(j), 0, floats(columns));
  }
  let flags = 0;
  for (let begin = 0; begin < k; begin += integer(args, 23)) {
    const depth = min(integer(args, 23), k - begin);
    packWindows(args, rows, begin, depth);
    if (begin + depth == k) flags |= FINISH;
    multiplyBlock(rows, columns, depth, b + (<usize>begin) * PANEL_BYTES, (<usize>k) * PANEL_BYTES, j, flags, pointer(args, 19), low, high);
    flags |= ADD;
  }
}

/** Where the filter lies for `rows` outputs from the `first` one on, rows beyond the last repeating it up to a whole strip. */
function place(args: usize, first: i32, rows: i32): void {
  const width = integer(args, OUT_WIDTH);
  const height = integer(args, OUT_HEIGHT);
  const picture = floats(integer(args, HEIGHT) * integer(args, WIDTH) * integer(args, CHANNELS));
  let x = first % width;
  let y = (first / width) % height;
  let base = pointer(args, INPUT) + (<usize>(first / (width * height))) * picture;
  let to = workspace + PLACES;
  for (let row = 0; row < rows; row++) {
    const inY = y * integer(args, STRIDE_Y) - integer(args, PAD_TOP);
    const inX = x * integer(args, STRIDE_X) - integer(args, PAD_LEFT);
    store<usize>(to, base);
    store<i32>(to, inY, 4);
    store<i32>(to, inX, 8);
    store<usize>(to, base + floats((inY * integer(args, WIDTH) + inX) * integer(args, CHANNELS)), 12);
    to += PLACE;
    if (++x == width) {
      x = 0;
      if (++y == height) {
        y = 0;
        base += picture;
      }
    }
  }
  for (let row = rows; row % STRIP != 0; row++) {
    v128.store(to, v128.load(to - PLACE));
    to += PLACE;
  }
}

/** Where the rows of C begin. */
function placeOutputs(args: usize, first: i32, rows: i32): void {
  const width = integer(args, OUT_WIDTH);
  const height = integer(args, OUT_HEIGHT);
  let x = first % width;
  let y = (first / width) % height;
  let picture = first / (width * height);
  for (let row = workspace + ROWS; row < workspace + ROWS + floats(rows); row += 4) {
    const at = picture * integer(args, 14) + y * integer(args, 15) + x * integer(args, 16);
    store<usize>(row, pointer(args, 13) + floats(at));
    if (++x == width) {
      x = 0;
      if (++y == height) {
        y = 0;
        picture++;
      }
    }
  }
}

/** Strips of what the filter sees at each place, numbers `begin` to `begin + depth` of it. */
function packWindows(args: usize, rows: i32, begin: i32, depth: i32): void {
  const line = integer(args, FILTER_WIDTH) * integer(args, CHANNELS);
  const step = floats(integer(args, WIDTH) * integer(args, CHANNELS));
  const firstLine = begin / line;
  const firstInLine = begin - firstLine * line;
  let packed = workspace + ROOM_A;
  let at = workspace + PLACES;
  for (let i = 0; i < rows; i += STRIP) {
    const height = stripHeight(rows - i);
    let to = packed;
    if (stripInside(args, at)) {
      let inLine = firstInLine;
      let from = (<usize>firstLine) * step + floats(firstInLine);
      for (let left = depth; left > 0; ) {
        const count = min(left, line - inLine);
        packStrip(
          height, to, load<usize>(at, 12) + from, load<usize>(at, 28) + from, load<usize>(at, 44) + from, load<usize>(at, 60) + from,
          load<usize>(at, 76) + from, STRIP > 5 ? load<usize>(at, 92) + from : 0, count,
        );
        to += floats(height) * <usize>count;
        from += step - floats(inLine);
        inLine = 0;
        left -= count;
      }
    } else packBorder(args, at, height, to, begin, depth);
    packed += floats(STRIP) * <usize>depth;
    at += (<usize>STRIP) * PLACE;
  }
}

/** Whether every place of a strip sees the picture alone. */
function stripInside(args: usize, at: usize): bool {
  let all = true;
  for (const end = at + (<usize>STRIP) * PLACE; at < end; at += PLACE) all = all && inside(args, at);
  return all;
}

@inline
function inside(args: usize, at: usize): bool {
  const y = load<i32>(at, 4);
  const x = load<i32>(at, 8);
  const low = y >= 0 && x >= 0;
  return low && y + integer(args, FILTER_HEIGHT) <= integer(args, HEIGHT) && x + integer(args, FILTER_WIDTH) <= integer(args, WIDTH);
}

/** One strip, some places of which see beyond the picture: tap by tap. */
function packBorder(args: usize, at: usize, height: i32, to: usize, begin: i32, depth: i32): void {
  const channels = integer(args, CHANNELS);
  const tap = begin / channels;
  let channel = begin - tap * channels;
  let fy = tap / integer(args, FILTER_WIDTH);
  let fx = tap - fy * integer(args, FILTER_WIDTH);
  for (let left = depth; left > 0; ) {
    const count = min(left, channels - channel);
    packStrip(
      height, to, seen(args, at, fy, fx, channel), seen(args, at + PLACE, fy, fx, channel), seen(args, at + 2 * PLACE, fy, fx, channel),
      seen(args, at + 3 * PLACE, fy, fx, channel), seen(args, at + 4 * PLACE, fy, fx, channel),
      STRIP > 5 ? seen(args, at + 5 * PLACE, fy, fx, channel) : 0, count,
    );
    to += floats(height) * <usize>count;
    left -= count;
    channel = 0;
    if (++fx == integer(args, FILTER_WIDTH)) {
      fx = 0;
      fy++;
    }
  }
}

/** Where one number of the filter lies on the picture, or zeros beyond its border. */
@inline
function seen(args: usize, at: usize, fy: i32, fx: i32, channel: i32): usize {
  const y = load<i32>(at, 4) + fy;
  const x = load<i32>(at, 8) + fx;
  const width = integer(args, WIDTH);
  if (<u32>y >= <u32>integer(args, HEIGHT) || <u32>x >= <u32>width) return workspace + ZEROS;
  return load<usize>(at) + floats((y * width + x) * integer(args, CHANNELS) + channel);
}

/**
 * Panels of a filter whose channels in become the columns; its numbers are taken tap by tap, those of a tap channel out by channel out. Arguments: packed,
 * filter, channels in, channels out, filter width, taps down and across, first tap down and across, steps down and across, panels of a tile.
 */
export function packFilterAcross(args: usize, tile: i32): void {
  const n = integer(args, 2);
  const depth = integer(args, 3);
  const down = integer(args, 5);
  const across = integer(args, 6);
  const end = min(n, (tile + 1) * integer(args, 11) * PANEL);
  for (let j = tile * integer(args, 11) * PANEL; j < end; j += PANEL) {
    let packed = pointer(args, 0) + floats(j) * (<usize>(down * across * depth));
    for (let v = 0; v < down; v++) {
      for (let u = 0; u < across; u++) {
        const tap = (integer(args, 7) + v * integer(args, 9)) * integer(args, 4) + integer(args, 8) + u * integer(args, 10);
        packPanelAcross(packed, pointer(args, 1) + floats((tap * n + j) * depth), min(PANEL, n - j), depth, floats(depth));
        packed += PANEL_BYTES * <usize>depth;
      }
    }
  }
}

/**
 * Gradient of a filter, parts of it: a tile writes one block of one part, which sums over some of the outputs; the parts lie one after another. Arguments:
 * the geometry as above; output gradient, parts, outputs in all, out channels, rows of a tile, columns of a tile, outputs of a block, outputs of a part.
 */
export function convolutionFilterGradient(args: usize, tile: i32): void {
  const m = integer(args, FILTER_HEIGHT) * integer(args, FILTER_WIDTH) * integer(args, CHANNELS);
  const n = integer(args, 15);
  const across = (n + integer(args, 17) - 1) / integer(args, 17);
  const down = (m + integer(args, 16) - 1) / integer(args, 16);
  const part = tile / (across * down);
  const i = ((tile / across) % down) * integer(args, 16);
  const j = (tile % across) * integer(args, 17);
  const rows = min(integer(args, 16), m - i);
  const columns = min(integer(args, 17), n - j);
  const end = min(integer(args, 14), (part + 1) * integer(args, 19));
  placeRows(pointer(args, 13) + (<usize>(part * m + i)) * floats(n), rows, floats(n));
  let flags = 0;
  for (let begin = part * integer(args, 19); begin < end; begin += integer(args, 18)) {
    const depth = min(integer(args, 18), end - begin);
    place(args, begin, depth);
    memory.fill(workspace + ZEROS, 0, floats(DEPTH));
    packWindowsAcross(args, i, rows, depth);
    packPanelsHere(pointer(args, 12) + (<usize>begin) * floats(n) + floats(j), columns, depth, floats(n));
    multiplyPacked(rows, columns, depth, j, flags);
    flags |= ADD;
  }
}

/** Strips over the numbers `first` to `first + rows` that the filter sees, at each of `depth` places. */
function packWindowsAcross(args: usize, first: i32, rows: i32, depth: i32): void {
  const line = integer(args, FILTER_WIDTH) * integer(args, CHANNELS);
  const step = floats(integer(args, WIDTH) * integer(args, CHANNELS));
  const firstLine = first / line;
  const firstInLine = first - firstLine * line;
  // One window, in the order of the filter, in the room that B takes later.
  const window = workspace + ROOM_B;
  let at = workspace + PLACES;
  for (let p = 0; p < depth; p++) {
    if (inside(args, at)) {
      let to = window;
      let inLine = firstInLine;
      let from = load<usize>(at, 12) + (<usize>firstLine) * step + floats(firstInLine);
      for (let left = rows; left > 0; ) {
        const count = min(left, line - inLine);
        copyFloats(to, from, count);
        to += floats(count);
        from += step - floats(inLine);
        inLine = 0;
        left -= count;
      }
    } else copyBorder(args, at, window, first, rows);
    spread(window, rows, p, depth);
    at += PLACE;
  }
}

/** What one place that sees beyond the picture sees. */
function copyBorder(args: usize, at: usize, to: usize, begin: i32, depth: i32): void {
  const channels = integer(args, CHANNELS);
  const tap = begin / channels;
  let channel = begin - tap * channels;
  let fy = tap / integer(args, FILTER_WIDTH);
  let fx = tap - fy * integer(args, FILTER_WIDTH);
  for (let left = depth; left > 0; ) {
    const count = min(left, channels - channel);
    copyFloats(to, seen(args, at, fy, fx, channel), count);
    to += floats(count);
    left -= count;
    channel = 0;
    if (++fx == integer(args, FILTER_WIDTH)) {
      fx = 0;
      fy++;
    }
  }
}

/** memory.copy leaves the kernel, which takes longer than a few numbers do. */
@inline
function copyFloats(to: usize, from: usize, count: i32): void {
  let i = count;
  for (; i >= 4; i -= 4) {
    v128.store(to, v128.load(from));
    to += 16;
    from += 16;
  }
  for (; i > 0; i--) {
    store<u32>(to, load<u32>(from));
    to += 4;
    from += 4;
  }
}

/** The `p`th of `depth` numbers of each row, to the strips. */
function spread(window: usize, rows: i32, p: i32, depth: i32): void {
  let packed = workspace + ROOM_A;
  let i = 0;
  for (; i + STRIP <= rows; i += STRIP) {
    const to = packed + floats(STRIP) * <usize>p;
    v128.store(to, v128.load(window));
    if (STRIP == 6) store<u64>(to, load<u64>(window, 16), 16);
    else store<u32>(to, load<u32>(window, 16), 16);
    window += floats(STRIP);
    packed += floats(STRIP) * <usize>depth;
  }
  if (i == rows) return;
  const height = stripHeight(rows - i);
  const to = packed + floats(height) * <usize>p;
  for (let j = 0; j < height; j++) store<f32>(to + floats(j), load<f32>(window + floats(min(j, rows - i - 1))));
}
