import { tableError } from './table-error.js';

/** A file of rows as text, every row as long as the header. */
export interface TextTable {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Reads CSV with a header (RFC 4180: commas, double quotes where needed; empty lines are skipped), or, from *.json, a list of objects. */
export function parseTable(file: string, text: string): TextTable {
  const [columns = [], ...rows] = file.endsWith('.json') ? recordsOfJson(file, text) : recordsOfCsv(file, text);
  const unnamed = columns.indexOf('');
  if (unnamed >= 0) {
    throw tableError({ file }, `column ${unnamed + 1} of the header has no name; give it one`);
  }
  const twice = columns.find((column, at) => columns.indexOf(column) !== at);
  if (twice !== undefined) {
    throw tableError({ file, column: twice }, 'the header names it twice; rename one of the two');
  }
  if (rows.length === 0) {
    throw tableError({ file }, 'it has no rows; put a header line and one line for each row');
  }
  const uneven = rows.findIndex((row) => row.length !== columns.length);
  if (uneven >= 0) {
    throw tableError(
      { file, row: uneven + 1 },
      `it has ${rows[uneven]!.length} cells, the header ${columns.length}; give every row one cell for each column`,
    );
  }
  return { file, columns, rows };
}

/** Position of a column. */
export function columnAt({ file, columns }: TextTable, column: string): number {
  const at = columns.indexOf(column);
  if (at < 0) {
    const some = columns.slice(0, 12).join(', ');
    throw tableError(
      { file, column },
      `there is no such column; its columns are ${some}${columns.length > 12 ? ', ...' : ''}`,
    );
  }
  return at;
}

function recordsOfCsv(file: string, text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    let cell: string;
    if (text[at] === '"') {
      const end = endOfQuoted(text, at);
      if (end < 0) {
        throw tableError({ file, row: records.length }, 'a double quote is opened and never closed; close it');
      }
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
      if (at < text.length && !',\r\n'.includes(text[at]!)) {
        throw tableError(
          { file, row: records.length },
          `cell ${record.length + 1} goes on after its closing quote; put the whole cell in quotes`,
        );
      }
    } else {
      const from = at;
      while (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r') {
        at += 1;
      }
      cell = text.slice(from, at);
    }
    record.push(cell);
    if (text[at] === ',') {
      at += 1;
      if (at < text.length) {
        continue;
      }
      record.push('');
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    if (record.length > 1 || cell !== '') {
      records.push(record);
    }
    record = [];
  }
  return records;
}

function endOfQuoted(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at >= 0 && text[at + 1] === '"') {
    at = text.indexOf('"', at + 2);
  }
  return at;
}

function recordsOfJson(file: string, text: string): string[][] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw tableError({ file }, `it is no JSON (${error instanceof Error ? error.message : error}); mend it`);
  }
  if (!Array.isArray(list) || list.some((entry) => typeof entry !== 'object' || entry === null)) {
    throw tableError({ file }, 'it is not a list of objects; write one object for each row');
  }
  const entries = list.map((entry) => new Map(cellsOf(entry)));
  const columns = [...new Set(entries.flatMap((entry) => [...entry.keys()]))];
  return [columns, ...entries.map((entry) => columns.map((column) => entry.get(column) ?? ''))];
}

/** Cells of an object; what lies in an inner object is named with a dot. */
function cellsOf(entry: object, prefix = ''): [string, string][] {
  return Object.entries(entry).flatMap(([key, value]): [string, string][] =>
    typeof value === 'object' && value !== null
      ? cellsOf(value, `${prefix}${key}.`)
      : [[prefix + key, value === null ? '' : String(value)]],
  );
}
