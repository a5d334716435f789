/** A failure that the caller can mend: the message says how. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}
