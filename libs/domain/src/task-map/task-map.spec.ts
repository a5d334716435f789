import { migrations } from '@edgelore/migrations';
import { type RequestContext, uuid7 } from '@edgelore/platform';
import { startTestPostgres, type TestPostgres } from '@edgelore/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { OverviewService } from '../overview/overview.service.js';
import { SearchSpacesService } from '../search-spaces/search-spaces.service.js';
import { syntheticExperience } from '../testing/synthetic-experience.js';
import { openTestDomain, operator, reportTrials } from '../testing/test-domain.js';
import { TaskMapService } from './task-map.service.js';

describe('what is told of many tasks at once', () => {
  let postgres: TestPostgres;
  let database: DataSource;
  let owner: RequestContext;
  let stranger: RequestContext;
  let taskId: string;

  beforeAll(async () => {
    postgres = await startTestPostgres({ migrations });
    const experience = syntheticExperience(3);
    const domain = await openTestDomain(await postgres.createDatabase(), experience);
    ({ database, owner } = domain);
    stranger = { ...owner, organisationId: uuid7() };
    taskId = await reportTrials(domain, experience, 4);
  });
  afterAll(async () => {
    await database?.destroy();
    await postgres?.stop();
  });

  describe('the map', () => {
    const map = (ctx: RequestContext, id: string | null = null) => new TaskMapService(database).read(ctx, id);

    it('names to operators every task', async () => {
      const { points, explained, of, neighbours } = await map(operator, taskId);
      expect(points.map(({ name }) => name).sort()).toEqual(['Open open-1', 'Open open-2', 'Open open-3', 'Private']);
      expect(of).toBe(4);
      expect(explained[0]! + explained[1]!).toBeLessThanOrEqual(1 + 1e-9);
      expect(explained[0]).toBeGreaterThanOrEqual(explained[1]!);
      expect(neighbours).toHaveLength(3);
      const distances = neighbours.map(({ distance }) => distance);
      expect([...distances].sort((a, b) => a - b)).toEqual(distances);
      expect(neighbours.every(({ kind, bestScore }) => kind === 'open' && bestScore !== null)).toBe(true);
    });

    it('names to an owner its own and open tasks', async () => {
      const { points } = await map(owner);
      expect(points.find(({ kind }) => kind === 'own')).toMatchObject({ taskId, name: 'Private', trialCount: 4 });
    });

    it('shows of a foreign task a coarse place and nothing else', async () => {
      const exact = (await map(operator)).points.find((point) => point.taskId === taskId)!;
      const { points, neighbours } = await map(stranger);
      expect(JSON.stringify(points)).not.toMatch(new RegExp(`${taskId}|Private`));
      const foreign = points.filter(({ kind }) => kind === 'other');
      expect(foreign).toMatchObject([{ taskId: null, name: null, images: null, trialCount: null, bestScore: null }]);
      expect([foreign[0]!.x, foreign[0]!.y]).not.toEqual([exact.x, exact.y]);
      expect(Math.abs(foreign[0]!.x - exact.x)).toBeLessThan(0.1);
      expect(neighbours).toEqual([]);
      await expect(map(stranger, taskId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('is the same at every look, and knows a task that came later', async () => {
      const service = new TaskMapService(database);
      const first = await service.read(operator, null);
      expect(await service.read(operator, null)).toEqual(first);
      expect(await map(operator)).toEqual(first);
    });
  });

  it('totals count what the caller may see', async () => {
    const overview = (ctx: RequestContext) => new OverviewService(database).read(ctx);
    expect(await overview(operator)).toMatchObject({ tasks: 4, openTasks: 3, trials: { count: 40, tasks: 4 } });
    const own = await overview(owner);
    expect(own).toMatchObject({ tasks: 1, openTasks: 0, untriedTasks: 0, recommendations: 0, trials: { count: 4 } });
    expect(own.privacy).toEqual({ noised: 0, plain: 1, leastEpsilon: null, mostEpsilon: null });
    expect(own.days).toHaveLength(30);
    expect(own.days.at(-1)).toMatchObject({ trials: 4 });
    expect(own.days[0]!.day.toISOString()).toMatch(/T00:00:00.000Z$/);
    expect(await overview(stranger)).toMatchObject({ tasks: 0, trials: { count: 0 }, privacy: { plain: 0 } });
  });

  it('coverage counts the values that were tried', async () => {
    const spaces = new SearchSpacesService(database);
    const [space] = spaces.list(owner);
    expect(space).toMatchObject({ id: 'face-detector/1', name: 'face-detector', version: 1 });
    const all = await spaces.coverage(operator, 'face-detector/1');
    expect(all.trials).toBe(40);
    for (const { values } of all.dimensions) {
      expect(values.reduce((sum, value) => sum + value.trials, 0)).toBe(40);
    }
    expect((await spaces.coverage(owner, 'face-detector/1')).configurations).toBe(4);
    expect((await spaces.coverage(stranger, 'face-detector/1')).trials).toBe(0);
    await expect(spaces.coverage(owner, 'other/1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
