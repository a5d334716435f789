// Brings matrices into strips and panels; see multiply.ts.

import { integer, pointer } from './arguments';
import { floats } from './lanes';
import { PANEL, PANEL_BYTES, STRIP, stripHeight } from './multiply';

/**
 * Panels of a matrix that lies k by k. Arguments: packed, matrix, n, k, floats from one k to the next, panels of a tile. Columns beyond n are 0.
 */
export function packPanels(args: usize, tile: i32): void {
  const n = integer(args, 2);
  const k = integer(args, 3);
  const step = floats(integer(args, 4));
  const perTile = integer(args, 5);
  const end = min(n, (tile + 1) * perTile * PANEL);
  for (let j = tile * perTile * PANEL; j < end; j += PANEL) {
    packPanel(pointer(args, 0) + floats(j) * <usize>k, pointer(args, 1) + floats(j), min(PANEL, n - j), k, step);
  }
}

/** One panel of up to eight columns. */
export function packPanel(packed: usize, source: usize, columns: i32, k: i32, step: usize): void {
  const end = packed + (<usize>k) * PANEL_BYTES;
  if (columns == PANEL) {
    for (; packed < end; packed += PANEL_BYTES) {
      v128.store(packed, v128.load(source));
      v128.store(packed, v128.load(source, 16), 16);
      source += step;
    }
    return;
  }
  const width = floats(columns);
  for (; packed < end; packed += PANEL_BYTES) {
    for (let j: usize = 0; j < PANEL_BYTES; j += 4) store<f32>(packed + j, j < width ? load<f32>(source + j) : 0);
    source += step;
  }
}

/** Panels of a matrix that lies column by column. Arguments: packed, matrix, n, k, floats from one column to the next, panels of a tile. */
export function packPanelsAcross(args: usize, tile: i32): void {
  const n = integer(args, 2);
  const k = integer(args, 3);
  const step = floats(integer(args, 4));
  const perTile = integer(args, 5);
  const end = min(n, (tile + 1) * perTile * PANEL);
  for (let j = tile * perTile * PANEL; j < end; j += PANEL) {
    packPanelAcross(pointer(args, 0) + floats(j) * <usize>k, pointer(args, 1) + (<usize>j) * step, min(PANEL, n - j), k, step);
  }
}

/** One panel of up to eight columns, each `k` numbers on end, `step` bytes apart. */
export function packPanelAcross(packed: usize, source: usize, columns: i32, k: i32, step: usize): void {
  if (columns == PANEL) {
    transpose4(packed, PANEL_BYTES, source, source + step, source + 2 * step, source + 3 * step, k);
    source += 4 * step;
    transpose4(packed + 16, PANEL_BYTES, source, source + step, source + 2 * step, source + 3 * step, k);
    return;
  }
  for (let i = 0; i < k; i++) {
    let column = source + floats(i);
    for (let j = 0; j < PANEL; j++) {
      store<f32>(packed + floats(j), j < columns ? load<f32>(column) : 0);
      column += step;
    }
    packed += PANEL_BYTES;
  }
}

/** Strips of `m` rows that lie `step` bytes apart, `k` numbers of each. Rows beyond m repeat the last one. */
export function packStrips(packed: usize, source: usize, m: i32, k: i32, step: usize): void {
  for (let i = 0; i < m; i += STRIP) {
    const row1 = i + 1 < m ? source + step : source;
    const row2 = i + 2 < m ? row1 + step : row1;
    const row3 = i + 3 < m ? row2 + step : row2;
    const row4 = i + 4 < m ? row3 + step : row3;
    const row5 = i + 5 < m ? row4 + step : row4;
    packStrip(stripHeight(m - i), packed, source, row1, row2, row3, row4, row5, k);
    packed += floats(STRIP) * <usize>k;
    source += (<usize>STRIP) * step;
  }
}

/** `k` numbers of each row of a strip. */
export function packStrip(height: i32, packed: usize, row0: usize, row1: usize, row2: usize, row3: usize, row4: usize, row5: usize, k: i32): void {
  const step = floats(height);
  if (height == STRIP) {
    transpose4(packed, step, row0, row1, row2, row3, k);
    if (STRIP == 6) transpose2(packed + 16, step, row4, row5, k);
    else transpose1(packed + 16, step, row4, k);
  } else {
    transpose2(packed, step, row0, row1, k);
    transpose1(packed + 8, step, row2, k);
  }
}

/** Strips of a matrix that lies k by k, `step` bytes apart, `m` numbers of each k. Rows beyond m repeat earlier ones. */
export function packStripsAcross(packed: usize, source: usize, m: i32, k: i32, step: usize): void {
  for (let i = 0; i < m; i += STRIP) {
    const height = stripHeight(m - i);
    const valid = min(height, m - i);
    const end = packed + floats(height) * <usize>k;
    let from = source + floats(i);
    let to = packed;
    if (valid == STRIP) {
      for (; to < end; to += floats(STRIP)) {
        v128.store(to, v128.load(from));
        if (STRIP == 6) store<u64>(to, load<u64>(from, 16), 16);
        else store<u32>(to, load<u32>(from, 16), 16);
        from += step;
      }
    } else {
      for (; to < end; to += floats(height)) {
        for (let j = 0; j < height; j++) store<f32>(to + floats(j), load<f32>(from + floats(min(j, valid - 1))));
        from += step;
      }
    }
    packed = end;
  }
}

/** Writes `count` times four numbers, one of each row, `step` bytes apart. */
function transpose4(packed: usize, step: usize, row0: usize, row1: usize, row2: usize, row3: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const a = v128.load(row0);
    const b = v128.load(row1);
    const c = v128.load(row2);
    const d = v128.load(row3);
    const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(packed, v128.shuffle<f64>(ab0, cd0, 0, 2));
    packed += step;
    v128.store(packed, v128.shuffle<f64>(ab0, cd0, 1, 3));
    packed += step;
    v128.store(packed, v128.shuffle<f64>(ab1, cd1, 0, 2));
    packed += step;
    v128.store(packed, v128.shuffle<f64>(ab1, cd1, 1, 3));
    packed += step;
    row0 += 16;
    row1 += 16;
    row2 += 16;
    row3 += 16;
  }
  for (; i < count; i++) {
    store<u32>(packed, load<u32>(row0));
    store<u32>(packed, load<u32>(row1), 4);
    store<u32>(packed, load<u32>(row2), 8);
    store<u32>(packed, load<u32>(row3), 12);
    packed += step;
    row0 += 4;
    row1 += 4;
    row2 += 4;
    row3 += 4;
  }
}

function transpose2(packed: usize, step: usize, row0: usize, row1: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const a = v128.load(row0);
    const b = v128.load(row1);
    const low = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const high = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    v128.store64_lane(packed, low, 0);
    packed += step;
    v128.store64_lane(packed, low, 1);
    packed += step;
    v128.store64_lane(packed, high, 0);
    packed += step;
    v128.store64_lane(packed, high, 1);
    packed += step;
    row0 += 16;
    row1 += 16;
  }
  for (; i < count; i++) {
    store<u32>(packed, load<u32>(row0));
    store<u32>(packed, load<u32>(row1), 4);
    packed += step;
    row0 += 4;
    row1 += 4;
  }
}

function transpose1(packed: usize, step: usize, row: usize, count: i32): void {
  for (const end = row + floats(count); row < end; row += 4) {
    store<u32>(packed, load<u32>(row));
    packed += step;
  }
}
