import { DomainModule } from '@edgelore/domain';
import { type Config, ConfigModule, type Logger } from '@edgelore/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access/access.guard.js';
import { SignInLimit } from './access/sign-in-limit.js';
import { graphqlModule } from './graphql/graphql.module.js';
import { JsonScalar } from './graphql/json.scalar.js';
import { HealthController } from './health/health.controller.js';
import { resolvers } from './resolvers.js';

@Module({})
export class ApiModule {
  static forRoot(config: Config, logger: Logger): DynamicModule {
    const domain = DomainModule.forRoot();
    return {
      module: ApiModule,
      imports: [ConfigModule.forRoot(config, logger), domain, graphqlModule],
      controllers: [HealthController],
      providers: [{ provide: APP_GUARD, useClass: AccessGuard }, JsonScalar, SignInLimit, ...resolvers],
    };
  }
}
