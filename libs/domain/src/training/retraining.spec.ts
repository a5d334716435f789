import { align, type ExtractorVersion, extract, fitAlignment, sealExtractor } from '@edgelore/descriptors';
import { migrations } from '@edgelore/migrations';
import { jobOptions, type RequestContext, type RunningJob } from '@edgelore/platform';
import { startTestPostgres, type TestPostgres } from '@edgelore/platform/testing';
import { type BilinearArtefact, type RankerVersion, trainRanker } from '@edgelore/ranking';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import type { ShippedExperience } from '../experience/shipped-experience.js';
import { ModelVersionsService } from '../model-versions/model-versions.service.js';
import { cancelEvents } from '../queues/cancel-events.js';
import { RankingBasis } from '../recommendations/ranking-basis.js';
import { RankingThread } from '../recommendations/ranking-thread.js';
import { RecommendationsService } from '../recommendations/recommendations.service.js';
import { NEWEST_FIRST } from '../sorted-page.js';
import { TasksService } from '../tasks/tasks.service.js';
import { syntheticDescription, syntheticExperience } from '../testing/synthetic-experience.js';
import { openTestDomain, operator, reportTrials } from '../testing/test-domain.js';
import { TrialsService } from '../trials/trials.service.js';
import { Retraining } from './retraining.js';
import { readSnapshot } from './snapshot.js';
import { storeOutcome } from './store-outcome.js';
import { train } from './train.js';
import { TrainingService } from './training.service.js';

