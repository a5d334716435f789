export {
  type Alignment,
  type AlignmentOptions,
  align,
  alignRows,
  composeAlignments,
  fitAlignment,
  parseAlignment,
} from './alignment.js';
export { BASE_DESCRIPTOR, BASE_DIMENSION, BaseDescriptor, baseDescriptorNames } from './base-descriptor.js';
export type { Box, DescribedImage } from './described-image.js';
export {
  type Description,
  descriptionBytes,
  encodeDescription,
  LEAST_IMAGES,
  type PoolingPlan,
  parseDescription,
  planPooling,
} from './description.js';
export { descriptionDistance, descriptionMean } from './description-distance.js';
export { DescriptionPool } from './description-pool.js';
export { DescriptorError, type DescriptorErrorCode } from './descriptor.error.js';
export { extract, initialExtractor } from './extractor.js';
export { EXTRACTOR_PARAMETERS, ExtractorNetwork, type ExtractorPass } from './extractor-network.js';
export {
  EXTRACTOR_DIMENSION,
  type ExtractorFunction,
  type ExtractorReference,
  type ExtractorVersion,
  type LinearLayer,
  parseExtractor,
  sealExtractor,
} from './extractor-version.js';
export { type PrincipalPlane, principalPlane } from './principal-plane.js';
export { SynapticIntelligence, type SynapticOptions, type SynapticState } from './synaptic-intelligence.js';
