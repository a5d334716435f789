export {
  type DepthwiseFilterGradientPointers,
  type DepthwiseInputGradientPointers,
  type DepthwisePointers,
  type DepthwiseShape,
  type DepthwiseSizes,
  depthwise,
  depthwiseFilterGradient,
  depthwiseFilterGradientScratch,
  depthwiseInputGradient,
  depthwiseShape,
} from './depthwise.js';
export {
  activate,
  activateGradient,
  add,
  copy,
  copyRows,
  fill,
  multiply,
  type PairPointers,
  type RowCopy,
  scale,
  standardise,
} from './elementwise.js';
export { KernelError, type KernelErrorCode } from './kernel.error.js';
export type { Allocator, Arena } from './memory.js';
export {
  type BatchNormGradientPointers,
  type BatchNormPointers,
  type BatchNormShape,
  batchNormGradient,
  batchNormGradientScratch,
  batchNormTrain,
  batchNormTrainScratch,
} from './normalisation.js';
export { floatBits, type Operation, type Pointer } from './operation.js';
export {
  type AdamPointers,
  type AdamSettings,
  adamStep,
  movingAverage,
  type SgdPointers,
  type SgdSettings,
  sgdStep,
  sumOfSquares,
  sumOfSquaresScratch,
} from './optimiser.js';
export {
  type AveragePoolGradientPointers,
  averagePool,
  averagePoolGradient,
  type MaxPoolGradientPointers,
  maxPool,
  maxPoolGradient,
  type PoolPointers,
} from './pooling.js';
export { type RowsShape, sumRows, sumRowsScratch } from './reduction.js';
export { type ResizeShape, resizeNearest, resizeNearestGradient } from './resize.js';
export { KernelRuntime, type Program, type RuntimeOptions } from './runtime.js';
