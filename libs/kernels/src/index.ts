export type { Activation } from './activation.js';
export { affine } from './affine.js';
export {
  type ConvolutionPointers,
  convolution,
  convolutionFilterGradient,
  convolutionFilterGradientScratch,
  convolutionInputGradient,
  convolutionInputGradientScratch,
  convolutionScratch,
  type FilterGradientPointers,
  type InputGradientPointers,
  packedFilterBytes,
  packFilter,
} from './convolution.js';
export { type ConvolutionShape, type ConvolutionSizes, convolutionShape, type Padding } from './convolution-shape.js';
export { csr, packCsr } from './csr.js';
export {
  type DepthwiseFilterGradientPointers,
  type DepthwiseInputGradientPointers,
  type DepthwisePointers,
  depthwise,
  depthwiseFilterGradient,
  depthwiseFilterGradientScratch,
  depthwiseInputGradient,
} from './depthwise.js';
export { type DepthwiseShape, type DepthwiseSizes, depthwiseShape } from './depthwise-shape.js';
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
export type { FilterShape } from './filter-shape.js';
export { type FocalPointers, type FocalSettings, focalLoss, focalLossScratch } from './focal.js';
export { type GemmPointers, type GemmShape, gemm, gemmScratch, packB, packedBBytes } from './gemm.js';
export {
  CompiledModel,
  compile,
  compileTraining,
  type ParameterPlace,
  parameterPlaces,
  TrainingModel,
  type TrainingOptions,
  type UpdateSettings,
} from './graph/compile.js';
export type * from './graph/graph.js';
export {
  GROUP,
  groupSparse,
  type PackedSparse,
  packGroupSparse,
  type SparseFilter,
  type SparsePointers,
} from './group-sparse.js';
export {
  convolutionInt8,
  depthwiseInt8,
  dequantise,
  type FilterScales,
  gemmInt8,
  type Int8Pointers,
  type Int8Type,
  packDepthwiseInt8,
  packInt8,
  type QuantisedFilter,
  type QuantisePointers,
  type QuantiseScale,
  quantise,
  quantiseFilter,
} from './int8.js';
export { KernelError, type KernelErrorCode } from './kernel.error.js';
export type { Allocator, Arena } from './memory.js';
export { type MixShape, mix } from './mix.js';
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
