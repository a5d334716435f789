import type { Logger } from '../logging/logger.js';
import { type OpenQueue, openQueue } from './bull.js';
import type { JobName, JobPayload, JobTable } from './job-table.js';
import type { QueueConnection } from './queue-connection.js';
import type { QueueName } from './queue-settings.js';

export type QueueState = 'waiting' | 'active' | 'delayed' | 'failed' | 'completed';

/** The producer's side. Normally only the outbox relay adds jobs: the queue may be wiped at any moment, the outbox may not. */
export interface QueueClient<Jobs extends JobTable = JobTable> {
  /** Adding a job id that the queue still holds does nothing. */
  add<Name extends JobName<Jobs>>(
    name: Name,
    payload: JobPayload<Jobs, Name>,
    options: { jobId: string },
  ): Promise<void>;
  counts(queue: QueueName): Promise<Readonly<Record<QueueState, number>>>;
  /** Removes every job of every queue, running ones too. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}

export function createQueueClient<Jobs extends JobTable>(
  connection: QueueConnection,
  jobs: Jobs,
  logger: Logger,
): QueueClient<Jobs> {
  const queues = new Map<QueueName, OpenQueue>();

  function open(name: QueueName): OpenQueue['queue'] {
    let opened = queues.get(name);
    if (opened === undefined) {
      opened = openQueue(connection, name);
      opened.queue.on('error', (error: Error) => logger.warn({ err: error, queue: name }, 'queue connection'));
      queues.set(name, opened);
    }
    return opened.queue;
  }

  return {
    async add(name, payload, { jobId }) {
      const { queue, coalesce } = jobs[name]!;
      const deduplication = coalesce === undefined ? {} : { deduplication: { id: coalesce, keepLastIfActive: true } };
      await open(queue).add(name, { eventId: jobId, payload }, { jobId, ...deduplication });
    },
    async counts(name) {
      const counts = await open(name).getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed');
      const { waiting = 0, active = 0, delayed = 0, failed = 0, completed = 0 } = counts;
      return { waiting, active, delayed, failed, completed };
    },
    async wipe() {
      for (const name of new Set(Object.values(jobs).map((definition) => definition.queue))) {
        const queue = open(name);
        await queue.obliterate({ force: true });
        await queue.resume();
      }
    },
    async close() {
      for (const { queue, disconnect } of queues.values()) {
        await queue.close();
        disconnect();
      }
      queues.clear();
    },
  };
}
