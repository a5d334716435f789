export { type BaselineResult, evaluateBaselines } from './baseline/evaluate-baselines.js';
export { judgeDetections } from './baseline/judge-detections.js';
export { TinyFaceDetector } from './baseline/tiny-face-detector.js';
export { type Advice, adviseTraining } from './cycle/advice.js';
export { adviseStop, type CurvePoint, type StopAdvice } from './cycle/advise-stop.js';
export { type Outcome, OwnedTask, type OwnedTaskOptions } from './cycle/owned-task.js';
export { formatCycle } from './cycle/print-cycle.js';
export { type CycleOptions, type CycleResult, type RecommendedTask, runCycle } from './cycle/run-cycle.js';
export {
  type Dataset,
  type DatasetFormat,
  type DatasetItem,
  datasetFormats,
  type PixelBox,
} from './dataset/dataset.js';
export type { DatasetFolder } from './dataset/dataset-folder.js';
export { DiskFolder } from './dataset/disk-folder.js';
export type { ImageHeader } from './dataset/image-header.js';
export { type LoadedImage, loadImage } from './dataset/load-image.js';
export { openDataset } from './dataset/open-dataset.js';
export type { ProblemKind, ProblemSummary } from './dataset/problems.js';
export { type ReadDatasetOptions, readDataset } from './dataset/read-dataset.js';
export { type DemoDomain, demoDomains } from './demo/demo-domain.js';
export { type DemoOptions, writeDemo } from './demo/write-demo.js';
export {
  type BaseDescriptorOptions,
  baseDescriptors,
  type Journal,
  type JournalRecord,
} from './describe/base-descriptors.js';
export { type DescribedDataset, type DescribeOptions, describeDataset } from './describe/describe-dataset.js';
export { DescriptorJournal } from './describe/descriptor-journal.js';
export { ClientError, type ClientErrorCode, type ExitCategory, exitCodes } from './errors/client.error.js';
export { ExternalTrainer, type TrainerFiles } from './external/external-trainer.js';
export { type ExternalTrainOptions, trainExternally } from './external/train-externally.js';
export {
  type TrainerConfig,
  type TrainerData,
  type TrainerOut,
  type TrainerProgress,
  trainerConfig,
  trainerData,
  trainerOut,
  trainerProgress,
} from './external/trainer-contract.js';
export { type ContributeOptions, type Contribution, contribute } from './federation/contribute.js';
export { writeWhole } from './files/write-whole.js';
export { type PastTrial, readTrials } from './import/read-trials.js';
export type { ExpectedRegret, Explanation } from './platform/answers.js';
export { type OperationName, operations } from './platform/operations.js';
export { PlatformClient, type PlatformOptions } from './platform/platform-client.js';
export { datasetImages, type HeldOutSplit, splitItems } from './train/dataset-images.js';
export { type RunResult, readResult, readRun, type TrainingResult } from './train/run-result.js';
export { shippedWeights } from './train/shipped-weights.js';
export { type TrainOptions, trainOnDataset } from './train/train-on-dataset.js';
