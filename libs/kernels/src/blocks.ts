/** Columns of a panel: PANEL in assembly/multiply.ts. */
export const PANEL = 8;
/** What the strips of every build divide. */
const ROWS = 30;
/** Rows that a thread's workspace has places for, and numbers in its room for A and for B; see assembly/multiply.ts. */
const MOST_ROWS = 2040;
const ROOM = 32768;
/** Numbers that are summed up before they meet the sum of the others: keeps a panel in the nearest cache, and long sums exact. */
const DEPTH = 256;
/** The same where B is packed along with A. */
const DEPTH_ACROSS = 128;
/** So many tiles keep a few threads evenly busy. */
const TILES = 12;
/** Fewer columns would not be worth packing A for. */
const LEAST_COLUMNS = 128;

/** How a product is cut into tiles. It depends on its sizes only, so that every number of threads gives the same bytes. */
export interface Blocks {
  readonly rows: number;
  readonly columns: number;
  /** Numbers of a block of k. */
  readonly depth: number;
  readonly tiles: number;
}

/** For a packed B. */
export function blocksOf(m: number, n: number, k: number): Blocks {
  const depth = blockOf(k, DEPTH);
  const most = Math.min(MOST_ROWS, Math.floor(ROOM / depth / ROWS) * ROWS);
  const rows = Math.min(most, Math.max(2 * ROWS, roundUp(m / TILES, ROWS)));
  const down = Math.ceil(m / rows);
  const columns = Math.max(LEAST_COLUMNS, roundUp(n / Math.ceil(TILES / down), PANEL));
  return { rows, columns, depth, tiles: down * Math.ceil(n / columns) };
}

/** For A and B packed block by block, in parts of k whose products are summed up afterwards. */
export interface BlocksAcross extends Blocks {
  readonly parts: number;
  /** Numbers of a part of k. */
  readonly part: number;
}

export function blocksAcross(m: number, n: number, k: number, most = Number.POSITIVE_INFINITY): BlocksAcross {
  const depth = Math.min(roundUp(k, 4), DEPTH_ACROSS);
  const rows = Math.min(roundUp(m, ROWS), Math.floor(ROOM / DEPTH_ACROSS / ROWS) * ROWS);
  const columns = Math.min(roundUp(n, PANEL), ROOM / DEPTH_ACROSS);
  const blocks = Math.ceil(m / rows) * Math.ceil(n / columns);
  const wanted = Math.min(most, Math.ceil(TILES / blocks));
  const part = roundUp(k / wanted, depth);
  const parts = Math.ceil(k / part);
  return { rows, columns, depth, parts, part, tiles: parts * blocks };
}

/** Panels of a tile that packs, for panels of `k` numbers a column. */
export function panelsOfTile(n: number, k: number): number {
  return Math.max(1, Math.min(Math.ceil(4096 / k), Math.ceil(n / PANEL / TILES)));
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** Even blocks of at most `most` numbers. */
function blockOf(length: number, most: number): number {
  return roundUp(length / Math.ceil(length / most), 4);
}
