import { AppError, type ErrorCode, type Logger, toPublicError } from '@edgelore/platform';
import { GraphQLError } from 'graphql';
import type { MercuriusCommonOptions } from 'mercurius';

type ErrorFormatter = NonNullable<MercuriusCommonOptions['errorFormatter']>;

interface ShownError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: ErrorCode; readonly field?: string; readonly errorId?: string };
}

export interface FormattedAnswer {
  readonly statusCode: number;
  readonly response: { readonly data: unknown; readonly errors: ShownError[] };
}

/** The caller's mistakes go out in words; everything else becomes opaque, with an id that finds it in the log. */
export function formatErrors(logger: Logger, errors: readonly GraphQLError[], data: unknown = null): FormattedAnswer {
  const causes = errors.flatMap(causesOf);
  const shown = causes.map(({ cause, path }) => show(logger, cause, path));
  const [first] = causes;
  const statusCode = data === null && first !== undefined ? statusOf(first.cause) : 200;
  return { statusCode, response: { data, errors: shown } };
}

export function errorFormatter(logger: Logger): ErrorFormatter {
  return ({ errors, data }) => {
    const { statusCode, response } = formatErrors(logger, errors, data ?? null);
    return { statusCode, response: { data: data ?? null, errors: response.errors as unknown as GraphQLError[] } };
  };
}

interface Cause {
  readonly cause: unknown;
  readonly path: readonly (string | number)[] | undefined;
}

// Validation errors come as one error that holds many.
function causesOf(error: GraphQLError): Cause[] {
  const { originalError } = error;
  const inner = originalError !== undefined && 'errors' in originalError ? originalError.errors : undefined;
  if (Array.isArray(inner)) return inner.map((cause: unknown) => ({ cause: asInvalidInput(cause), path: undefined }));
  return [{ cause: asCallersMistake(originalError ?? error), path: error.path }];
}

/** What GraphQL and the HTTP server refuse by themselves is the caller's to mend. */
function asCallersMistake(cause: unknown): unknown {
  if (!(cause instanceof Error) || cause instanceof AppError) return cause;
  const code = 'code' in cause ? cause.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new AppError('TOO_LARGE', 'The request is larger than the API accepts; send less at a time.');
  }
  const isHttpRefusal = 'statusCode' in cause && Number(cause.statusCode) >= 400 && Number(cause.statusCode) < 500;
  const isGraphqlRefusal = cause instanceof GraphQLError && cause.originalError === undefined;
  if (isHttpRefusal || isGraphqlRefusal) return asInvalidInput(cause);
  return cause;
}

// What does not fit the schema: unknown fields, variables of a wrong type, documents over a limit.
function asInvalidInput(cause: unknown): unknown {
  return cause instanceof Error ? new AppError('INVALID_INPUT', withoutSuggestion(cause.message)) : cause;
}

// A suggestion names parts of the schema that were not asked for.
function withoutSuggestion(message: string): string {
  return message.replace(/ Did you mean .*\?$/s, '');
}

function show(logger: Logger, cause: unknown, path: Cause['path']): ShownError {
  const { message, ...extensions } = toPublicError(cause);
  if (extensions.errorId !== undefined) logger.error({ err: cause, errorId: extensions.errorId }, 'request failed');
  return { message, ...(path === undefined ? {} : { path }), extensions };
}

function statusOf(cause: unknown): number {
  return cause instanceof AppError ? cause.status : 500;
}
