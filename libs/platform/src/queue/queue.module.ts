import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG, LOGGER } from '../config/config.module.js';
import { requireDatabaseUrl } from '../database/database.module.js';
import type { Logger } from '../logging/logger.js';
import type { JobTable } from './job-table.js';
import { createQueueClient, type QueueClient } from './queue-client.js';
import { queueConnection } from './queue-connection.js';

export const QUEUE = Symbol('QUEUE');

@Injectable()
class QueueCloser implements OnApplicationShutdown {
  constructor(@Inject(QUEUE) private readonly queue: QueueClient) {}

  onApplicationShutdown(): Promise<void> {
    return this.queue.close();
  }
}

/** Provides a `QueueClient` everywhere, which connects when it is first used: `@Inject(QUEUE)`. Needs `ConfigModule`. */
@Module({})
export class QueueModule {
  static forRoot(jobs: JobTable): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      providers: [
        {
          provide: QUEUE,
          inject: [CONFIG, LOGGER],
          useFactory: (config: Config, logger: Logger) =>
            createQueueClient(queueConnection(config, requireDatabaseUrl(config)), jobs, logger),
        },
        QueueCloser,
      ],
      exports: [QUEUE],
    };
  }
}
