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
  const left = numbers(tables, 'left', Number.isInteger);
  const right = numbers(tables, 'right', Number.isInteger);
  const leaves = numbers(tables, 'value', Number.isFinite);
  for (const [name, list] of Object.entries({ feature, threshold, left, right })) {
    check(list.length === total, name, `has ${list.length} entries for ${total} splits`);
  }
  check(
    leaves.length === total + splits.length,
    'value',
    `has ${leaves.length} entries for ${total + splits.length} leaves`,
  );
  let first = 0;
  splits.forEach((count, tree) => {
    const children = [...left.slice(first, first + count), ...right.slice(first, first + count)];
    const parents = children.map((_, at) => at % count);
    // With children later than their parents and none twice, count + 1 leaves are what remains.
    check(
      new Set(children).size === 2 * count &&
        children.every((child, at) => child < count && child >= ~count && (child < 0 || child > parents[at]!)),
      'left and right',
      `do not make a tree of the ${count} splits of tree ${tree}`,
    );
    first += count;
  });
  return { width, splits, feature, threshold, left, right, value: leaves };
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
