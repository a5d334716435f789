export { type DimensionKind, type DimensionType, faceDetectorSpace as searchSpace } from '@edgelore/search-space';
export { type BootstrapOptions, bootstrap, type FirstSecrets, prepareDatabase } from './bootstrap.js';
export * from './charts/chart.types.js';
export type { TaskCharts } from './charts/task-charts.js';
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
export { LiveService } from './live/live.service.js';
export * from './live/live.types.js';
export { ModelControlService } from './model-versions/model-control.service.js';
export * from './model-versions/model-version.types.js';
export { ModelVersionsService } from './model-versions/model-versions.service.js';
export { AccessService } from './organisations/access.service.js';
export * from './organisations/organisation.types.js';
export { OrganisationsService } from './organisations/organisations.service.js';
export { OverviewService } from './overview/overview.service.js';
export * from './overview/overview.types.js';
export type { Page, PageRequest } from './page.js';
export * from './queues/queue.types.js';
export { QueuesService } from './queues/queues.service.js';
export * from './recommendations/recommendation.types.js';
export { RecommendationsService } from './recommendations/recommendations.service.js';
export { RegretService } from './regret/regret.service.js';
export * from './regret/regret.types.js';
export * from './rounds/round.types.js';
export { type RoundAnswer, RoundsService } from './rounds/rounds.service.js';
export * from './search-spaces/search-space.types.js';
export { SearchSpacesService } from './search-spaces/search-spaces.service.js';
export { NEWEST_FIRST, type SortDirection } from './sorted-page.js';
export { exitWith, printSecrets } from './start.js';
export { SystemService } from './system/system.service.js';
export * from './system/system.types.js';
export { TaskMapService } from './task-map/task-map.service.js';
export * from './task-map/task-map.types.js';
export * from './tasks/task.types.js';
export { TasksService } from './tasks/tasks.service.js';
export { Retraining } from './training/retraining.js';
export { TrainingService } from './training/training.service.js';
export * from './training/training.types.js';
export * from './trials/trial.types.js';
export { TrialsService } from './trials/trials.service.js';
