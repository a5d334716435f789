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
export { type DemoDomain, demoDomains } from './demo/demo-domain.js';
export { type DemoOptions, writeDemo } from './demo/write-demo.js';
export { ClientError, type ClientErrorCode, type ExitCategory, exitCodes } from './errors/client.error.js';
export { writeWhole } from './files/write-whole.js';
