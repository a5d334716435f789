import { ClientError } from '../errors/client.error.js';

export interface CsvRow {
  /** Line of the file on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads CSV as RFC 4180 defines it: commas, rows ended by CRLF or LF, fields quoted with `"` where they hold a comma, a quote (doubled) or a line break. A byte order mark and empty lines are passed over.
 *
 * @throws ClientError INVALID_TRIALS naming `file` and line for a quote out of place, or a row that has not as many fields as the first.
 */
export function readCsv(text: string, file: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let line = 1;
  let begun = 1;
  let cells: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  field.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  while (field.lastIndex < text.length || cells.length > 0) {
    const match = field.exec(text);
    if (match === null) throw misplaced(file, line);
    const [whole, quoted, plain = '', end] = match;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    if (end === ',') continue;
    if (cells.length > 1 || quoted !== undefined || plain !== '') rows.push({ line: begun, cells });
    begun = line;
    cells = [];
  }
  const width = rows[0]?.cells.length ?? 0;
  const uneven = rows.find((row) => row.cells.length !== width);
  if (uneven === undefined) return rows;
  throw invalidTrials(
    `${file}:${uneven.line}`,
    `has ${uneven.cells.length} fields where the first row has ${width}`,
    'Put fields with commas into double quotes',
  );
}

function misplaced(file: string, line: number): ClientError {
  return invalidTrials(
    `${file}:${line}`,
    'has a double quote that is not closed, or text beside a quoted field',
    'Put the whole field into double quotes and write quotes inside it twice',
  );
}

export function invalidTrials(file: string, problem: string, remedy: string, cause?: unknown): ClientError {
  return new ClientError('INVALID_TRIALS', { file, problem, remedy, cause });
}
