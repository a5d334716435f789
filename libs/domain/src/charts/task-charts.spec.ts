import { migrations } from '@edgelore/migrations';
import { type RequestContext, uuid7 } from '@edgelore/platform';
import { startTestPostgres, type TestPostgres } from '@edgelore/platform/testing';
import { faceDetectorSpace } from '@edgelore/search-space';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { RankingBasis } from '../recommendations/ranking-basis.js';
import { RankingThread } from '../recommendations/ranking-thread.js';
import { RecommendationsService } from '../recommendations/recommendations.service.js';
import { RegretService } from '../regret/regret.service.js';
import { NEWEST_FIRST } from '../sorted-page.js';
import { syntheticConfigurations, syntheticExperience } from '../testing/synthetic-experience.js';
import { openTestDomain, operator, reportTrials } from '../testing/test-domain.js';
import { TrialsService } from '../trials/trials.service.js';
import type { TaskCharts } from './task-charts.js';

const TRIALS = 24;

describe('the charts of a task, and its regret', () => {
  const scores = [0.3, 0.5, 0.4];
  let postgres: TestPostgres;
  let database: DataSource;
  let owner: RequestContext;
  let stranger: RequestContext;
  let trials: TrialsService;
  let taskId: string;
  let recommendationId: string;
  let charts: TaskCharts;
  let thread: RankingThread;
  let recommendations: RecommendationsService;

  beforeAll(async () => {
    postgres = await startTestPostgres({ migrations });
    const experience = syntheticExperience(2);
    const domain = await openTestDomain(await postgres.createDatabase(), experience);
    ({ database, owner } = domain);
    stranger = { ...owner, organisationId: uuid7() };
    trials = new TrialsService(database);
    taskId = await reportTrials(domain, experience, TRIALS);
    thread = new RankingThread();
    recommendations = new RecommendationsService(database, new RankingBasis(database), thread);
    const { id, items } = await recommendations.recommend(owner, { taskId, count: 3 });
    recommendationId = id;
    for (const [at, { configuration }] of items.entries()) {
      const curve = Array.from({ length: 300 }, (_, step) => ({ step, score: (scores[at]! * step) / 300 }));
      const report = {
        taskId,
        recommendationId,
        reportId: `made ${at}`,
        configuration,
        score: scores[at]!,
        seconds: 1,
      };
      await trials.report(owner, { ...report, curve });
    }
    await trials.report(owner, { taskId, reportId: 'failed', configuration: items[0]!.configuration, seconds: 1 });
    charts = await trials.charts(owner, taskId);
  });
  afterAll(async () => {
    await thread?.onApplicationShutdown();
    await database?.destroy();
    await postgres?.stop();
  });

  it('are for the owner and for operators', async () => {
    await expect(trials.charts(stranger, taskId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await (await trials.charts(operator, taskId)).of()).toBe(TRIALS + 3);
    expect([await charts.of(), await charts.counted()]).toEqual([TRIALS + 3, TRIALS + 3]);
  });

  it('show where the best became better, in the order of reports', async () => {
    const { points, steps } = await charts.bestSoFar(500);
    expect(points).toHaveLength(TRIALS + 3);
    expect(points.map(({ index }) => index)).toEqual(points.map((_, at) => at + 1));
    const bests = points.filter(({ score }, at) => points.slice(0, at).every((earlier) => earlier.score < score));
    expect(steps).toEqual(bests);
    expect((await charts.bestSoFar(5)).points).toHaveLength(5);
    await expect(charts.bestSoFar(5_000)).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'points' });
  });

  it('lay measured beside predicted ranks', async () => {
    const { points, kendallTau, recommendations } = await charts.predicted();
    expect(points.map(({ predictedRank, measuredRank, of }) => [predictedRank, measuredRank, of])).toEqual([
      [1, 3, 3],
      [2, 1, 3],
      [3, 2, 3],
    ]);
    expect(points[0]).toMatchObject({ recommendationId, modelVersion: 1, score: 0.3 });
    expect(recommendations).toBe(1);
    expect(kendallTau).toBeCloseTo(-1 / 3, 9);
  });

  it('down-sample learning curves', async () => {
    const curves = await charts.curves(null, 50);
    expect(curves.map(({ score, points }) => [score, points.length])).toEqual([
      [0.5, 50],
      [0.4, 50],
      [0.3, 50],
    ]);
    const [{ trialId } = { trialId: '' }] = curves;
    expect((await charts.curves([trialId, 'nonsense'], 300))[0]!.points).toHaveLength(300);
    await expect(charts.curves(Array(21).fill(trialId), 50)).rejects.toMatchObject({ field: 'trialIds' });
  });

  it('draw a line a trial through the values of its configuration', async () => {
    const { dimensions, rows } = await charts.parallel(10);
    expect(dimensions.map(({ name }) => name)).toEqual(faceDetectorSpace.dimensions.map(({ name }) => name));
    expect(rows).toHaveLength(10);
    const sorted = rows.map(({ score }) => score);
    expect([...sorted].sort((a, b) => b - a)).toEqual(sorted);
    for (const { positions } of rows) {
      for (const [at, position] of positions.entries()) expect(dimensions[at]!.values[position]).toBeDefined();
    }
  });

  it('cut scores by every value', async () => {
    for (const { values } of await charts.slices()) {
      expect(values.reduce((sum, value) => sum + value.trials, 0)).toBe(TRIALS + 3);
      for (const value of values) {
        const inOrder = [value.least, value.lowerQuartile, value.median, value.upperQuartile, value.best];
        expect([...inOrder].sort((a, b) => a - b)).toEqual(inOrder);
      }
    }
  });

  it('say what matters', async () => {
    const found = await charts.importance();
    expect(found?.trials).toBe(TRIALS + 3);
    expect(found?.items.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it.each(['macs', 'bytes'] as const)('keep the trials that none beats at the same %s', async (cost) => {
    const { front, others } = await charts.pareto(cost, 500);
    expect(front.length + others.length).toBe(TRIALS + 3);
    for (const point of others) {
      expect(front.some((best) => best[cost] <= point[cost] && best.score >= point.score)).toBe(true);
    }
    for (const [at, point] of front.entries()) {
      if (at > 0) expect(point.score).toBeGreaterThan(front[at - 1]!.score);
    }
  });

  it('realised regret is what first and best choices fell short of the best known', async () => {
    const regret = new RegretService(database);
    const { points } = await charts.bestSoFar(500);
    const known = Math.max(...points.map(({ score }) => score));
    const { nodes } = await regret.list(owner, {}, { first: 5 });
    expect(nodes).toMatchObject([
      { recommendationId, taskName: 'Private', modelVersion: 1, trials: 3, bestKnown: known },
    ]);
    expect([nodes[0]!.firstRegret, nodes[0]!.bestRegret].map((value) => value?.toFixed(9))).toEqual(
      [known - 0.3, known - 0.5].map((value) => value.toFixed(9)),
    );
    const [version] = await regret.byVersion(operator);
    expect(version).toMatchObject({ modelVersion: 1, taskCount: 2, trialCount: 24, recommendations: 1, firsts: 1 });
    expect(version!.bestRegret).toBeCloseTo(known - 0.5, 9);
    expect(version!.firstError).toBeNull();
  });

  it('shows regret to its owner only', async () => {
    const regret = new RegretService(database);
    expect((await regret.list(stranger, {}, { first: 5 })).nodes).toEqual([]);
    expect(await regret.byVersion(stranger)).toEqual([]);
    expect((await regret.list(operator, { taskId, modelVersion: 1 }, { first: 5 })).nodes).toHaveLength(1);
    expect((await regret.list(operator, { modelVersion: 2 }, { first: 5 })).nodes).toEqual([]);
  });

  it('take a report of a recommended configuration as made of the newest recommendation that holds it', async () => {
    const [item] = (await recommendations.get(owner, recommendationId)).items;
    const reported = (reportId: string) =>
      trials.report(owner, { taskId, reportId, configuration: item!.configuration, seconds: 1 });
    const failed = await reported('failed');
    expect(failed.recommendationId).toBe(recommendationId);
    await database.query(
      `INSERT INTO recommendations (id, organisation_id, task_id, client_key, model_version_id, reason, items)
       SELECT $2, organisation_id, task_id, 'again', model_version_id, reason, items FROM recommendations WHERE id = $1`,
      [recommendationId, uuid7()],
    );
    const newest = (await recommendations.list(owner, {}, NEWEST_FIRST, { first: 1 })).nodes[0]!.id;
    expect(newest).not.toBe(recommendationId);
    expect(await reported('failed')).toEqual(failed);
    expect((await reported('once more')).recommendationId).toBe(newest);
    const [other] = syntheticConfigurations(1, 'never recommended');
    const own = await trials.report(owner, { taskId, reportId: 'own', configuration: other, seconds: 1 });
    expect(own.recommendationId).toBeNull();
    expect(await recommendations.get(owner, recommendationId)).toMatchObject({
      trialCount: 4,
      bestScore: 0.5,
      taskName: 'Private',
      items: [{ rank: 1, trials: [{ score: 0.3 }, { score: null }], rankInterval: { low: 1 } }, {}, {}],
    });
  });
});
