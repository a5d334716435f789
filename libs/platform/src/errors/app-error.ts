import { type ErrorAudience, type ErrorCode, errorCodes } from './error-codes.js';

export interface AppErrorOptions {
  /** The input field at fault, as the caller named it. */
  readonly field?: string;
  readonly cause?: unknown;
}

/** A failure with a code, one clear sentence and, where there is one, the field at fault. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly field: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: AppErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.field = options.field;
  }

  get audience(): ErrorAudience {
    return errorCodes[this.code].audience;
  }

  get status(): number {
    return errorCodes[this.code].status;
  }
}
