import { AccessResolver } from './access/access.resolver.js';
import { JobsResolver } from './jobs/jobs.resolver.js';
import { ModelVersionsResolver } from './model-versions/model-versions.resolver.js';
import { OrganisationsResolver } from './organisations/organisations.resolver.js';
import { RecommendationsResolver } from './recommendations/recommendations.resolver.js';
import { RoundsResolver } from './rounds/rounds.resolver.js';
import { SearchSpaceResolver } from './search-space/search-space.resolver.js';
import { TasksResolver } from './tasks/tasks.resolver.js';
import { TrainingResolver } from './training/training.resolver.js';
import { TrialsResolver } from './trials/trials.resolver.js';

/** Every operation of the schema. */
export const resolvers = [
  AccessResolver,
  OrganisationsResolver,
  TasksResolver,
  TrialsResolver,
  RecommendationsResolver,
  ModelVersionsResolver,
  TrainingResolver,
  RoundsResolver,
  SearchSpaceResolver,
  JobsResolver,
];