describe('retraining', () => {
  let postgres: TestPostgres;
  let database: DataSource;
  let owner: RequestContext;

  beforeAll(async () => {
    postgres = await startTestPostgres({ migrations });
  });
  afterAll(() => postgres?.stop());

  const job = (changes: Partial<RunningJob<unknown>> = {}): RunningJob<unknown> => ({
    eventId: 'spec',
    name: 'retrain',
    payload: { trialId: null },
    attempt: 1,
    signal: new AbortController().signal,
    progress: async () => undefined,
    ...changes,
  });
  const retrain = (changes?: Partial<RunningJob<unknown>>) => new Retraining(database).handle(job(changes));
  const status = () => new TrainingService(database).status(operator);

  async function withExperience(experience: ShippedExperience): Promise<ShippedExperience> {
    const url = await postgres.createDatabase();
    await database?.destroy();
    ({ database, owner } = await openTestDomain(url, experience));
    return experience;
  }
  afterAll(() => database?.destroy());

  const report = (experience: ShippedExperience, trials: number) =>
    reportTrials({ database, owner }, experience, trials);

  describe('with little to learn from', () => {
    beforeEach(() => withExperience(syntheticExperience(0)));

    it('skips and says why, until there is enough', async () => {
      await report(syntheticExperience(0), 1);
      await retrain();
      expect(await status()).toMatchObject({ pending: 0, currentModel: 1, lastRun: { state: 'skipped' } });
      expect((await status()).lastRun?.reason).toContain('two different configurations');
    });

    it('rejects a candidate that cannot be judged, counts its trials, and keeps the current model', async () => {
      const taskId = await report(syntheticExperience(0), 3);
      await retrain();
      const { lastRun, currentModel } = await status();
      expect(currentModel).toBe(1);
      expect(lastRun).toMatchObject({ state: 'rejected', modelVersion: 2 });
      const version = await new ModelVersionsService(database).get(operator, 2);
      expect(version).toMatchObject({ state: 'rejected', verdict: 'reject', parent: 1, trialCount: 3 });
      expect(version.reason).toContain('Fewer than two tasks');
      expect(lastRun?.reason).toBe(version.reason);
      expect(version.reason).toMatch(/^[A-Z].*\.$/);
      const { nodes } = await new TrialsService(database).list(owner, { taskId }, NEWEST_FIRST, { first: 10 });
      expect(nodes.map(({ countedIn }) => countedIn)).toEqual([2, 2, 2]);
    });

    it('does nothing when nothing waits', async () => {
      await retrain();
      expect((await status()).lastRun).toBeNull();
    });

    it('does not count for a process that is asked to stop, and says so', async () => {
      await report(syntheticExperience(0), 3);
      const stopping = new AbortController();
      const run = retrain({ signal: stopping.signal });
      setTimeout(() => stopping.abort(), 150);
      await expect(run).rejects.toThrow();
      expect((await status()).pending).toBe(3);
      await retrain();
      expect(await status()).toMatchObject({ pending: 0, lastRun: { state: 'rejected' } });
    });

    it('gives up on reports after the last attempt only', async () => {
      await report(syntheticExperience(0), 3);
      await database.query(`ALTER TABLE counted_trials ADD CONSTRAINT broken CHECK (trial_id IS NULL) NOT VALID`);
      await expect(retrain()).rejects.toThrow();
      expect(await status()).toMatchObject({ pending: 3, currentModel: 1, lastRun: { state: 'failed' } });
      await expect(retrain({ attempt: jobOptions.attempts })).rejects.toThrow();
      expect(await status()).toMatchObject({ pending: 0, currentModel: 1, lastRun: { state: 'failed' } });
      expect(await database.query('SELECT number FROM model_versions')).toEqual([{ number: 1 }]);
    });

    it('counts once when two processes take the same job', async () => {
      await report(syntheticExperience(0), 3);
      await Promise.all([retrain(), retrain()]);
      expect(await database.query('SELECT state FROM training_runs')).toEqual([{ state: 'rejected' }]);
    });
  });

  it('stops when an operator cancels it, and is not tried again', async () => {
    const shipped = await withExperience(syntheticExperience(6));
    await report(shipped, 12);
    const progress = () => database.transaction((manager) => cancelEvents(manager, 'retrain', 'spec'));
    await retrain({ progress });
    expect(await status()).toMatchObject({
      pending: 0,
      running: false,
      currentModel: 1,
      lastRun: { state: 'abandoned', reason: 'An operator cancelled it.', modelVersion: null, secondsLeft: null },
    });
    await retrain();
    expect((await new TrainingService(database).runs(operator, { first: 5 })).nodes).toHaveLength(1);
    await report(shipped, 13);
    await retrain();
    expect(await status()).toMatchObject({ pending: 0, lastRun: { modelVersion: 2, trialCount: 6 * 12 + 13 } });
  });

  it('gives descriptions of the old extractor their meaning under a new one', async () => {
    const shipped = await withExperience(syntheticExperience(3));
    const { extractor } = shipped;
    const taskId = await report(shipped, 6);
    const thread = new RankingThread();
    const recommendations = new RecommendationsService(database, new RankingBasis(database), thread);
    const before = await recommendations.recommend(owner, { taskId, count: 2 });
    expect(before.modelVersion).toBe(1);

    const next = await promoteNewExtractor();
    const current = await new ModelVersionsService(database).current(operator);
    expect(current).toMatchObject({ number: 2, extractorVersion: next.version, extractorHash: next.hash });

    const { nodes } = await new TasksService(database).list(operator, {}, NEWEST_FIRST, { first: 10 });
    for (const task of nodes) expect(task.extractorVersion).toBe(task.open ? next.version : extractor.version);
    const open = (await new RankingBasis(database).current()).experience;
    const byNew = (id: string) => syntheticDescription(next, id).rows.flat();
    const carried = (id: string) => open.tasks.find((task) => task.id === id)!.description.rows.flat();
    expect(distance(carried('open-1'), byNew('open-1'))).toBeLessThan(1e-5);
    expect(distance(carried(taskId), byNew('private'))).toBeLessThan(0.05);

    // A client that fetched the extractor before the promotion is still understood.
    const late = syntheticDescription(extractor, 'late');
    const task = await new TasksService(database).submit(owner, { clientKey: 'late', name: 'Late', description: late });
    expect(task.extractorVersion).toBe(extractor.version);
    for (const id of [taskId, task.id]) {
      const { items, modelVersion } = await recommendations.recommend(owner, { taskId: id, count: 2 });
      expect({ modelVersion, items: items.length }).toEqual({ modelVersion: 2, items: 2 });
    }
    await thread.onApplicationShutdown();

    // The next training starts from the new extractor, with the old tasks carried along.
    await new TrainingService(database).request(operator);
    await retrain();
    expect(await status()).toMatchObject({ pending: 0, lastRun: { modelVersion: 3 } });
  });

  it('goes on from a version whose ranker is of the first format', async () => {
    const { extractor, tasks } = syntheticExperience(3);
    const described = tasks.map(({ id, trials }) => ({
      id,
      description: syntheticDescription(extractor, id),
      trials: [...trials],
    }));
    const { ranker } = trainRanker({ seed: 'old', extractor, tasks: described });
    const old = inFirstFormat({ ...ranker, strategy: 'ranker' });
    const shipped = await withExperience({ extractor, tasks, ranker: old });
    const taskId = await report(shipped, 6);
    const thread = new RankingThread();
    const recommendations = new RecommendationsService(database, new RankingBasis(database), thread);
    const { items, modelVersion } = await recommendations.recommend(owner, { taskId, count: 2 });
    expect([modelVersion, items.map(({ reason }) => reason)]).toEqual([1, ['ranker', 'ranker']]);
    await thread.onApplicationShutdown();

    await retrain();
    expect((await status()).lastRun).toMatchObject({ modelVersion: 2, reason: expect.stringContaining('NDCG@10') });
    const versions = new ModelVersionsService(database);
    expect(await versions.get(operator, 1)).toMatchObject({ scorer: null, loss: null });
    expect(await versions.get(operator, 2)).toMatchObject({
      scorer: expect.stringMatching(/^(bilinear|trees|mlp|graph)$/),
      loss: { name: expect.any(String) },
      seed: expect.stringMatching(/^1\//),
      evaluation: { metrics: { 'bilinear.ndcg10': expect.any(Number), 'graph.ndcg10': expect.any(Number) } },
    });
  });

  /** As the platform stored rankers before there were several kinds. */
  function inFirstFormat({ scorer, loss, tried, members, folds, ...kept }: RankerVersion): RankerVersion {
    const weights = (member: RankerVersion['members'][number]) => (member.scorer as BilinearArtefact).weights;
    return JSON.parse(
      JSON.stringify({
        ...kept,
        format: 'ranker/1',
        members: members.map(weights),
        folds: folds.map(({ heldOut, member }) => ({ heldOut, weights: weights(member) })),
      }),
    );
  }

  /** Stores a candidate whose extractor is a little different, as training does now and then. */
  async function promoteNewExtractor(): Promise<ExtractorVersion> {
    const snapshot = await readSnapshot(database);
    const { extractor } = snapshot.parent.artefact;
    const { output } = extractor.layers;
    const layers = {
      ...extractor.layers,
      output: { ...output, weights: output.weights.map((weight) => 0.9 * weight) },
    };
    const next = sealExtractor(extractor.version + 1, { ...extractor, layers });
    const images = snapshot.experience.tasks.flatMap((task) => task.base ?? []);
    const alignment = fitAlignment(
      images.map((image) => extract(extractor, image)),
      images.map((image) => extract(next, image)),
      { from: extractor, to: next },
    );
    const tasks = snapshot.experience.tasks.map((task) => ({
      ...task,
      description: task.base ? syntheticDescription(next, task.id) : align(alignment, task.description),
    }));
    const trained = await train({ seed: 'spec', extractor: next, ranker: null, tasks }, () => undefined);
    if (trained.kind !== 'candidate') throw new Error(trained.reason);
    expect(trained.verdict.verdict).toBe('promote');
    const outcome = { ...trained, extractor: next, alignment };
    const run = '01900000-0000-7000-8000-000000000001';
    const store = () =>
      database.transaction((manager) => storeOutcome(manager, { run, snapshot, outcome, seconds: 1, eventId: 'spec' }));
    await store();
    // Whoever trained on the same events, or against the same version, comes too late.
    await expect(store()).rejects.toThrow('Another run has counted the same reports');
    await expect(
      database.transaction((manager) =>
        storeOutcome(manager, { run, snapshot: { ...snapshot, events: [] }, outcome, seconds: 1, eventId: 'spec' }),
      ),
    ).rejects.toThrow('Version 1 is not the current one any more');
    return next;
  }
});

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, at) => Math.abs(value - b[at]!)));
}
