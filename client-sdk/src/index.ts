export {
  type Dataset,
  type DatasetFormat,
  type DatasetItem,
  datasetFormats,
  type PixelBox,
} from './dataset/dataset.js';
export { type LoadedImage, loadImage } from './dataset/load-image.js';
export { type OpenDatasetOptions, openDataset } from './dataset/open-dataset.js';
export type { ProblemKind, ProblemSummary } from './dataset/problems.js';
export { ClientError, type ClientErrorCode, type ExitCategory, exitCodes } from './errors/client.error.js';
