import { integer, pointer } from './arguments';
import { floats, highest, lowest } from './lanes';
import { ADD, FINISH, multiplyBlock, PANEL, PANEL_BYTES, ROOM_A, ROOM_B, ROWS } from './multiply';
import { packPanel, packStrips, packStripsAcross } from './packing';
import { workspace } from './workspace';

/** Says where `m` rows of C begin, `step` bytes apart. */
export function placeRows(c: usize, m: i32, step: usize): void {
  const rows = workspace + ROWS;
  for (let row: usize = 0; row < floats(m); row += 4) {
    store<usize>(rows + row, c);
    c += step;
  }
}

/**
 * C = activation(A B + bias), A row by row. Arguments: A, floats between its rows, packed B, C, bias or 0, m, n, k, activation, whether to add to C, rows of
 * a tile, columns of a tile, numbers of a block of k.
 */
export function gemm(args: usize, tile: i32): void {
  const m = integer(args, 5);
  const n = integer(args, 6);
  const k = integer(args, 7);
  const across = (n + integer(args, 11) - 1) / integer(args, 11);
  const i = (tile / across) * integer(args, 10);
  const j = (tile % across) * integer(args, 11);
  const rows = min(integer(args, 10), m - i);
  const columns = min(integer(args, 11), n - j);
  const step = floats(integer(args, 1));
  const a = pointer(args, 0) + (<usize>i) * step;
  const b = pointer(args, 2) + floats(j) * <usize>k;
  const low = lowest(integer(args, 8));
  const high = highest(integer(args, 8));
  let flags = integer(args, 9) ? ADD : 0;
  placeRows(pointer(args, 3) + (<usize>i) * floats(n), rows, floats(n));
  for (let begin = 0; begin < k; begin += integer(args, 12)) {
    const depth = min(integer(args, 12), k - begin);
    packStrips(workspace + ROOM_A, a + floats(begin), rows, depth, step);
    if (begin + depth == k) flags |= FINISH;
    multiplyBlock(rows, columns, depth, b + (<usize>begin) * PANEL_BYTES, (<usize>k) * PANEL_BYTES, j, flags, pointer(args, 4), low, high);
    flags |= ADD;
  }
}

/**
 * C = A B for a part of k, both matrices k by k: a tile writes one block of one of the partial products, which lie one after another. Arguments: A, floats
 * between its k, B, floats between its k, C, m, n, k, rows of a tile, columns of a tile, numbers of a block of k, numbers of a part of k, whether to add to C.
 */
export function gemmAcross(args: usize, tile: i32): void {
  const m = integer(args, 5);
  const n = integer(args, 6);
  const across = (n + integer(args, 9) - 1) / integer(args, 9);
  const down = (m + integer(args, 8) - 1) / integer(args, 8);
  const part = tile / (across * down);
  const i = ((tile / across) % down) * integer(args, 8);
  const j = (tile % across) * integer(args, 9);
  const rows = min(integer(args, 8), m - i);
  const columns = min(integer(args, 9), n - j);
  const stepA = floats(integer(args, 1));
  const stepB = floats(integer(args, 3));
  const end = min(integer(args, 7), (part + 1) * integer(args, 11));
  placeRows(pointer(args, 4) + (<usize>(part * m + i)) * floats(n), rows, floats(n));
  let flags = integer(args, 12) ? ADD : 0;
  for (let begin = part * integer(args, 11); begin < end; begin += integer(args, 10)) {
    const depth = min(integer(args, 10), end - begin);
    packStripsAcross(workspace + ROOM_A, pointer(args, 0) + (<usize>begin) * stepA + floats(i), rows, depth, stepA);
    packPanelsHere(pointer(args, 2) + (<usize>begin) * stepB + floats(j), columns, depth, stepB);
    multiplyPacked(rows, columns, depth, j, flags);
    flags |= ADD;
  }
}

/** Panels of B into the workspace. */
export function packPanelsHere(source: usize, n: i32, k: i32, step: usize): void {
  for (let j = 0; j < n; j += PANEL) packPanel(workspace + ROOM_B + floats(j) * <usize>k, source + floats(j), min(PANEL, n - j), k, step);
}

/** The strips and the panels in the workspace. */
export function multiplyPacked(m: i32, n: i32, k: i32, column: i32, flags: i32): void {
  multiplyBlock(m, n, k, workspace + ROOM_B, (<usize>k) * PANEL_BYTES, column, flags, 0, lowest(0), highest(0));
}

/**
 * y = the sum of `parts` arrays that lie one after another, in their order. Arguments: y, parts, number of parts, length, numbers of a
 * tile, whether to add to y.
 */
export function sumProducts(args: usize, tile: i32): void {
  const parts = integer(args, 2);
  const length = floats(integer(args, 3));
  const perTile = floats(integer(args, 4));
  const end = min(length, <usize>(tile + 1) * perTile);
  for (let i = <usize>tile * perTile; i < end; ) {
    const step: usize = i + 16 <= end ? 16 : 4;
    let from = pointer(args, 1) + i;
    if (step == 16) {
      let sum = v128.load(from);
      for (let part = 1; part < parts; part++) {
        from += length;
        sum = f32x4.add(sum, v128.load(from));
      }
      if (integer(args, 5)) sum = f32x4.add(sum, v128.load(pointer(args, 0) + i));
      v128.store(pointer(args, 0) + i, sum);
    } else {
      let sum = load<f32>(from);
      for (let part = 1; part < parts; part++) {
        from += length;
        sum += load<f32>(from);
      }
      if (integer(args, 5)) sum += load<f32>(pointer(args, 0) + i);
      store<f32>(pointer(args, 0) + i, sum);
    }
    i += step;
  }
}
