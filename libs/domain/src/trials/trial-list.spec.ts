import { migrations } from '@edgelore/migrations';
import { type RequestContext, uuid7 } from '@edgelore/platform';
import { startTestPostgres, type TestPostgres } from '@edgelore/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { NEWEST_FIRST } from '../sorted-page.js';
import type { TaskFilter, TaskSort } from '../tasks/task.types.js';
import { TasksService } from '../tasks/tasks.service.js';
import { syntheticConfigurations, syntheticExperience } from '../testing/synthetic-experience.js';
import { openTestDomain, operator, reportTrials } from '../testing/test-domain.js';
import type { Trial, TrialFilter, TrialOrder, TrialSort } from './trial.types.js';
import { TrialsService } from './trials.service.js';

const OWN = 14;

describe('the list of trials', () => {
  let postgres: TestPostgres;
  let database: DataSource;
  let owner: RequestContext;
  let stranger: RequestContext;
  let trials: TrialsService;
  let taskId: string;

  beforeAll(async () => {
    postgres = await startTestPostgres({ migrations });
    const experience = syntheticExperience(2);
    const domain = await openTestDomain(await postgres.createDatabase(), experience);
    ({ database, owner } = domain);
    trials = new TrialsService(database);
    taskId = await reportTrials(domain, experience, OWN - 2);
    const [configuration] = syntheticConfigurations(1, 'failed');
    for (const reportId of ['failed', 'failed again']) {
      await trials.report(owner, { taskId, reportId, configuration, score: null, seconds: 7 });
    }
    stranger = { ...owner, organisationId: uuid7() };
  });
  afterAll(async () => {
    await database?.destroy();
    await postgres?.stop();
  });

  async function all(ctx: RequestContext, filter: TrialFilter, sort: TrialSort = NEWEST_FIRST): Promise<Trial[]> {
    const seen: Trial[] = [];
    let after: string | null = null;
    do {
      const page = await trials.list(ctx, filter, sort, { first: 5, after });
      seen.push(...page.nodes);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    return seen;
  }

  const keys: Readonly<Record<TrialOrder, (trial: Trial) => string | number>> = {
    created: ({ id }) => id,
    score: ({ score }) => score ?? -1,
    seconds: ({ seconds }) => seconds,
    macs: ({ cost }) => cost.macs,
    bytes: ({ cost }) => cost.bytes,
  };

  it.each(Object.keys(keys) as TrialOrder[])('pages through everything once by %s, either way', async (field) => {
    const everything = await all(operator, {});
    expect(everything).toHaveLength(OWN + 2 * 12);
    for (const sign of [1, -1]) {
      const seen = await all(operator, {}, { field, direction: sign > 0 ? 'asc' : 'desc' });
      const expected = [...everything].sort((a, b) => {
        const [one, other] = [keys[field](a), keys[field](b)];
        if (one !== other) return one < other ? -sign : sign;
        return a.id < b.id ? -sign : sign;
      });
      expect(seen.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    }
  });

  it('shows callers their own trials only, in lists and in totals', async () => {
    expect(new Set((await all(owner, {})).map((trial) => trial.taskId))).toEqual(new Set([taskId]));
    expect(await all(stranger, {})).toEqual([]);
    expect(await trials.totals(stranger, {})).toMatchObject({ count: 0, tasks: 0, bestScore: null, seconds: 0 });
    expect(await trials.totals(owner, {})).toMatchObject({ count: OWN, failed: 2, completed: OWN - 2, tasks: 1 });
    expect(await trials.totals(operator, {})).toMatchObject({ count: OWN + 24, tasks: 3 });
    await expect(trials.list(stranger, { taskId }, NEWEST_FIRST, { first: 5 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const [own] = await all(owner, {});
    await expect(trials.get(stranger, own!.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await trials.get(owner, own!.id)).toEqual(own);
  });

  it('filters by everything that it says', async () => {
    const everything = await all(operator, {});
    const middle = everything[9]!;
    const cases: readonly (readonly [TrialFilter, (trial: Trial) => boolean])[] = [
      [{ taskId }, (trial) => trial.taskId === taskId],
      [{ state: 'failed' }, (trial) => trial.score === null],
      [{ minScore: 0.5 }, ({ score }) => score !== null && score >= 0.5],
      [{ maxScore: 0.5 }, ({ score }) => score !== null && score <= 0.5],
      [{ maxMacs: middle.cost.macs }, ({ cost }) => cost.macs <= middle.cost.macs],
      [{ maxBytes: middle.cost.bytes }, ({ cost }) => cost.bytes <= middle.cost.bytes],
      [{ maxSeconds: 7 }, ({ seconds }) => seconds <= 7],
      [{ backend: 'synthetic' }, ({ backend }) => backend === 'synthetic'],
      [{ configurationId: middle.configurationId }, (trial) => trial.configurationId === middle.configurationId],
      [{ ids: [middle.id, 'nonsense'] }, ({ id }) => id === middle.id],
      [{ organisationId: middle.organisationId }, (trial) => trial.organisationId === middle.organisationId],
      [{ recommended: true }, () => false],
      [{ modelVersion: 1 }, () => false],
      [{ recommendationId: 'nonsense' }, () => false],
      [{ since: middle.createdAt }, ({ createdAt }) => createdAt >= middle.createdAt],
      [{ until: middle.createdAt }, ({ createdAt }) => createdAt < middle.createdAt],
      [
        { dimensions: [{ name: 'width', values: ['0.5', '1.5'] }] },
        ({ configuration }) => Number(configuration.values.width) !== 1,
      ],
      [
        {
          dimensions: [
            { name: 'pyramid', values: ['fpn'] },
            { name: 'optimiser', values: ['sgd'] },
          ],
        },
        ({ configuration: { values } }) => values.pyramid === 'fpn' && values.optimiser === 'sgd',
      ],
    ];
    for (const [filter, passes] of cases) {
      const expected = everything.filter(passes).map(({ id }) => id);
      expect([filter, (await all(operator, filter)).map(({ id }) => id)]).toEqual([filter, expected]);
      expect((await trials.totals(operator, filter)).count).toBe(expected.length);
    }
  });

  it('says what sets a configuration apart, and of which task it is', async () => {
    const [trial] = await all(owner, {});
    expect(trial).toMatchObject({ taskName: 'Private', countedIn: null });
    for (const { dimension, value, default: usual } of trial!.difference) {
      expect(trial!.configuration.values[dimension]).toBe(value);
      expect(value).not.toBe(usual);
    }
    expect(trial!.difference.length).toBeGreaterThan(0);
  });

  it.each([
    ['a cursor of another order', { after: 'created' }],
    ['a cursor of its own making', { after: Buffer.from('["score desc","x",1]').toString('base64url') }],
    ['no JSON', { after: 'nonsense' }],
  ])('refuses %s', async (_, { after }) => {
    const { pageInfo } = await trials.list(operator, {}, NEWEST_FIRST, { first: 1 });
    const cursor = after === 'created' ? pageInfo.endCursor : after;
    const sort = { field: 'score', direction: 'desc' } as const;
    await expect(trials.list(operator, {}, sort, { first: 1, after: cursor })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      field: 'after',
    });
  });

  it('refuses a dimension that the search space lacks', async () => {
    const filter = { dimensions: [{ name: "x}' OR true --", values: [] }] };
    await expect(trials.totals(operator, filter)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      field: 'filter.dimensions',
    });
  });

  it('orders and filters tasks in the same way', async () => {
    const tasks = new TasksService(database);
    const names = async (ctx: RequestContext, filter: TaskFilter, sort: TaskSort) =>
      (await tasks.list(ctx, filter, sort, { first: 10 })).nodes.map(({ name }) => name);
    const byName = { field: 'name', direction: 'asc' } as const;
    expect(await names(operator, {}, byName)).toEqual(['Open open-1', 'Open open-2', 'Private']);
    expect(await names(operator, { search: 'OPEN' }, byName)).toHaveLength(2);
    expect(await names(operator, { open: false }, byName)).toEqual(['Private']);
    expect(await names(operator, { tried: false }, byName)).toEqual([]);
    expect(await names(operator, { noised: true }, byName)).toEqual([]);
    expect(await names(owner, {}, byName)).toEqual(['Private']);
    expect(await names(stranger, {}, byName)).toEqual([]);
    expect(await names(operator, {}, { field: 'trials', direction: 'desc' })).toHaveLength(3);
    expect((await names(operator, {}, { field: 'trials', direction: 'desc' }))[0]).toBe('Private');
    expect(await tasks.count(operator, { minImages: 1, maxImages: 40 })).toBe(3);
    expect(await tasks.count(stranger, {})).toBe(0);
    const best = await tasks.list(operator, {}, { field: 'best-score', direction: 'desc' }, { first: 3 });
    const scores = best.nodes.map(({ bestScore }) => bestScore ?? -1);
    expect([...scores].sort((a, b) => b - a)).toEqual(scores);
    expect(best.nodes.find(({ name }) => name === 'Private')).toMatchObject({
      trialCount: OWN,
      failedCount: 2,
      recommendationCount: 0,
      organisationName: 'owner',
    });
  });

  it('shows a description to its owner and to operators', async () => {
    const tasks = new TasksService(database);
    const sent = await tasks.sent(owner, taskId);
    expect(sent.rows).toHaveLength(Math.floor(sent.images / sent.batchSize));
    expect(sent.rows[0]).toHaveLength(sent.dimension);
    expect(sent.bytes).toBeGreaterThan(sent.rows.length * sent.dimension);
    expect(await tasks.sent(operator, taskId)).toEqual(sent);
    await expect(tasks.sent(stranger, taskId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
