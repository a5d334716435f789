export { type AnchorLevel, type Anchors, anchorsOf } from './anchors.js';
export type { Augmentation } from './augmentation.js';
export {
  type AveragePrecision,
  type AveragePrecisionOptions,
  averagePrecision,
  type Detection,
  type ImageResult,
} from './average-precision.js';
export { type BuildOptions, buildDetector } from './build-detector.js';
export type { CurvePoint } from './checkpoint.js';
export { CompiledDetector } from './compiled-detector.js';
export { type DecodingOptions, decodeDetections, suppress } from './decoding.js';
export { detect, detectAll, type Evaluation, evaluateDetector } from './detect.js';
export type { Detector, DetectorOutput, Learner, LearnerState, LearningOptions, LossOf } from './detector.js';
export {
  type Box,
  coveredShare,
  generalisedIou,
  intersectionOverUnion,
  letterbox,
  type Placement,
} from './geometry.js';
export { type ImageSource, imageSource, type LabelledImage } from './labelled-image.js';
export { type BatchLoss, type BatchTargets, batchLoss, type LossOptions, type LossRoom } from './losses.js';
export { drawPicture, type Picture } from './resampling.js';
export type { StepBudget, TrainingBudget, Turn } from './schedule.js';
export { type DatasetSplit, type SplitOptions, splitDataset } from './split.js';
export {
  architectureKey,
  calibratedWeights,
  decodeSupernet,
  encodeSupernet,
  type Supernet,
  type SupernetLabels,
  type SupernetProgress,
  type SupernetScoreOptions,
  type SupernetTrainingOptions,
  startingSupernet,
  supernetId,
  supernetLabels,
  supernetScores,
  type TrainedSupernet,
  trainSupernet,
  weightsOf,
  withWeights,
} from './supernet/index.js';
export { TensorDetector } from './tensor-detector.js';
export { TrainingError, type TrainingErrorCode } from './training.error.js';
export { type TrainedDetector, type TrainingOptions, type TrainingProgress, trainDetector } from './training.js';
export { type DetectorWeights, decodeWeights, encodeWeights, type NamedTensor } from './weights.js';
