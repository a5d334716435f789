import { setTimeout as sleep } from 'node:timers/promises';
import { migrations } from '@edgelore/migrations';
import {
  createLogger,
  createQueueClient,
  type JobHandler,
  JobRunner,
  markProcessed,
  OutboxRelay,
  type QueueClient,
  type RequestContext,
  writeOutbox,
} from '@edgelore/platform';
import { startTestPostgres, type TestPostgres } from '@edgelore/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { jobs } from '../jobs.js';
import { syntheticExperience } from '../testing/synthetic-experience.js';
import { openTestDomain, operator } from '../testing/test-domain.js';
import { QueuesService } from './queues.service.js';

const logger = createLogger({ logLevel: 'silent' }, 'spec');
const WITHIN_MS = 50_000;

describe('what operators do to queues', () => {
  let postgres: TestPostgres;
  let database: DataSource;
  let owner: RequestContext;
  let queue: QueueClient;
  let queues: QueuesService;
  let relay: OutboxRelay;
  let runner: JobRunner;
  let failing = false;

  beforeAll(async () => {
    postgres = await startTestPostgres({ migrations });
    const url = await postgres.createDatabase();
    ({ database, owner } = await openTestDomain(url, syntheticExperience(0)));
    const connection = { kind: 'postgres', url } as const;
    queue = createQueueClient(connection, jobs, logger);
    queues = new QueuesService(database, queue);
    relay = new OutboxRelay(database, jobs, queue, logger);
    const retrain: JobHandler = {
      job: 'retrain',
      async handle(job) {
        if (failing) throw new Error('the spec says so');
        await markProcessed(database.manager, [job.eventId]);
      },
    };
    runner = new JobRunner(connection, jobs, [retrain], logger);
    await runner.start();
  });
  afterAll(async () => {
    await runner?.stop();
    await queue?.close();
    await database?.destroy();
    await postgres?.stop();
  });

  const ask = async () => {
    const id = await writeOutbox(database.manager, jobs, { topic: 'retrain', payload: { trialId: null } });
    await relay.relayOnce();
    return id;
  };
  const status = async () => (await queues.list(operator)).find((entry) => entry.queue === 'training')!;
  const done = async (eventId: string) =>
    (await queues.jobs(operator, 'training', 'completed', { first: 10 })).nodes.find((job) => job.eventId === eventId);
  const failed = async () => (await queues.jobs(operator, 'training', 'failed', { first: 10 })).nodes;

  async function until(holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + WITHIN_MS;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`still not so after ${WITHIN_MS} ms`);
      await sleep(100);
    }
  }

  it('is for operators', async () => {
    const reference = { queue: 'training', id: 'any' };
    for (const act of [
      () => queues.list(owner),
      () => queues.jobs(owner, 'training', 'failed', { first: 1 }),
      () => queues.pause(owner, 'training'),
      () => queues.resume(owner, 'training'),
      () => queues.redrive(owner, 'training'),
      () => queues.retry(owner, reference),
      () => queues.cancel(owner, reference),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('knows its queues and jobs', async () => {
    await expect(queues.pause(operator, 'nonsense')).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'queue' });
    for (const act of ['retry', 'cancel'] as const) {
      const unknown = queues[act](operator, { queue: 'training', id: 'nonsense' });
      await expect(unknown).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'id' });
    }
  });

  it('holds what waits while it is paused, and lets an operator give it up', async () => {
    expect(await queues.pause(operator, 'training')).toMatchObject({ paused: true, waiting: 0, pending: 0 });
    const eventId = await ask();
    expect(await status()).toMatchObject({ paused: true, waiting: 1, pending: 1, oldestPendingAt: expect.any(Date) });
    const { nodes } = await queues.jobs(operator, 'training', 'waiting', { first: 10 });
    expect(nodes).toMatchObject([{ eventId, name: 'retrain', queue: 'training', state: 'waiting', phase: null }]);
    const id = nodes[0]!.id;
    await expect(queues.retry(operator, { queue: 'training', id })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await queues.cancel(operator, { queue: 'training', id })).toMatchObject({ waiting: 0, pending: 0 });
    await ask();
    expect(await queues.resume(operator, 'training')).toMatchObject({ paused: false });
    await until(async () => (await status()).pending === 0);
    expect(await status()).toMatchObject({ processedLastHour: 2, failed: 0 });
  });

  it('sends failed jobs again, one or all', async () => {
    failing = true;
    const eventId = await ask();
    await until(async () => (await status()).failed === 1);
    const [job] = await failed();
    expect(job).toMatchObject({ eventId, attempts: 5, failedReason: 'the spec says so' });
    failing = false;
    await queues.retry(operator, { queue: 'training', id: job!.id });
    expect(await failed()).toEqual([]);
    await relay.relayOnce();
    await until(async () => (await status()).pending === 0);
    await until(async () => (await done(eventId)) !== undefined);
    const cancelled = queues.cancel(operator, { queue: 'training', id: (await done(eventId))!.id });
    await expect(cancelled).rejects.toMatchObject({ code: 'CONFLICT' });

    failing = true;
    const other = await ask();
    await until(async () => (await status()).failed === 1);
    failing = false;
    expect(await queues.redrive(operator, 'training')).toMatchObject({ failed: 0, pending: 1 });
    await relay.relayOnce();
    await until(async () => (await done(other)) !== undefined);
    const actions: { action: string }[] = await database.query(
      `SELECT action FROM audit_entries WHERE subject_kind = 'queue' ORDER BY id`,
    );
    expect(actions.map(({ action }) => action)).toEqual([
      'queue.pause',
      'job.cancel',
      'queue.resume',
      'job.retry',
      'queue.redrive',
    ]);
  });
});
