import { migrations } from '@edgelore/migrations';
import { createDataSource } from '@edgelore/platform';
import { startTestPostgres, type TestPostgres } from '@edgelore/platform/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { databaseEntities } from '../database-entities.js';
import { ModelVersionEntity } from '../model-versions/model-version.entity.js';
import { syntheticExperience } from '../testing/synthetic-experience.js';
import { openTestDomain, reportTrials, type TestDomain } from '../testing/test-domain.js';
import { RankingBasis } from './ranking-basis.js';

describe('what configurations are ranked by', () => {
  const shipped = syntheticExperience(2);
  const shippedTrials = 24;
  let postgres: TestPostgres;
  let domain: TestDomain;
  let other: DataSource;
  let basis: RankingBasis;

  beforeAll(async () => {
    postgres = await startTestPostgres({ migrations });
    const url = await postgres.createDatabase();
    domain = await openTestDomain(url, shipped);
    other = await createDataSource({ url, entities: databaseEntities }).initialize();
  });
  beforeEach(() => {
    basis = new RankingBasis(domain.database);
  });
  afterAll(async () => {
    await other?.destroy();
    await domain?.database.destroy();
    await postgres?.stop();
  });

  /** What was asked of the database meanwhile. */
  async function queriesOf(work: () => Promise<unknown>): Promise<string[]> {
    const log = jest.spyOn(domain.database.logger, 'logQuery');
    await work();
    const queries = log.mock.calls.map(([query]) => query);
    log.mockRestore();
    return queries;
  }
  const readsRows = (queries: readonly string[]) =>
    queries.some((query) => /"configuration"|"description"|artefact/.test(query));

  it('is read once, and asked for its state after that', async () => {
    const first = await queriesOf(() => basis.current());
    expect(readsRows(first)).toBe(true);
    const known = await basis.current();
    expect(known.experience.trialIds).toHaveLength(shippedTrials);
    const second = await queriesOf(async () => expect(await basis.current()).toBe(known));
    expect(readsRows(second)).toBe(false);
    expect(second.filter((query) => query.startsWith('SELECT'))).toHaveLength(1);
  });

  it('has a trial that another process has stored', async () => {
    expect((await basis.current()).experience.tasks).toHaveLength(2);
    const taskId = await reportTrials({ ...domain, database: other }, shipped, 1);
    const { experience } = await basis.current();
    expect(experience.trialIds).toHaveLength(shippedTrials + 1);
    expect(experience.tasks.find(({ id }) => id === taskId)?.trials).toHaveLength(1);
    await reportTrials({ ...domain, database: other }, shipped, 2);
    expect((await basis.current()).experience.trialIds).toHaveLength(shippedTrials + 2);
  });

  it('has a version that another process has promoted, and the one before where it went back', async () => {
    const { model } = await basis.current();
    const next = { ...model, id: '01900000-0000-7000-8000-00000000000a', number: 2 };
    await other.transaction(async (manager) => {
      await manager.update(ModelVersionEntity, { id: model.id }, { state: 'retired' });
      await manager.insert(ModelVersionEntity, { ...next, training: { ...model.training, parent: 1 } });
    });
    expect((await basis.current()).model.number).toBe(2);
    await other.transaction(async (manager) => {
      await manager.update(ModelVersionEntity, { id: next.id }, { state: 'retired' });
      await manager.update(ModelVersionEntity, { id: model.id }, { state: 'current' });
    });
    expect((await basis.current()).model.number).toBe(1);
  });
});
