import {
  createPostgresBackend,
  type Processor,
  Queue,
  type RedisOptions,
  Worker,
  type WorkerOptions,
  withBackend,
} from 'bullmq';
import type { QueueConnection } from './queue-connection.js';
import { jobOptions, MAX_STALLS, type QueueName, queueSettings } from './queue-settings.js';

/** What a job carries: the id of its outbox event beside the payload, because a coalesced job may get another job id. */
export interface JobData {
  readonly eventId: string;
  readonly payload: unknown;
}

const postgres = withBackend(createPostgresBackend);

export type BullQueue = ReturnType<typeof openQueue>;
export type BullWorker = ReturnType<typeof openWorker>;

export function openQueue(connection: QueueConnection, name: QueueName) {
  const options = { defaultJobOptions: jobOptions };
  return connection.kind === 'postgres'
    ? new postgres.Queue<JobData>(name, { ...options, connection: postgresOptions(connection.url, 2) })
    : new Queue<JobData>(name, {
        ...options,
        // Fails at once while Redis is away: the outbox keeps the event and the relay tries again.
        connection: { ...redisOptions(connection.url), enableOfflineQueue: false },
      });
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
  return connection.kind === 'postgres'
    ? new postgres.Worker<JobData>(name, process, { ...options, connection: postgresOptions(connection.url, 3) })
    : new Worker<JobData>(name, process, { ...options, connection: redisOptions(connection.url) });
}

function postgresOptions(connectionString: string, max: number) {
  return { connectionString, max, schema: 'bullmq', migrate: true };
}

function redisOptions(text: string): RedisOptions {
  const url = new URL(text);
  return {
    host: url.hostname,
    port: url.port === '' ? 6379 : Number(url.port),
    db: url.pathname.length > 1 ? Number(url.pathname.slice(1)) : 0,
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    maxRetriesPerRequest: null,
  };
}
