import type { Job, JobType } from 'bullmq';
import type { Logger } from '../logging/logger.js';
import { type JobData, type OpenQueue, openQueue } from './bull.js';
import type { JobName, JobPayload, JobTable } from './job-table.js';
import type { QueueConnection } from './queue-connection.js';
import type { QueueName } from './queue-settings.js';

export type QueueState = 'waiting' | 'active' | 'delayed' | 'failed' | 'completed';

/** A job as an operator sees it. */
export interface QueuedJob {
  readonly id: string;
  readonly name: string;
  readonly state: QueueState;
  /** The outbox event that the job stands for. */
  readonly eventId: string;
  readonly attempts: number;
  /** What its handler last said. */
  readonly progress: { readonly phase?: string; readonly progress?: number };
  readonly failedReason: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** The producer's side. Normally only the outbox relay adds jobs: the queue may be wiped at any moment, the outbox may not. */
export interface QueueClient<Jobs extends JobTable = JobTable> {
  /** Offering an event again whose job the queue still holds does nothing; where jobs coalesce, one more may wait than there is to do. */
  add<Name extends JobName<Jobs>>(
    name: Name,
    payload: JobPayload<Jobs, Name>,
    options: { eventId: string },
  ): Promise<void>;
  counts(queue: QueueName): Promise<Readonly<Record<QueueState, number>>>;
  /** Jobs in one state, newest first. */
  list(queue: QueueName, state: QueueState, range: { start: number; count: number }): Promise<QueuedJob[]>;
  find(queue: QueueName, id: string): Promise<QueuedJob | null>;
  /** Takes a job out; false where it runs. */
  remove(queue: QueueName, id: string): Promise<boolean>;
  /** A paused queue starts no further job; what runs goes on. */
  pause(queue: QueueName): Promise<void>;
  resume(queue: QueueName): Promise<void>;
  isPaused(queue: QueueName): Promise<boolean>;
  /** Removes every job of every queue, running ones too. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}

// What waits in a paused queue is counted under this name on Postgres alone, and BullMQ's types lack it.
const HELD = 'paused' as JobType;

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
    async add(name, payload, { eventId }) {
      const { queue, coalesce } = jobs[name]!;
      // A coalescing job takes an id of its own: under the event's, one offered again while it runs would follow itself, and block the key for ever.
      const options =
        coalesce === undefined ? { jobId: eventId } : { deduplication: { id: coalesce, keepLastIfActive: true } };
      await open(queue).add(name, { eventId, payload }, options);
    },
    async counts(name) {
      const held = connection.kind === 'postgres' ? [HELD] : [];
      const counts = await open(name).getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed', ...held);
      const { waiting = 0, active = 0, delayed = 0, failed = 0, completed = 0 } = counts;
      return { waiting: waiting + (counts[HELD] ?? 0), active, delayed, failed, completed };
    },
    async list(name, state, { start, count }) {
      const found = await open(name).getJobs([state], start, start + count - 1);
      return found.map((job) => queuedJob(job, state));
    },
    async find(name, id) {
      const job = await open(name).getJob(id);
      return job === undefined ? null : queuedJob(job, stateOf(await job.getState()));
    },
    async remove(name, id) {
      return (await open(name).remove(id)) === 1;
    },
    pause: (name) => open(name).pause(),
    resume: (name) => open(name).resume(),
    isPaused: (name) => open(name).isPaused(),
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

const states: readonly string[] = ['active', 'delayed', 'failed', 'completed'] satisfies QueueState[];

// What is neither of these waits in some way.
function stateOf(state: string): QueueState {
  return states.includes(state) ? (state as QueueState) : 'waiting';
}

function queuedJob(job: Job<JobData>, state: QueueState): QueuedJob {
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at));
  return {
    id: job.id ?? '',
    name: job.name,
    state,
    eventId: job.data.eventId,
    attempts: job.attemptsMade,
    progress: typeof job.progress === 'object' ? job.progress : {},
    failedReason: job.failedReason ?? null,
    createdAt: new Date(job.timestamp),
    startedAt: time(job.processedOn),
    finishedAt: time(job.finishedOn),
  };
}
