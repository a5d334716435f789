/** `SHAPE`: sizes that no kernel computes; `MEMORY`: no more memory; `THREAD`: a thread failed; `DISPOSED`: used after its end. */
export type KernelErrorCode = 'SHAPE' | 'MEMORY' | 'THREAD' | 'DISPOSED';

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
