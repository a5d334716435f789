export type PrivacyErrorCode =
  | 'INVALID_GUARANTEE'
  | 'ALREADY_NOISED'
  | 'INVALID_LEDGER'
  | 'PRIVACY_SPENT'
  | 'INVALID_ATTACK';

/** Every refusal of this package: what is wrong, where (`field`, e.g. `entries[3].mu`), and what to do about it. */
export class PrivacyError extends Error {
  override readonly name = 'PrivacyError';

  constructor(
    readonly code: PrivacyErrorCode,
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}
