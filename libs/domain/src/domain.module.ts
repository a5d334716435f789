import { migrations } from '@edgelore/migrations';
import { DatabaseModule } from '@edgelore/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { databaseEntities } from './database-entities.js';
import { ModelVersionsService } from './model-versions/model-versions.service.js';
import { AccessService } from './organisations/access.service.js';
import { OrganisationsService } from './organisations/organisations.service.js';
import { RankingBasis } from './recommendations/ranking-basis.js';
import { RankingThread } from './recommendations/ranking-thread.js';
import { RecommendationsService } from './recommendations/recommendations.service.js';
import { RoundsService } from './rounds/rounds.service.js';
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
  TrainingService,
  RoundsService,
];

/** The services, on a migrated database. Needs `ConfigModule`. */
@Module({})
export class DomainModule {
  static forRoot(): DynamicModule {
    return {
      module: DomainModule,
      global: true,
      imports: [DatabaseModule.forRoot({ entities: databaseEntities, migrations })],
      providers: [RankingBasis, RankingThread, ...services],
      exports: services,
    };
  }
}
