/** Who has to act for the error to go away. */
export type ErrorAudience = 'user' | 'operator' | 'us';

export interface ErrorCodeFacts {
  readonly audience: ErrorAudience;
  /** HTTP status where the error leaves the API outside GraphQL. */
  readonly status: number;
}

/** Every code that may reach a person. Each has a page `docs/errors/<CODE>.md`; a spec checks that. */
export const errorCodes = {
  UNAUTHENTICATED: { audience: 'user', status: 401 },
  FORBIDDEN: { audience: 'user', status: 403 },
  NOT_FOUND: { audience: 'user', status: 404 },
  INVALID_INPUT: { audience: 'user', status: 400 },
  CONFLICT: { audience: 'user', status: 409 },
  UNKNOWN_EXTRACTOR: { audience: 'user', status: 400 },
  STALE_EXTRACTOR: { audience: 'user', status: 409 },
  TOO_LARGE: { audience: 'user', status: 413 },
  TOO_MANY_ATTEMPTS: { audience: 'user', status: 429 },
  UNAVAILABLE: { audience: 'operator', status: 503 },
  CONFIG_INVALID: { audience: 'operator', status: 500 },
  DATA_DIR_IN_USE: { audience: 'operator', status: 500 },
  POSTGRES_NOT_STARTED: { audience: 'operator', status: 500 },
  MIGRATION_FAILED: { audience: 'operator', status: 500 },
  JOBS_MISWIRED: { audience: 'us', status: 500 },
  INTERNAL: { audience: 'us', status: 500 },
} as const satisfies Readonly<Record<string, ErrorCodeFacts>>;

export type ErrorCode = keyof typeof errorCodes;
