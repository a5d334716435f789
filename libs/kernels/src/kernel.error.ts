/**
 * `SHAPE`: sizes that no kernel computes; `GRAPH`: a graph whose nodes do not fit together; `MEMORY`: no more memory; `THREAD`: a thread failed; `DISPOSED`:
 * used after its end.
 */
export type KernelErrorCode = 'SHAPE' | 'GRAPH' | 'MEMORY' | 'THREAD' | 'DISPOSED';

export class KernelError extends Error {
  constructor(
    readonly code: KernelErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'KernelError';
  }
}
