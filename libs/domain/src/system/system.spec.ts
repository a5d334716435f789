import { migrations } from '@edgelore/migrations';
import { createLogger, createQueueClient, type QueueClient, type RequestContext } from '@edgelore/platform';
import { startTestPostgres, type TestPostgres } from '@edgelore/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { jobs } from '../jobs.js';
import { QueuesService } from '../queues/queues.service.js';
import { syntheticExperience } from '../testing/synthetic-experience.js';
import { openTestDomain, operator } from '../testing/test-domain.js';
import { SystemService } from './system.service.js';

describe('how the platform is', () => {
  let postgres: TestPostgres;
  let database: DataSource;
  let owner: RequestContext;
  let queue: QueueClient;
  let system: SystemService;

  beforeAll(async () => {
    postgres = await startTestPostgres({ migrations });
    const url = await postgres.createDatabase();
    ({ database, owner } = await openTestDomain(url, syntheticExperience(0)));
    queue = createQueueClient({ kind: 'postgres', url }, jobs, createLogger({ logLevel: 'silent' }, 'spec'));
    system = new SystemService(database, { redisUrl: undefined }, new QueuesService(database, queue));
  });
  afterAll(async () => {
    await queue?.close();
    await database?.destroy();
    await postgres?.stop();
  });

  it('is told to operators only', async () => {
    await expect(system.status(owner)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('tells versions, migrations and checks', async () => {
    const status = await system.status(operator);
    expect(status).toMatchObject({
      version: '0.1.0',
      node: process.version,
      postgres: expect.stringMatching(/^\d+/),
      queueBackend: 'postgres',
      pendingMigrations: [],
    });
    expect(status.databaseBytes).toBeGreaterThan(1e6);
    expect(status.migrations).toHaveLength(migrations.length);
    const written = status.migrations.map(({ writtenAt }) => writtenAt.getTime());
    expect([...written].sort((a, b) => b - a)).toEqual(written);
    expect(status.checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['database', true],
      ['queue', true],
      ['outbox', true],
    ]);
  });

  it('sees that nobody carries events to the queue', async () => {
    await database.query(
      `INSERT INTO outbox_events (id, topic, payload, created_at) VALUES (gen_random_uuid(), 'retrain', '{}', now() - interval '5 minutes')`,
    );
    const { checks } = await system.status(operator);
    expect(checks.find(({ name }) => name === 'outbox')).toMatchObject({
      ok: false,
      detail: expect.stringContaining('does a worker run?'),
    });
  });
});
