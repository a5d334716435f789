import { DelayedError, type Job } from 'bullmq';
import type { Logger } from '../logging/logger.js';
import { type JobData, type OpenWorker, openWorker } from './bull.js';
import { type JobHandler, type JobTable, matchHandlers } from './job-table.js';
import type { QueueConnection } from './queue-connection.js';
import type { QueueName } from './queue-settings.js';

/** Handlers get this long to save their work when the process is asked to stop; then their jobs are left to another worker. */
const STOP_MS = 8_000;

/** The consumer's side: takes jobs off every queue of the table and gives each to its handler. */
export class JobRunner {
  private readonly handlers: ReadonlyMap<string, JobHandler>;
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private workers: OpenWorker[] = [];

  constructor(
    private readonly connection: QueueConnection,
    private readonly jobs: JobTable,
    handlers: readonly JobHandler[],
    private readonly logger: Logger,
  ) {
    this.handlers = matchHandlers(jobs, handlers);
  }

  async start(): Promise<void> {
    const queues = new Set(Object.values(this.jobs).map((definition) => definition.queue));
    this.workers = [...queues].map((queue) => this.open(queue));
    await Promise.all(this.workers.map(({ worker }) => worker.waitUntilReady()));
    for (const { worker } of this.workers) {
      worker
        .run()
        .catch((error: unknown) => this.logger.error({ err: error, queue: worker.name }, 'queue worker ended'));
    }
  }

  /** Takes no further job, asks the running ones to stop, and waits for them at most eight seconds. */
  async stop(): Promise<void> {
    await Promise.all(this.workers.map(({ worker }) => worker.pause(true)));
    this.stopping.abort();
    const finished = await within(Promise.allSettled(this.running), STOP_MS);
    for (const { worker, disconnect } of this.workers) {
      await worker.close(!finished);
      disconnect();
    }
    this.workers = [];
  }

  private open(queue: QueueName): OpenWorker {
    const opened = openWorker(this.connection, queue, (job, token) => this.track(this.run(job, token)));
    opened.worker.on('error', (error: Error) => this.logger.warn({ err: error, queue }, 'queue connection'));
    opened.worker.on('stalled', (jobId: string) =>
      this.logger.warn({ jobId, queue }, 'job lost its worker and is free again'),
    );
    return opened;
  }

  private async track(work: Promise<void>): Promise<void> {
    this.running.add(work);
    try {
      await work;
    } finally {
      this.running.delete(work);
    }
  }

  private async run(job: Job<JobData>, token: string | undefined): Promise<void> {
    const { signal } = this.stopping;
    // Fetched while the stop came in.
    if (signal.aborted) await handBack(job, token);
    const facts = { job: job.name, jobId: job.id, attempt: job.attemptsMade + 1 };
    const handler = this.handlers.get(job.name);
    const definition = this.jobs[job.name];
    if (handler === undefined || definition === undefined) throw new Error(`No job is called ${job.name}.`);
    try {
      await handler.handle({
        eventId: job.data.eventId,
        name: job.name,
        payload: definition.payload.parse(job.data.payload),
        attempt: job.attemptsMade + 1,
        signal,
        progress: (state) => job.updateProgress({ ...state }),
      });
      this.logger.info(facts, 'job done');
    } catch (error) {
      if (signal.aborted) await handBack(job, token);
      this.logger.error({ ...facts, err: error }, 'job failed');
      throw error;
    }
  }
}

/** Back to the queue without using up an attempt: the stop is not the job's fault. */
async function handBack(job: Job<JobData>, token: string | undefined): Promise<never> {
  await job.moveToDelayed(Date.now(), token);
  throw new DelayedError();
}

async function within(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const inTime = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
