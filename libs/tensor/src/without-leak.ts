import * as tf from '@tensorflow/tfjs-core';

/** Work left more tensors behind than it was allowed to. */
export class TensorLeakError extends Error {
  readonly code = 'TENSOR_LEAK';
  /** Tensors that stayed. */
  readonly tensors: number;

  constructor(name: string, tensors: number) {
    super(`${name} left ${tensors} tensor(s) behind: dispose them, or wrap the work in tf.tidy().`);
    this.name = 'TensorLeakError';
    this.tensors = tensors;
  }
}

/** How many tensors exist now. */
export function tensorCount(): number {
  return tf.memory().numTensors;
}

/**
 * Runs work and throws a {@link TensorLeakError} when it left tensors behind. `keeps` says how many it may leave, such as the tensor it returns.
 *
 * @example
 * const loss = await withoutLeak('one step', () => step(batch));
 */
export async function withoutLeak<T>(name: string, work: () => T | Promise<T>, keeps = 0): Promise<T> {
  const before = tensorCount();
  const result = await work();
  const left = tensorCount() - before - keeps;
  if (left > 0) throw new TensorLeakError(name, left);
  return result;
}
