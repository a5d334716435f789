import { AccessResolver } from './access/access.resolver.js';
import { TrialChartsResolver } from './charts/trial-charts.resolver.js';
import { LiveResolver } from './live/live.resolver.js';
import { ModelVersionsResolver } from './model-versions/model-versions.resolver.js';
import { OrganisationsResolver } from './organisations/organisations.resolver.js';
import { OverviewResolver } from './overview/overview.resolver.js';
import { QueuesResolver } from './queues/queues.resolver.js';
import { RecommendationsResolver } from './recommendations/recommendations.resolver.js';
import { RegretResolver } from './regret/regret.resolver.js';
import { RoundsResolver } from './rounds/rounds.resolver.js';
import { SearchSpaceResolver } from './search-space/search-space.resolver.js';
import { SystemResolver } from './system/system.resolver.js';
import { TaskMapResolver } from './task-map/task-map.resolver.js';
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
  QueuesResolver,
  LiveResolver,
  TrialChartsResolver,
  RegretResolver,
  OverviewResolver,
  TaskMapResolver,
  SystemResolver,
];
