import { AppError } from '@edgelore/platform';

export const PAGE_CAP = 100;

export interface PageRequest {
  readonly first: number;
  readonly after?: string | null | undefined;
}

export interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** One row more than asked for tells whether there is a next page. */
export function rowsToRead(request: PageRequest): number {
  if (!Number.isInteger(request.first) || request.first < 1 || request.first > PAGE_CAP) {
    throw new AppError('INVALID_INPUT', `Ask for 1 to ${PAGE_CAP} rows at a time; first is ${request.first}.`, {
      field: 'first',
    });
  }
  return request.first + 1;
}

export function pageOf<Row, Node>(
  rows: readonly Row[],
  request: PageRequest,
  keyOf: (row: Row) => string,
  nodeOf: (row: Row) => Node,
): Page<Node> {
  const shown = rows.slice(0, request.first);
  const last = shown.at(-1);
  return {
    nodes: shown.map(nodeOf),
    pageInfo: {
      hasNextPage: rows.length > request.first,
      endCursor: last === undefined ? null : Buffer.from(keyOf(last)).toString('base64url'),
    },
  };
}

/** The key behind a cursor; `isKey` refuses what no cursor of ours ever held. */
export function keyAfter(request: PageRequest, isKey: (key: string) => boolean): string | null {
  if (request.after === undefined || request.after === null) return null;
  const key = Buffer.from(request.after, 'base64url').toString();
  if (!isKey(key)) {
    throw new AppError('INVALID_INPUT', 'This cursor is none of ours; pass the endCursor of the page before.', {
      field: 'after',
    });
  }
  return key;
}
