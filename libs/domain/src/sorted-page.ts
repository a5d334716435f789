import { AppError, isUuid } from '@edgelore/platform';
import type { EntityManager } from 'typeorm';
import { type Page, type PageRequest, pageOf, rowsToRead } from './page.js';
import type { Where } from './where.js';

export type SortDirection = 'asc' | 'desc';

/** The order of every table that is asked for without one. */
export const NEWEST_FIRST = { field: 'created', direction: 'desc' } as const;

/** The order of a table's rows; rows of equal value follow their ids. */
export interface SortColumn {
  /** What is compared; never null. */
  readonly sql: string;
  readonly type: 'uuid' | 'text' | 'double precision';
}

export interface SortedQuery {
  /** A table and what is joined to it; the sorted table's alias is `sorted`. */
  readonly from: string;
  readonly where: Where;
  readonly column: SortColumn;
  /** Names the order, so that a cursor of another one is refused. */
  readonly order: string;
  readonly direction: SortDirection;
}

interface SortedRow {
  readonly id: string;
  readonly key: string | number;
}

/** The ids of one page in order, by keyset: the hundredth page costs as much as the first. */
export async function readSortedIds(
  manager: EntityManager,
  { from, where, column, order, direction }: SortedQuery,
  request: PageRequest,
): Promise<Page<string>> {
  const take = rowsToRead(request);
  const name = `${order} ${direction}`;
  const after = request.after ? parseCursor(request.after, name, column) : null;
  const values = [...where.values];
  const place = (value: unknown) => `$${values.push(value)}`;
  const beyond =
    after === null
      ? ''
      : `AND (${column.sql}, sorted.id) ${direction === 'asc' ? '>' : '<'} (${place(after.key)}::${column.type}, ${place(after.id)}::uuid)`;
  const rows: SortedRow[] = await manager.query(
    `SELECT sorted.id, ${column.sql} AS key FROM ${from} WHERE ${where.sql} ${beyond}
      ORDER BY ${column.sql} ${direction}, sorted.id ${direction} LIMIT ${place(take)}`,
    values,
  );
  return pageOf(
    rows,
    request,
    ({ key, id }) => JSON.stringify([name, key, id]),
    ({ id }) => id,
  );
}

/** The rows with these ids, in the order of the ids. */
export function inOrder<Row extends { readonly id: string }>(ids: readonly string[], rows: readonly Row[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function parseCursor(cursor: string, name: string, { type }: SortColumn): SortedRow {
  const [order, key, id] = parts(cursor);
  if (order === name && isKey(key, type) && typeof id === 'string' && isUuid(id)) return { key, id };
  throw new AppError(
    'INVALID_INPUT',
    'This cursor is of no page in this order; pass the endCursor of the page before.',
    {
      field: 'after',
    },
  );
}

function isKey(key: unknown, type: SortColumn['type']): key is string | number {
  if (type === 'double precision') return typeof key === 'number';
  return typeof key === 'string' && (type === 'uuid' ? isUuid(key) : !key.includes('\0'));
}

function parts(cursor: string): unknown[] {
  try {
    const json: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(json) ? json : [];
  } catch {
    return [];
  }
}
