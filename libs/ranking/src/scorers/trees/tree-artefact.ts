import { RankingError } from '../../ranking.error.js';
import type { TreeTables } from './tree-ensemble.js';

/**
 * The value itself, once it is sure that every row ends in a leaf of every tree.
 * @throws RankingError `INVALID_MODEL` with the first thing that is wrong.
 */
export function assertTreeTables(value: unknown): TreeTables {
  const tables = (value ?? {}) as Record<keyof TreeTables, unknown>;
  const width = tables.width as number;
  check(Number.isInteger(width) && width >= 1, 'width', 'is no positive integer');
  const splits = numbers(tables, 'splits', (count) => Number.isInteger(count) && count >= 0);
  const total = splits.reduce((sum, count) => sum + count, 0);
  const feature = numbers(tables, 'feature', (column) => Number.isInteger(column) && column >= 0 && column < width);
  const threshold = numbers(tables, 'threshold', Number.isFinite);
  const children = numbers(tables, 'children', Number.isInteger);
  const leaves = numbers(tables, 'value', Number.isFinite);
  checkLength('feature', feature, total);
  checkLength('threshold', threshold, total);
  checkLength('children', children, 2 * total);
  checkLength('value', leaves, total + splits.length);
  let first = 0;
  splits.forEach((count, tree) => {
    const ofTree = children.slice(2 * first, 2 * (first + count));
    // Children that come later than their parents, and none twice: what remains are count + 1 leaves.
    check(
      new Set(ofTree).size === 2 * count &&
        ofTree.every((child, at) => child >= ~count && child < count && (child < 0 || child > at >> 1)),
      'children',
      `make no tree of the ${count} splits of tree ${tree}`,
    );
    first += count;
  });
  return { width, splits, feature, threshold, children, value: leaves };
}

function checkLength(name: string, list: readonly number[], length: number): void {
  check(list.length === length, name, `has ${list.length} entries in place of ${length}`);
}

function numbers(
  tables: Record<keyof TreeTables, unknown>,
  name: keyof TreeTables,
  fits: (value: number) => boolean,
): number[] {
  const list = tables[name];
  check(Array.isArray(list), name, 'is no list');
  const values = list as unknown[];
  const bad = values.findIndex((value) => typeof value !== 'number' || !fits(value));
  check(bad < 0, `${name}[${bad}]`, `is ${values[bad]}`);
  return values as number[];
}

function check(good: boolean, name: string, problem: string): void {
  if (!good) {
    throw new RankingError('INVALID_MODEL', `${name} of the trees ${problem}; freeze the scorer again.`);
  }
}
