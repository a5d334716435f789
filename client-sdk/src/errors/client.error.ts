/** Exit codes of the command, one per kind of failure, after sysexits.h so that scripts can tell them apart. */
export const exitCodes = {
  ok: 0,
  usage: 64,
  data: 65,
  missing: 66,
  unavailable: 69,
  internal: 70,
  cannotWrite: 73,
  permission: 77,
  interrupted: 130,
} as const;

export type ExitCategory = Exclude<keyof typeof exitCodes, 'ok'>;

const categories = {
  AMBIGUOUS_FORMAT: 'usage',
  AUDIT_IMPOSSIBLE: 'data',
  BOXES_OUTSIDE: 'data',
  DATASET_EMPTY: 'data',
  DATASET_NOT_FOUND: 'missing',
  DATASET_NOT_READABLE: 'permission',
  DEMO_FOLDER_IN_USE: 'usage',
  DISK_FULL: 'cannotWrite',
  DUPLICATE_IMAGE: 'data',
  FACE_CLASS_UNCLEAR: 'usage',
  IMAGE_MISSING: 'data',
  IMAGE_TOO_LARGE: 'data',
  IMAGE_UNREADABLE: 'data',
  INTERRUPTED: 'interrupted',
  INVALID_ANNOTATION: 'data',
  INVALID_DETECTIONS: 'data',
  INVALID_TRIALS: 'data',
  NO_FACES: 'data',
  INVALID_GUARANTEE: 'usage',
  NOT_AUTHENTICATED: 'permission',
  NOT_WRITABLE: 'cannotWrite',
  PATH_OUTSIDE: 'data',
  PLATFORM_REFUSED: 'data',
  PLATFORM_UNREACHABLE: 'unavailable',
  PRIVACY_SPENT: 'permission',
  ROUND_OVER: 'unavailable',
  RUN_DAMAGED: 'data',
  TOO_FEW_IMAGES: 'data',
  TOO_MANY_BAD_IMAGES: 'data',
  TRAINER_ANSWER_INVALID: 'data',
  TRAINER_FAILED: 'internal',
  TRAINER_INVALID: 'usage',
  TRAINING_FAILED: 'internal',
  UNKNOWN_FORMAT: 'usage',
} as const satisfies Record<string, ExitCategory>;

export type ClientErrorCode = keyof typeof categories;

export interface ClientErrorDetails {
  /** The file, folder or `file:line` the error is about. */
  readonly file: string;
  /** What is wrong, without the file. */
  readonly problem: string;
  /** What the owner can do about it. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/** An expected failure on the owner's machine; its message is one line that names the file, the problem and the remedy. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;
  readonly file: string;
  readonly remedy: string;
  readonly category: ExitCategory;

  constructor(code: ClientErrorCode, details: ClientErrorDetails) {
    super(
      oneLine(`${details.file}: ${details.problem}. ${details.remedy}`),
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = code;
    this.file = details.file;
    this.remedy = details.remedy;
    this.category = categories[code];
  }

  get exitCode(): number {
    return exitCodes[this.category];
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The `code` of a Node system error (ENOENT, EACCES, ...), or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Throws INTERRUPTED when the owner asked to stop. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (!signal?.aborted) return;
  throw new ClientError('INTERRUPTED', {
    file: what,
    problem: 'stopped on request',
    remedy: 'Run the same command again; finished work is kept',
  });
}
