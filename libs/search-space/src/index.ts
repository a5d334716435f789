export {
  type Configuration,
  configurationId,
  defaultConfiguration,
  parseConfiguration,
} from './configuration.js';
export {
  type Cost,
  type CostLimits,
  costOf,
  costOfPlan,
  type LayerTensor,
  layerTensors,
  withinLimits,
} from './cost.js';
export {
  type AnchorSize,
  type DetectorPlan,
  type Layer,
  type LayerKind,
  type Level,
  planDetector,
} from './detector-plan.js';
export { type Difference, differenceFromDefault } from './difference.js';
export { encodeConfiguration, encodingNames } from './encoding.js';
export { faceDetectorSpace } from './face-detector.js';
export { type DetectorGraph, encodeGraph, GRAPH_NODES, graphOperations } from './graph-encoding.js';
export {
  enumerateConfigurations,
  type IntegerSource,
  sampleConfigurations,
  spaceSize,
} from './sampling.js';
export { InvalidConfigurationError, InvalidSearchSpaceError } from './search-space.error.js';
export {
  type Constraint,
  type Dimension,
  type DimensionKind,
  type DimensionType,
  type DimensionValue,
  parseSearchSpace,
  type SearchSpace,
  type ValueSets,
} from './search-space.js';
