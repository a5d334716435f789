import { migrations } from '@edgelore/migrations';
import type { RequestContext } from '@edgelore/platform';
import { startTestPostgres, type TestPostgres } from '@edgelore/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { syntheticDescription, syntheticExperience } from '../testing/synthetic-experience.js';
import { openTestDomain } from '../testing/test-domain.js';
import { TasksService } from './tasks.service.js';

describe('the noise on a description', () => {
  const experience = syntheticExperience(0);
  let postgres: TestPostgres;
  let database: DataSource;
  let owner: RequestContext;
  let tasks: TasksService;

  beforeAll(async () => {
    postgres = await startTestPostgres({ migrations });
    ({ database, owner } = await openTestDomain(await postgres.createDatabase(), experience));
    tasks = new TasksService(database);
  });
  afterAll(async () => {
    await database?.destroy();
    await postgres?.stop();
  });

  const plain = syntheticDescription(experience.extractor, 'private');
  const description = { ...plain, rows: plain.rows.slice(0, 1), batchSize: plain.images };
  const noise = { epsilon: 1, delta: 1e-5, sigma: 0.18652912345678901 };
  const submit = (changes: object = {}) =>
    tasks.submit(owner, { clientKey: 'noised', name: 'Noised', description, noise, ...changes });

  it('is kept with the task, and the task taken once', async () => {
    const { id } = await submit();
    expect(await tasks.get(owner, id)).toMatchObject({ noise, batches: 1, batchSize: plain.images });
    expect((await submit()).id).toBe(id);
    for (const other of [{ ...noise, sigma: 0.2 }, null])
      await expect(submit({ noise: other })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('may be missing', async () => {
    expect(await submit({ clientKey: 'plain', description: plain, noise: undefined })).toMatchObject({ noise: null });
  });

  it.each([
    ['noise.epsilon', { epsilon: 0 }],
    ['noise.epsilon', { epsilon: Number.NaN }],
    ['noise.delta', { delta: 1.5 }],
    ['noise.sigma', { sigma: -1 }],
  ])('is refused naming %s', async (field, changes) => {
    await expect(submit({ clientKey: 'bad', noise: { ...noise, ...changes } })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      field,
    });
  });
});
