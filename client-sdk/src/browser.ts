/** What describing needs in a browser: the same readers and descriptors as the command's, and nothing of Node. */
export {
  type Description,
  descriptionBytes,
  encodeDescription,
  LEAST_IMAGES,
  parseExtractor,
} from '@edgelore/descriptors';
export { descriptionNoise, type Guarantee, PrivacyError, protectDescription, secureNormal } from '@edgelore/privacy';
export { BrowserFolder, type GivenFile } from './dataset/browser-folder.js';
export { type DatasetFormat, datasetFormats } from './dataset/dataset.js';
export type { ProblemSummary } from './dataset/problems.js';
export { type ReadDatasetOptions, readDataset } from './dataset/read-dataset.js';
export { type DescribedDataset, describeDataset } from './describe/describe-dataset.js';
export { ClientError } from './errors/client.error.js';
