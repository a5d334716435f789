export type FederationErrorCode =
  /** The plan of a round cannot be kept: too few clients, too long a vector, a bound that is not positive. */
  | 'INVALID_PLAN'
  /** The vector to contribute has another length, or a number beyond the bound. */
  | 'INVALID_VECTOR'
  /** A message has another form than its step asks for. */
  | 'INVALID_MESSAGE'
  /** A message of another round, of another step, or from a seat that has dropped out. */
  | 'OUT_OF_STEP'
  /** So many clients are missing that what is left must not, and cannot, be summed. */
  | 'BELOW_THRESHOLD'
  /** Two messages contradict each other, or a share or a box was changed on its way. */
  | 'TAMPERED';

/** Every refusal of this package: what is wrong, where (`field`), and what follows from it. */
export class FederationError extends Error {
  override readonly name = 'FederationError';

  constructor(
    readonly code: FederationErrorCode,
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}
