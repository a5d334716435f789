export { type Supernet, startingSupernet, weightsOf, withWeights } from './supernet.js';
export { decodeSupernet, encodeSupernet, supernetId } from './supernet-file.js';
export {
  architectureKey,
  calibratedWeights,
  type SupernetLabels,
  type SupernetScoreOptions,
  supernetLabels,
  supernetScores,
} from './supernet-scores.js';
export {
  type SupernetProgress,
  type SupernetTrainingOptions,
  type TrainedSupernet,
  trainSupernet,
} from './supernet-training.js';
