import {
  AppError,
  type QueuedJob as Job,
  QUEUE,
  type QueueClient,
  type QueueName,
  type QueueState,
  type RequestContext,
  requirePermission,
} from '@edgelore/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { audit } from '../audit/audit.js';
import type { AuditedAction } from '../audit/audit-entry.entity.js';
import { jobs } from '../jobs.js';
import { keyAfter, type Page, type PageRequest, pageOf, rowsToRead } from '../page.js';
import { cancelEvents } from './cancel-events.js';
import type { JobReference, QueuedJob, QueueStatus } from './queue.types.js';

const names = [...new Set(Object.values(jobs).map((job) => job.queue))];
const isPosition = (key: string) => /^[0-9]{1,9}$/.test(key);
/** Failed jobs that one call sends again. */
const MOST_REDRIVEN = 1_000;

/** What operators see of the queues and may do to them. The outbox is the record: a job is sent again by making its event due again. */
@Injectable()
export class QueuesService {
  constructor(
    private readonly database: DataSource,
    @Inject(QUEUE) private readonly queue: QueueClient,
  ) {}

  async list(ctx: RequestContext): Promise<QueueStatus[]> {
    requirePermission(ctx, 'model:manage');
    return Promise.all(names.map((name) => this.status(name)));
  }

  async jobs(ctx: RequestContext, name: string, state: QueueState, request: PageRequest): Promise<Page<QueuedJob>> {
    requirePermission(ctx, 'model:manage');
    const queue = parseQueue(name);
    const count = rowsToRead(request);
    const start = Number(keyAfter(request, isPosition) ?? 0);
    const found = await this.queue.list(queue, state, { start, count });
    const rows = found.map((job, at) => ({ job, next: start + at + 1 }));
    return pageOf(
      rows,
      request,
      (row) => String(row.next),
      (row) => jobOf(queue, row.job),
    );
  }

  async pause(ctx: RequestContext, name: string): Promise<QueueStatus> {
    return this.change(ctx, 'queue.pause', name, (queue) => this.queue.pause(queue));
  }

  async resume(ctx: RequestContext, name: string): Promise<QueueStatus> {
    return this.change(ctx, 'queue.resume', name, (queue) => this.queue.resume(queue));
  }

  /** Sends every failed job again. */
  async redrive(ctx: RequestContext, name: string): Promise<QueueStatus> {
    return this.change(ctx, 'queue.redrive', name, async (queue) => {
      const failed = await this.queue.list(queue, 'failed', { start: 0, count: MOST_REDRIVEN });
      await this.sendAgain(queue, failed);
    });
  }

  /** Sends a failed job again. */
  async retry(ctx: RequestContext, reference: JobReference): Promise<QueueStatus> {
    const { id } = reference;
    return this.change(ctx, 'job.retry', reference.queue, async (queue) => {
      const job = await this.queue.find(queue, id);
      if (job === null) throw unknownJob();
      if (job.state !== 'failed') {
        throw new AppError('CONFLICT', `The job is ${job.state}; only failed jobs are sent again.`, { field: 'id' });
      }
      await this.sendAgain(queue, [job]);
    });
  }

  /** Gives up a job and the events that it answers; one that runs stops at its next sign of progress. */
  async cancel(ctx: RequestContext, reference: JobReference): Promise<QueueStatus> {
    const { id } = reference;
    return this.change(ctx, 'job.cancel', reference.queue, async (queue) => {
      const job = await this.queue.find(queue, id);
      if (job === null) throw unknownJob();
      if (job.state === 'completed') throw new AppError('CONFLICT', 'The job is done already.', { field: 'id' });
      await this.database.transaction((manager) => cancelEvents(manager, job.name, job.eventId));
      await this.queue.remove(queue, id);
    });
  }

  private async change(
    ctx: RequestContext,
    action: AuditedAction,
    name: string,
    act: (queue: QueueName) => Promise<void>,
  ): Promise<QueueStatus> {
    requirePermission(ctx, 'model:manage');
    const queue = parseQueue(name);
    await act(queue);
    await audit(this.database.manager, ctx, { action, kind: 'queue', id: queue });
    return this.status(queue);
  }

  // The events first: were the jobs gone and the events not due again, nobody would send them.
  private async sendAgain(queue: QueueName, failed: readonly Job[]): Promise<void> {
    await this.database.query(
      'UPDATE outbox_events SET processed_at = NULL, published_at = NULL WHERE id = ANY($1::uuid[])',
      [failed.map((job) => job.eventId)],
    );
    for (const job of failed) await this.queue.remove(queue, job.id);
  }

  private async status(queue: QueueName): Promise<QueueStatus> {
    const topics = Object.entries(jobs).flatMap(([topic, job]) => (job.queue === queue ? topic : []));
    const [counts, paused, [events]] = await Promise.all([
      this.queue.counts(queue),
      this.queue.isPaused(queue),
      this.database.query(
        `SELECT (SELECT count(*)::integer FROM outbox_events
                  WHERE topic = ANY($1) AND processed_at > now() - interval '1 hour') AS "processedLastHour",
                count(*)::integer AS pending, min(created_at) AS "oldestPendingAt"
           FROM outbox_events WHERE topic = ANY($1) AND processed_at IS NULL`,
        [topics],
      ) as Promise<[Pick<QueueStatus, 'processedLastHour' | 'pending' | 'oldestPendingAt'>]>,
    ]);
    return { queue, ...counts, paused, ...events };
  }
}

function parseQueue(name: string): QueueName {
  const known = names.find((queue) => queue === name);
  if (known === undefined) {
    throw new AppError('NOT_FOUND', `There is no queue called ${name}; there are ${names.join(', ')}.`, {
      field: 'queue',
    });
  }
  return known;
}

function unknownJob(): AppError {
  return new AppError('NOT_FOUND', 'The queue holds no such job.', { field: 'id' });
}

function jobOf(queue: QueueName, { progress, ...job }: Job): QueuedJob {
  return { ...job, queue, phase: progress.phase ?? null, progress: progress.progress ?? null };
}
