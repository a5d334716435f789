import { randomUUID } from 'node:crypto';
import { AppError } from './app-error.js';
import type { ErrorCode } from './error-codes.js';

/** What a client may see of a failure. */
export interface PublicError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field?: string;
  /** Finds the full error in the log. Only on failures that are not the caller's. */
  readonly errorId?: string;
}

/** A caller's own mistake passes through in words; everything else becomes opaque with an id to look up in the log. */
export function toPublicError(error: unknown): PublicError {
  if (error instanceof AppError && error.audience === 'user') {
    return { code: error.code, message: error.message, ...(error.field === undefined ? {} : { field: error.field }) };
  }
  const errorId = randomUUID();
  if (error instanceof AppError && error.code === 'UNAVAILABLE') {
    return { code: 'UNAVAILABLE', message: 'The service is not available for a moment; try again.', errorId };
  }
  return { code: 'INTERNAL', message: `Something failed on our side; its id in the log is ${errorId}.`, errorId };
}
