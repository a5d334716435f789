import { migrations } from '@edgelore/migrations';
import {
  ChangeFeed,
  CONFIG,
  type Config,
  DatabaseModule,
  LOGGER,
  type Logger,
  QueueModule,
  requireDatabaseUrl,
} from '@edgelore/platform';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { databaseEntities } from './database-entities.js';
import { jobs } from './jobs.js';
import { LiveService } from './live/live.service.js';
import { ModelControlService } from './model-versions/model-control.service.js';
import { ModelVersionsService } from './model-versions/model-versions.service.js';
import { AccessService } from './organisations/access.service.js';
import { OrganisationsService } from './organisations/organisations.service.js';
import { OverviewService } from './overview/overview.service.js';
import { QueuesService } from './queues/queues.service.js';
import { RankingBasis } from './recommendations/ranking-basis.js';
import { RankingThread } from './recommendations/ranking-thread.js';
import { RecommendationsService } from './recommendations/recommendations.service.js';
import { RegretService } from './regret/regret.service.js';
import { RoundsService } from './rounds/rounds.service.js';
import { SearchSpacesService } from './search-spaces/search-spaces.service.js';
import { SystemService } from './system/system.service.js';
import { TaskMapService } from './task-map/task-map.service.js';
import { TasksService } from './tasks/tasks.service.js';
import { TrainingService } from './training/training.service.js';
import { TrialsService } from './trials/trials.service.js';

const services = [
  AccessService,
  OrganisationsService,
  TasksService,
  RecommendationsService,
  TrialsService,
  ModelVersionsService,
  ModelControlService,
  TrainingService,
  RoundsService,
  QueuesService,
  LiveService,
  OverviewService,
  RegretService,
  TaskMapService,
  SearchSpacesService,
  SystemService,
];

const changeFeed: Provider = {
  provide: ChangeFeed,
  inject: [CONFIG, LOGGER],
  useFactory: (config: Config, logger: Logger) => new ChangeFeed(requireDatabaseUrl(config), logger),
};

/** The services, on a migrated database. Needs `ConfigModule`. */
@Module({})
export class DomainModule {
  static forRoot(): DynamicModule {
    return {
      module: DomainModule,
      global: true,
      imports: [DatabaseModule.forRoot({ entities: databaseEntities, migrations }), QueueModule.forRoot(jobs)],
      providers: [changeFeed, RankingBasis, RankingThread, ...services],
      exports: services,
    };
  }
}
