import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** The heap of the WASM backend is full. */
export class TensorMemoryError extends Error {
  readonly code = 'TENSOR_MEMORY';

  constructor(bytes: number) {
    super(
      `The WebAssembly heap of 4 GB has no room for a tensor of ${Math.ceil(bytes / 2 ** 20)} MB: choose a smaller batch, input or network, or install the native engine ("npm run setup:native").`,
    );
    this.name = 'TensorMemoryError';
  }
}

const HEAP = 2 ** 32;
/** Left for what kernels allocate inside, which ends the process where it fails. */
const RESERVE = 2 ** 26;

interface Allocator {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** Makes the backend throw a {@link TensorMemoryError} where it would go on with a tensor at address zero, and end the process soon after. */
export function limitHeap(backend: BackendWasm): void {
  const allocator = backend.wasm as unknown as Allocator;
  // The first call puts the compiled function in the place of a stub.
  allocator._free(allocator._malloc(1));
  const allocate = allocator._malloc;
  allocator._malloc = (bytes) => {
    const address = allocate(bytes);
    const start = address >>> 0;
    if (bytes === 0 || (start !== 0 && start + bytes <= HEAP - RESERVE)) return address;
    if (start !== 0) allocator._free(address);
    throw new TensorMemoryError(bytes);
  };
}
