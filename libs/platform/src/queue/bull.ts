import { createPostgresBackend, type Processor, Queue, Worker, type WorkerOptions, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import type { QueueConnection } from './queue-connection.js';
import { jobOptions, MAX_STALLS, type QueueName, queueSettings } from './queue-settings.js';

/** What a job carries: the id of its outbox event beside the payload, because a coalesced job may get another job id. */
export interface JobData {
  readonly eventId: string;
  readonly payload: unknown;
}

const postgres = withBackend(createPostgresBackend);

export type OpenQueue = ReturnType<typeof openQueue>;
export type OpenWorker = ReturnType<typeof openWorker>;

/** `disconnect` comes after `queue.close()`: BullMQ leaves a client that it was given open. */
export function openQueue(connection: QueueConnection, name: QueueName) {
  const options = { defaultJobOptions: jobOptions };
  if (connection.kind === 'postgres') {
    const queue = new postgres.Queue<JobData>(name, { ...options, connection: postgresPool(connection.url, 2) });
    return { queue, disconnect: () => undefined };
  }
  // Fails at once while Redis is away: the outbox keeps the event and the relay tries again.
  const client = new Redis(connection.url, { maxRetriesPerRequest: null, enableOfflineQueue: false });
  return { queue: new Queue<JobData>(name, { ...options, connection: client }), disconnect: () => client.disconnect() };
}

export function openWorker(connection: QueueConnection, name: QueueName, process: Processor<JobData>) {
  const { concurrency, lockDuration, stalledInterval } = queueSettings[name];
  const options: Omit<WorkerOptions, 'connection'> = {
    autorun: false,
    concurrency,
    lockDuration,
    stalledInterval,
    maxStalledCount: MAX_STALLS,
    removeOnComplete: jobOptions.removeOnComplete,
    removeOnFail: jobOptions.removeOnFail,
  };
  if (connection.kind === 'postgres') {
    const pool = postgresPool(connection.url, 3);
    return {
      worker: new postgres.Worker<JobData>(name, process, { ...options, connection: pool }),
      disconnect: () => undefined,
    };
  }
  const client = new Redis(connection.url, { maxRetriesPerRequest: null });
  return {
    worker: new Worker<JobData>(name, process, { ...options, connection: client }),
    disconnect: () => client.disconnect(),
  };
}

function postgresPool(connectionString: string, max: number) {
  return { connectionString, max, schema: 'bullmq', migrate: true };
}
