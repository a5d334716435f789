import { jobs } from '@edgelore/domain';
import {
  CONFIG,
  type Config,
  createQueueClient,
  LOGGER,
  type Logger,
  type QueueClient,
  queueConnection,
  requireDatabaseUrl,
} from '@edgelore/platform';
import { Inject, Injectable, type OnApplicationShutdown, type Provider } from '@nestjs/common';

export const QUEUE = Symbol('QUEUE');

export const queueProvider: Provider = {
  provide: QUEUE,
  inject: [CONFIG, LOGGER],
  useFactory: (config: Config, logger: Logger) =>
    createQueueClient(queueConnection(config, requireDatabaseUrl(config)), jobs, logger),
};

@Injectable()
export class QueueCloser implements OnApplicationShutdown {
  constructor(@Inject(QUEUE) private readonly queue: QueueClient) {}

  onApplicationShutdown(): Promise<void> {
    return this.queue.close();
  }
}
