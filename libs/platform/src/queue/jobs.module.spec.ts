import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrations } from '@edgelore/migrations';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type INestApplicationContext, Inject, Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { type Config, loadConfig } from '../config/config.js';
import { ConfigModule } from '../config/config.module.js';
import { createDataSource } from '../database/data-source.js';
import { DatabaseModule } from '../database/database.module.js';
import { writeOutbox } from '../outbox/outbox.js';
import { countOnce, suiteJobs } from '../testing/suite-jobs.js';
import { startTestPostgres, type TestPostgres } from '../testing/test-postgres.js';
import type { JobHandler, RunningJob } from './job-table.js';
import { JobsModule } from './jobs.module.js';

@Injectable()
class CountHandler implements JobHandler {
  readonly job = 'count';

  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  async handle(job: RunningJob<unknown>): Promise<void> {
    await countOnce(this.database, job.eventId);
  }
}

@Injectable()
class GatherHandler implements JobHandler {
  readonly job = 'gather';

  async handle(): Promise<void> {
    throw new Error('not asked for here');
  }
}

function application(config: Config, handlers: Type<JobHandler>[]): Promise<INestApplicationContext> {
  @Module({
    imports: [
      ConfigModule.forRoot(config),
      DatabaseModule.forRoot({ entities: [], migrations }),
      JobsModule.forRoot({ jobs: suiteJobs, handlers }),
    ],
  })
  class WorkerModule {}
  return NestFactory.createApplicationContext(WorkerModule, { logger: false, abortOnError: false });
}

describe('JobsModule', () => {
  let postgres: TestPostgres;
  let config: Config;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    config = loadConfig({ DATABASE_URL: postgres.url, LOG_LEVEL: 'silent' });
  });

  afterAll(async () => {
    await postgres.stop();
  });

  it('migrates, carries events to handlers, and stops', async () => {
    const app = await application(config, [CountHandler, GatherHandler]);
    const database = app.get(DataSource);
    await database.query('CREATE TABLE effects (event_id uuid)');
    const id = await database.transaction((manager) =>
      writeOutbox(manager, suiteJobs, { topic: 'count', payload: { ms: 0 } }),
    );
    let effects: unknown[] = [];
    for (let attempt = 0; attempt < 200 && effects.length === 0; attempt += 1) {
      await sleep(50);
      effects = await database.query('SELECT event_id FROM effects');
    }
    expect(effects).toEqual([{ event_id: id }]);
    await app.close();
  });

  it('does not start with a job that nobody handles', async () => {
    await expect(application(config, [CountHandler])).rejects.toMatchObject({
      code: 'JOBS_MISWIRED',
      message: 'No handler for the job gather.',
    });
  });

  it('keeps no event of a transaction that did not go through, and no payload that the job would not take', async () => {
    const database = await createDataSource({ url: postgres.url }).initialize();
    const failing = database.transaction(async (manager) => {
      await writeOutbox(manager, suiteJobs, { topic: 'count', payload: { ms: 1 } });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    const payload: { ms: number } = JSON.parse('{"ms": "soon"}');
    await expect(writeOutbox(database.manager, suiteJobs, { topic: 'count', payload })).rejects.toThrow(
      'expected number',
    );
    expect(await database.query('SELECT 1 FROM outbox_events WHERE processed_at IS NULL')).toEqual([]);
    await database.destroy();
  });
});
