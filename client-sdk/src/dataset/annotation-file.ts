import type { z } from 'zod';
import { ClientError, systemCode } from '../errors/client.error.js';
import type { FolderListing } from './folder-listing.js';

/** The text of an annotation file, without a byte order mark. */
export async function readAnnotation(listing: FolderListing, file: string): Promise<string> {
  try {
    return (await listing.folder.text(file)).replace(/^\uFEFF/, '');
  } catch (error) {
    const denied = systemCode(error) === 'EACCES';
    throw new ClientError(denied ? 'DATASET_NOT_READABLE' : 'INVALID_ANNOTATION', {
      file,
      problem: `cannot be read (${systemCode(error) ?? 'unknown cause'})`,
      remedy: denied ? 'Give your user read permission on it' : 'Split it into files under 512 MB or replace it',
      cause: error,
    });
  }
}

export function invalidAnnotation(
  file: string,
  line: number | undefined,
  problem: string,
  remedy: string,
): ClientError {
  return new ClientError('INVALID_ANNOTATION', {
    file: line === undefined ? file : `${file}:${line}`,
    problem,
    remedy,
  });
}

/** Parses JSON; an error names the line. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const offset = brokenOffset(text, error);
    const found = JSON.stringify(text.slice(offset, offset + 20));
    throw invalidAnnotation(
      file,
      lineAt(text, offset),
      offset >= text.length ? 'the JSON ends too early' : `is not valid JSON at ${found}`,
      'Export the annotations again; NaN and Infinity are not allowed',
    );
  }
}

/** Checks the shape of parsed JSON; an error names the field. */
export function checkShape<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = (issue?.path ?? [])
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  throw invalidAnnotation(
    file,
    undefined,
    `field ${field.replace(/^\./, '') || '(whole file)'}: ${issue?.message ?? 'wrong shape'}`,
    'Correct this field or export the annotations again',
  );
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

const token = /\s+|[{}[\],:]|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true|false|null/y;

/** Where the text stops being JSON: the parser's own position, else the first thing that is no JSON token. */
function brokenOffset(text: string, error: unknown): number {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  if (position !== undefined) return Number(position);
  token.lastIndex = 0;
  let offset = 0;
  while (offset < text.length && token.test(text)) offset = token.lastIndex;
  return offset;
}
