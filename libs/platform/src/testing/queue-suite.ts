import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { migrations } from '@edgelore/migrations';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../database/data-source.js';
import { createLogger } from '../logging/logger.js';
import { markProcessed, unprocessedEvents, writeOutbox } from '../outbox/outbox.js';
import { OutboxRelay } from '../outbox/outbox-relay.js';
import { JobRunner } from '../queue/job-runner.js';
import type { JobHandler, RunningJob } from '../queue/job-table.js';
import { createQueueClient, type QueueClient } from '../queue/queue-client.js';
import type { QueueConnection } from '../queue/queue-connection.js';
import { countOnce, suiteJobs } from './suite-jobs.js';
import { startTestPostgres, type TestPostgres } from './test-postgres.js';

const logger = createLogger({ logLevel: 'silent' }, 'suite');
const RECOVERY_MS = 15_000;

interface Backend {
  connection(databaseUrl: string): QueueConnection;
  stop(): Promise<void>;
}

type CountHandler = (job: RunningJob<{ ms: number }>) => Promise<void>;

/** What a queue must do whatever it is built on. */
export function queueSuite(name: string, start: () => Promise<Backend>): void {
  describe(`queue on ${name}`, () => {
    let postgres: TestPostgres;
    let backend: Backend;
    let connection: QueueConnection;
    let database: DataSource;
    let queue: QueueClient<typeof suiteJobs>;
    const runners: JobRunner[] = [];
    const children: ChildProcess[] = [];

    beforeAll(async () => {
      [postgres, backend] = await Promise.all([startTestPostgres({ migrations }), start()]);
      connection = backend.connection(postgres.url);
      database = await createDataSource({ url: postgres.url }).initialize();
      await database.query('CREATE TABLE effects (event_id uuid)');
      queue = createQueueClient(connection, suiteJobs, logger);
    });

    afterEach(async () => {
      for (const child of children.splice(0)) child.kill('SIGKILL');
      await Promise.all(runners.splice(0).map((runner) => runner.stop()));
      await queue.wipe();
      await database.query('TRUNCATE effects, outbox_events');
    });

    afterAll(async () => {
      await queue.close();
      await database.destroy();
      await backend.stop();
      await postgres.stop();
    });

    const relay = (resendMs = 30_000) => new OutboxRelay(database, suiteJobs, queue, logger, { resendMs });
    const count = (ms = 0) => writeOutbox(database.manager, suiteJobs, { topic: 'count', payload: { ms } });
    const gather = () => writeOutbox(database.manager, suiteJobs, { topic: 'gather', payload: {} });

    async function effects(): Promise<number> {
      const [row]: { effects: number }[] = await database.query('SELECT count(*)::int AS effects FROM effects');
      return row!.effects;
    }

    async function run(handlers: { count?: CountHandler; gather?: JobHandler['handle'] } = {}): Promise<JobRunner> {
      const countHandler: JobHandler = {
        job: 'count',
        async handle(job) {
          if (handlers.count === undefined) await countOnce(database, job.eventId);
          else await handlers.count({ ...job, payload: suiteJobs.count.payload.parse(job.payload) });
        },
      };
      const gatherHandler: JobHandler = { job: 'gather', handle: handlers.gather ?? (async () => undefined) };
      const runner = new JobRunner(connection, suiteJobs, [countHandler, gatherHandler], logger);
      runners.push(runner);
      await runner.start();
      return runner;
    }

    it('runs each job once', async () => {
      await run();
      for (let index = 0; index < 20; index += 1) await count();
      expect(await relay().relayOnce()).toBe(20);
      expect(await relay().relayOnce()).toBe(0);
      await until(async () => (await effects()) === 20);
      expect((await queue.counts('maintenance')).failed).toBe(0);
    });

    it('ignores a job that it still holds', async () => {
      const id = await count();
      for (let index = 0; index < 3; index += 1) await queue.add('count', { ms: 0 }, { eventId: id });
      expect((await queue.counts('maintenance')).waiting).toBe(1);
    });

    it('gives the job of a killed worker to another in time, and its effect counts once', async () => {
      const child = crashWorker();
      await said(child, 'ready');
      await count();
      const started = said(child, 'started');
      await relay().relayOnce();
      await started;
      await run();
      await sleep(500);
      expect(await effects()).toBe(0);
      const killedAt = Date.now();
      child.kill('SIGKILL');
      await until(async () => (await effects()) === 1, RECOVERY_MS);
      const recovery = Date.now() - killedAt;
      console.info(`queue on ${name}: job of a killed worker done after ${(recovery / 1000).toFixed(1)} s`);
      expect(recovery).toBeLessThanOrEqual(RECOVERY_MS);
      await sleep(500);
      expect(await effects()).toBe(1);
    });

    it('coalesces: one runs, one waits, and every event is covered', async () => {
      let active = 0;
      let mostActive = 0;
      let runs = 0;
      const handle = async () => {
        active += 1;
        mostActive = Math.max(mostActive, active);
        runs += 1;
        const covered = await unprocessedEvents(database.manager, 'gather');
        await sleep(400);
        await database.transaction((manager) => markProcessed(manager, covered));
        active -= 1;
      };
      await run({ gather: handle });
      await gather();
      await relay().relayOnce();
      await until(async () => runs === 1);
      for (let index = 0; index < 5; index += 1) {
        await gather();
        await relay().relayOnce();
      }
      await until(async () => (await unprocessedEvents(database.manager, 'gather')).length === 0);
      expect(mostActive).toBe(1);
      expect(runs).toBe(2);
    });

    it('takes what comes after an event that was offered again while it was worked on', async () => {
      let runs = 0;
      let work = new AbortController();
      const handle = async () => {
        runs += 1;
        const covered = await unprocessedEvents(database.manager, 'gather');
        if (!work.signal.aborted) await once(work.signal, 'abort');
        await database.transaction((manager) => markProcessed(manager, covered));
      };
      await run({ gather: handle });
      for (let round = 1; round <= 3; round += 1) {
        work = new AbortController();
        const before = runs;
        await gather();
        await relay().relayOnce();
        await until(async () => runs > before);
        expect(await relay(0).relayOnce()).toBe(1);
        work.abort();
        await until(async () => (await unprocessedEvents(database.manager, 'gather')).length === 0);
        await until(async () => (await queue.counts('training')).completed === 2 * round);
      }
    });

    it('loses nothing when it is wiped, with jobs waiting and running', async () => {
      let held = 0;
      const release = new AbortController();
      await run({
        async count(job) {
          held += 1;
          if (job.payload.ms > 0 && !release.signal.aborted) await once(release.signal, 'abort');
          await countOnce(database, job.eventId);
        },
      });
      for (let index = 0; index < 8; index += 1) await count(1);
      await relay().relayOnce();
      await until(async () => held === 4);
      await queue.wipe();
      expect(await queue.counts('maintenance')).toMatchObject({ waiting: 0, active: 0 });
      // Every event goes out a second time while four of them are still at work.
      expect(await relay(0).relayOnce()).toBe(8);
      release.abort();
      await until(async () => held === 12);
      await until(async () => (await queue.counts('maintenance')).active === 0);
      expect(await effects()).toBe(8);
      expect(await unprocessedEvents(database.manager, 'count')).toEqual([]);
    });

    it('tries a failing job again', async () => {
      const attempts: number[] = [];
      await run({
        async count(job) {
          attempts.push(job.attempt);
          if (job.attempt === 1) throw new Error('once');
          await countOnce(database, job.eventId);
        },
      });
      await count();
      await relay().relayOnce();
      await until(async () => (await effects()) === 1);
      expect(attempts).toEqual([1, 2]);
    });

    it('hands a job back when its worker is asked to stop', async () => {
      let started = false;
      const first = await run({
        async count(job) {
          started = true;
          await once(job.signal, 'abort');
          throw new Error('stopped');
        },
      });
      await count();
      await relay().relayOnce();
      await until(async () => started);
      const askedAt = Date.now();
      await first.stop();
      expect(Date.now() - askedAt).toBeLessThan(5_000);
      const attempts: number[] = [];
      await run({
        async count(job) {
          attempts.push(job.attempt);
          await countOnce(database, job.eventId);
        },
      });
      await until(async () => (await effects()) === 1);
      expect(attempts).toEqual([1]);
    });

    it('pauses without losing what comes, and goes on', async () => {
      await run();
      await queue.pause('maintenance');
      expect(await queue.isPaused('maintenance')).toBe(true);
      const id = await count();
      await relay().relayOnce();
      await sleep(300);
      expect(await effects()).toBe(0);
      expect(await queue.counts('maintenance')).toMatchObject({ waiting: 1, active: 0 });
      expect(await queue.list('maintenance', 'waiting', { start: 0, count: 5 })).toMatchObject([
        { id, eventId: id, name: 'count', state: 'waiting', attempts: 0, startedAt: null },
      ]);
      await queue.resume('maintenance');
      await until(async () => (await effects()) === 1);
      await until(async () => (await queue.find('maintenance', id))?.state === 'completed');
      expect(await queue.isPaused('maintenance')).toBe(false);
    });

    it('lists newest first, finds and removes', async () => {
      const ids: string[] = [];
      for (let at = 0; at < 3; at += 1) {
        ids.push(await count());
        await relay().relayOnce();
        await sleep(5);
      }
      const listed = await queue.list('maintenance', 'waiting', { start: 0, count: 2 });
      expect(listed.map((job) => job.id)).toEqual([ids[2], ids[1]]);
      expect(await queue.list('maintenance', 'waiting', { start: 2, count: 2 })).toHaveLength(1);
      expect(await queue.find('maintenance', ids[0]!)).toMatchObject({ state: 'waiting', failedReason: null });
      expect(await queue.remove('maintenance', ids[0]!)).toBe(true);
      expect(await queue.find('maintenance', ids[0]!)).toBeNull();
      expect((await queue.counts('maintenance')).waiting).toBe(2);
    });

    function crashWorker(): ChildProcess {
      const script = fileURLToPath(new URL('./crash-worker.js', import.meta.url));
      const child = spawn(process.execPath, [script, postgres.url, JSON.stringify(connection)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      return child;
    }
  });
}

async function said(child: ChildProcess, word: string): Promise<void> {
  for (;;) {
    const [chunk] = await once(child.stdout!, 'data');
    if (String(chunk).includes(word)) return;
  }
}

async function until(holds: () => Promise<boolean>, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`still not so after ${withinMs} ms`);
    await sleep(20);
  }
}
