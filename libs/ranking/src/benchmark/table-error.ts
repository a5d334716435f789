import { RankingError } from '../ranking.error.js';

/** Where in a benchmark's files something is wrong; rows count from 1 after the header. */
export interface Place {
  readonly file: string;
  readonly row?: number;
  readonly column?: string;
}

/** `INVALID_TABLE`: names file, row and column, and what to do. */
export function tableError({ file, row, column }: Place, problem: string): RankingError {
  const place = [file, row !== undefined && `row ${row}`, column !== undefined && `column "${column}"`];
  return new RankingError('INVALID_TABLE', `${place.filter(Boolean).join(', ')}: ${problem}.`);
}
