import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type ModuleMetadata,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Type,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Config } from '../config/config.js';
import { CONFIG, LOGGER } from '../config/config.module.js';
import { requireDatabaseUrl } from '../database/database.module.js';
import type { Logger } from '../logging/logger.js';
import { OutboxRelay } from '../outbox/outbox-relay.js';
import { JobRunner } from './job-runner.js';
import type { JobHandler, JobTable } from './job-table.js';
import { createQueueClient, type QueueClient } from './queue-client.js';
import { queueConnection } from './queue-connection.js';

const JOBS = Symbol('JOBS');
const HANDLERS = Symbol('HANDLERS');

export interface JobsModuleOptions {
  readonly jobs: JobTable;
  /** Injectable classes; each is given what it asks for from `imports`. */
  readonly handlers: readonly Type<JobHandler>[];
  readonly imports?: ModuleMetadata['imports'];
}

/** Runs relay and handlers between the application's start and its stop. */
@Injectable()
export class JobsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly queue: QueueClient;
  private readonly relay: OutboxRelay;
  private readonly runner: JobRunner;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) logger: Logger,
    @Inject(DataSource) database: DataSource,
    @Inject(JOBS) jobs: JobTable,
    @Inject(HANDLERS) handlers: readonly JobHandler[],
  ) {
    const connection = queueConnection(config, requireDatabaseUrl(config));
    this.queue = createQueueClient(connection, jobs, logger);
    this.relay = new OutboxRelay(database, jobs, this.queue, logger);
    this.runner = new JobRunner(connection, jobs, handlers, logger);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.runner.start();
    this.relay.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.relay.stop();
    await this.runner.stop();
    await this.queue.close();
  }
}

/** The worker process's half of the queue. Needs `ConfigModule` and `DatabaseModule`. */
@Module({})
export class JobsModule {
  static forRoot(options: JobsModuleOptions): DynamicModule {
    return {
      module: JobsModule,
      imports: options.imports ?? [],
      providers: [
        ...options.handlers,
        { provide: JOBS, useValue: options.jobs },
        {
          provide: HANDLERS,
          inject: [...options.handlers],
          useFactory: (...handlers: JobHandler[]) => handlers,
        },
        JobsService,
      ],
      exports: [JobsService],
    };
  }
}
