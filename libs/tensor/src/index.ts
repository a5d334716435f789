export * as tf from '@tensorflow/tfjs-core';
export { dilateFilter } from './dilate-filter.js';
export {
  isNativeInstalled,
  kernelRuntime,
  startTensorEngine,
  type TensorBackend,
  TensorBackendError,
  type TensorEngineOptions,
} from './engine.js';
export { type NormaliseBatchOptions, type NormalisedBatch, normaliseBatch } from './normalise-batch.js';
export { type Random, seededRandom } from './random.js';
export { TensorMemoryError } from './wasm/heap-limit.js';
export { TensorLeakError, tensorCount, withoutLeak } from './without-leak.js';
