export { faceDetectorSpace as searchSpace } from '@edgelore/search-space';
export { type BootstrapOptions, bootstrap, type FirstSecrets, prepareDatabase } from './bootstrap.js';
export { databaseEntities } from './database-entities.js';
export { DomainModule } from './domain.module.js';
export {
  describeOpenTask,
  encodeExperience,
  type OpenTask,
  type OpenTrial,
  parseExperience,
  readShippedExperience,
  SHIPPED_EXPERIENCE,
  type ShippedExperience,
} from './experience/shipped-experience.js';
export { jobs } from './jobs.js';
export * from './model-versions/model-version.types.js';
export { ModelVersionsService } from './model-versions/model-versions.service.js';
export { AccessService } from './organisations/access.service.js';
export * from './organisations/organisation.types.js';
export { OrganisationsService } from './organisations/organisations.service.js';
export type { Page, PageRequest } from './page.js';
export * from './recommendations/recommendation.types.js';
export { RecommendationsService } from './recommendations/recommendations.service.js';
export * from './rounds/round.types.js';
export { type RoundAnswer, RoundsService } from './rounds/rounds.service.js';
export { exitWith, printSecrets } from './start.js';
export * from './tasks/task.types.js';
export { TasksService } from './tasks/tasks.service.js';
export { Retraining } from './training/retraining.js';
export { TrainingService } from './training/training.service.js';
export * from './training/training.types.js';
export * from './trials/trial.types.js';
export { TrialsService } from './trials/trials.service.js';
