import type { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import type { QueueName } from './queue-settings.js';

export interface JobDefinition {
  readonly queue: QueueName;
  /** Ids only: the record is the database, and a payload may be seen in a queue browser. */
  readonly payload: z.ZodType;
  /**
   * Jobs that share this key run one at a time, and of those that wait while one runs only the last stays. Such a job's handler takes all
   * unprocessed events of its topic, not only the one that started it.
   */
  readonly coalesce?: string;
}

/** Every job the platform knows, by name. A name is also the topic of the outbox event that asks for the job. */
export type JobTable = Readonly<Record<string, JobDefinition>>;
export type JobName<Jobs extends JobTable> = keyof Jobs & string;
export type JobPayload<Jobs extends JobTable, Name extends JobName<Jobs>> = z.output<Jobs[Name]['payload']>;

export function defineJobs<const Jobs extends JobTable>(jobs: Jobs): Jobs {
  return jobs;
}

export interface RunningJob<Payload> {
  /** The outbox event this job stands for: the idempotency key of its effect. */
  readonly eventId: string;
  readonly name: string;
  readonly payload: Payload;
  /** 1 on the first try. */
  readonly attempt: number;
  /** Aborts when the process is asked to stop: save what is worth saving and throw; the job then goes back to the queue. */
  readonly signal: AbortSignal;
  progress(state: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Work for one job. CPU-heavy work belongs in a worker thread: a blocked event loop loses the job's lock, and the job runs twice. */
export interface JobHandler<Payload = unknown> {
  readonly job: string;
  handle(job: RunningJob<Payload>): Promise<void>;
}

/** A job without a handler would wait forever, one with two would depend on luck: both stop the boot. */
export function matchHandlers(jobs: JobTable, handlers: readonly JobHandler[]): ReadonlyMap<string, JobHandler> {
  const byName = new Map<string, JobHandler>();
  for (const handler of handlers) {
    if (!Object.hasOwn(jobs, handler.job)) throw new AppError('JOBS_MISWIRED', `No job is called ${handler.job}.`);
    if (byName.has(handler.job)) throw new AppError('JOBS_MISWIRED', `The job ${handler.job} has two handlers.`);
    byName.set(handler.job, handler);
  }
  const missing = Object.keys(jobs).filter((name) => !byName.has(name));
  if (missing.length > 0) throw new AppError('JOBS_MISWIRED', `No handler for the job ${missing.join(', ')}.`);
  return byName;
}
