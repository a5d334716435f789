import type { NumberColumn } from './benchmark-spec.js';
import { tableError } from './table-error.js';
import { columnAt, type TextTable } from './text-table.js';

/** Numbers of a column in the rows asked for; NaN where a cell is empty. */
export function numbersOf(
  table: TextTable,
  rows: readonly number[],
  { column, log = false, failed = null }: Partial<NumberColumn> & Pick<NumberColumn, 'column'>,
): Float64Array {
  const at = columnAt(table, column);
  const numbers = Float64Array.from(rows, (row) => numberIn(table, row, at));
  if (failed !== null) {
    const measured = numbers.filter((value) => !Number.isNaN(value) && value !== failed);
    const lowest = measured.reduce((low, value) => Math.min(low, value), measured[0] ?? Number.NaN);
    numbers.forEach((value, index) => {
      numbers[index] = value === failed ? lowest : value;
    });
  }
  return log ? logarithms(table, rows, column, numbers) : numbers;
}

/** Numbers of a column whose cells may hold several with `;` between them: as many series as the shortest cell has. */
export function seriesOf(table: TextTable, rows: readonly number[], column: string): Float64Array[] {
  const at = columnAt(table, column);
  const parts = rows.map((row) => table.rows[row]![at]!.split(';').map((text) => parsed(text, table, row, at)));
  const there = parts.filter((series) => series.length > 1 || !Number.isNaN(series[0]));
  const length = there.reduce((least, { length: own }) => Math.min(least, own), Number.POSITIVE_INFINITY);
  return Array.from({ length: Number.isFinite(length) ? length : 1 }, (_, index) =>
    Float64Array.from(parts, (series) => series[index] ?? Number.NaN),
  );
}

/** One column of 0 and 1 for each value, in the order of first appearance. */
export function oneHot(values: readonly string[]): Float64Array[] {
  return [...new Set(values)].map((wanted) => Float64Array.from(values, (value) => (value === wanted ? 1 : 0)));
}

/** The column with its mean where a cell is empty; 0 where all are. */
export function withoutGaps(column: Float64Array): Float64Array {
  const there = column.filter((value) => !Number.isNaN(value));
  const mean = there.length > 0 ? there.reduce((sum, value) => sum + value, 0) / there.length : 0;
  return column.map((value) => (Number.isNaN(value) ? mean : value));
}

/** The natural logarithm of a column that was read from a table. */
export function logarithms(
  { file }: TextTable,
  rows: readonly number[],
  column: string,
  numbers: Float64Array,
): Float64Array {
  return numbers.map((value, at) => {
    if (value <= 0) {
      throw tableError({ file, row: rows[at]! + 1, column }, `${value} has no logarithm; drop "log" or the row`);
    }
    return Math.log(value);
  });
}

function numberIn(table: TextTable, row: number, at: number): number {
  return parsed(table.rows[row]![at]!, table, row, at);
}

function parsed(text: string, { file, columns }: TextTable, row: number, at: number): number {
  const trimmed = text.trim();
  const value = trimmed === '' ? Number.NaN : Number(trimmed);
  if (trimmed !== '' && !Number.isFinite(value)) {
    throw tableError(
      { file, row: row + 1, column: columns[at]! },
      `"${trimmed}" is not a number; write one, or leave the cell empty where it is missing`,
    );
  }
  return value;
}
