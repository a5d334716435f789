import { DomainModule } from '@edgelore/domain';
import { type Config, ConfigModule, type Logger } from '@edgelore/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access/access.guard.js';
import { AccessResolver } from './access/access.resolver.js';
import { SignInLimit } from './access/sign-in-limit.js';
import { graphqlModule } from './graphql/graphql.module.js';
import { JsonScalar } from './graphql/json.scalar.js';
import { HealthController } from './health/health.controller.js';
import { JobsResolver } from './jobs/jobs.resolver.js';
import { QueueCloser, queueProvider } from './jobs/queue.provider.js';
import { ModelVersionsResolver } from './model-versions/model-versions.resolver.js';
import { OrganisationsResolver } from './organisations/organisations.resolver.js';
import { RecommendationsResolver } from './recommendations/recommendations.resolver.js';
import { SearchSpaceResolver } from './search-space/search-space.resolver.js';
import { TasksResolver } from './tasks/tasks.resolver.js';
import { TrainingResolver } from './training/training.resolver.js';
import { TrialsResolver } from './trials/trials.resolver.js';

export const resolvers = [
  AccessResolver,
  OrganisationsResolver,
  TasksResolver,
  TrialsResolver,
  RecommendationsResolver,
  ModelVersionsResolver,
  TrainingResolver,
  SearchSpaceResolver,
  JobsResolver,
];

@Module({})
export class ApiModule {
  static forRoot(config: Config, logger: Logger): DynamicModule {
    const domain = DomainModule.forRoot();
    return {
      module: ApiModule,
      imports: [ConfigModule.forRoot(config, logger), domain, graphqlModule],
      controllers: [HealthController],
      providers: [
        { provide: APP_GUARD, useClass: AccessGuard },
        JsonScalar,
        SignInLimit,
        queueProvider,
        QueueCloser,
        ...resolvers,
      ],
    };
  }
}
