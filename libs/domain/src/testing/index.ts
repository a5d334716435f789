export {
  syntheticBase,
  syntheticConfigurations,
  syntheticDescription,
  syntheticExperience,
  syntheticScore,
} from './synthetic-experience.js';
