import { DomainModule, jobs, Retraining } from '@edgelore/domain';
import { type Config, ConfigModule, JobsModule, type Logger, NestLogger } from '@edgelore/platform';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

@Module({})
class WorkerModule {
  static forRoot(config: Config, logger: Logger): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.forRoot(config, logger),
        DomainModule.forRoot(),
        JobsModule.forRoot({ jobs, handlers: [Retraining] }),
      ],
    };
  }
}

/** The queue process: it takes jobs from the moment it is made until it is closed. */
export async function createWorker(config: Config, logger: Logger): Promise<INestApplicationContext> {
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(config, logger), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  app.enableShutdownHooks();
  return app;
}
