import { once } from 'node:events';
import { syntheticDescription, syntheticExperience, syntheticScore } from '@edgelore/domain/testing';
import {
  type Configuration,
  configurationId,
  defaultConfiguration,
  faceDetectorSpace,
  parseConfiguration,
} from '@edgelore/search-space';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documents } from './testing/documents.js';
import {
  type Answered,
  OPERATOR_PASSWORD,
  type RunningPlatform,
  startPlatform,
  until,
} from './testing/running-platform.js';

interface Item {
  readonly rank: number;
  readonly reason: string;
  readonly configuration: Configuration;
  readonly configurationId: string;
}

interface Driver {
  readonly dimension: string;
  readonly value: unknown;
  readonly instead: unknown;
}

describe('the loop, with the processes that ship', () => {
  const experience = syntheticExperience();
  let platform: RunningPlatform;
  let operator: { cookie: string };
  let key: string;
  let taskId: string;
  let items: readonly Item[];

  beforeAll(async () => {
    platform = await startPlatform(experience);
    const { cookie } = await platform.send(documents.signIn, { variables: { input: { password: OPERATOR_PASSWORD } } });
    operator = { cookie: cookie?.split(';')[0] ?? '' };
    key = await newKey('owner');
  });
  afterAll(() => platform?.stop());

  async function newKey(name: string): Promise<string> {
    const organisation = await platform.ask(documents.createOrganisation, {
      ...operator,
      variables: { input: { name } },
    });
    const input = { organisationId: organisation.id, name: 'spec' };
    return String((await platform.ask(documents.createApiKey, { ...operator, variables: { input } })).secret);
  }

  const report = (reportId: string, configuration: Configuration, score = syntheticScore('private', configuration)) =>
    platform.ask(documents.reportTrial, {
      key,
      variables: { input: { taskId, reportId, configuration, score, seconds: 1 } },
    });

  const status = () => platform.ask(documents.trainingStatus, { key });
  const idle = () =>
    until(async () => {
      const { pending, running } = await status();
      return pending === 0 && running === false;
    });

  async function countsOf(): Promise<Readonly<Record<string, number>>> {
    const rows: { name: string; times: number }[] = await platform.database.query(
      `SELECT trial.report_id AS name, count(counted.trial_id)::integer AS times
         FROM trials trial LEFT JOIN counted_trials counted ON counted.trial_id = trial.id
        WHERE trial.task_id = $1 GROUP BY 1`,
      [taskId],
    );
    return Object.fromEntries(rows.map((row) => [row.name, row.times]));
  }

  it('takes a description once, however often it is sent', async () => {
    const variables = {
      input: {
        clientKey: 'set-1',
        name: 'Private',
        description: syntheticDescription(experience.extractor, 'private'),
      },
    };
    const first = await platform.ask(documents.submitDescription, { key, variables });
    expect(first).toMatchObject({ __typename: 'Task', name: 'Private', images: 40, trialCount: 0 });
    taskId = String(first.id);
    expect(await platform.ask(documents.submitDescription, { key, variables })).toEqual(first);
    const other = syntheticDescription(experience.extractor, 'another');
    expect(
      await platform.ask(documents.submitDescription, {
        key,
        variables: { input: { ...variables.input, description: other } },
      }),
    ).toMatchObject({ __typename: 'Failure', code: 'CONFLICT', field: 'clientKey' });
  });

  it('recommends valid configurations within the limits, with what it compared to', async () => {
    const ask = (limits?: object) =>
      platform.ask(documents.recommend, { key, variables: { input: { taskId, count: 4, limits } } });
    const free = await ask();
    items = free.items as Item[];
    expect(items.map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
    for (const { configuration, configurationId: id } of items) {
      expect(configurationId(parseConfiguration(faceDetectorSpace, configuration))).toBe(id);
    }
    expect(free.neighbours).toHaveLength(3);
    expect((free.neighbours as Answered[])[0]?.name).toMatch(/^Open open-/);
    const small = await ask({ maxBytes: 200_000 });
    for (const { cost } of small.items as { cost: { bytes: number } }[])
      expect(cost.bytes).toBeLessThanOrEqual(200_000);
    expect(await ask({ maxBytes: 10 })).toMatchObject({ code: 'INVALID_INPUT', field: 'limits' });
  });

  it('explains each rank by what the scores of its neighbours in the space are', async () => {
    const input = { taskId, count: 4, clientKey: 'explained' };
    const { items: first, expectedRegret: regret } = await platform.ask(documents.recommend, {
      key,
      variables: { input },
    });
    const ranked = first as (Item & { explanation: { againstNext: Driver[]; againstDefault: Driver[] } })[];
    const { values: standard } = defaultConfiguration(faceDetectorSpace);
    ranked.forEach(({ configuration, explanation }, at) => {
      const others = {
        againstDefault: standard,
        againstNext: ranked[at + 1]?.configuration.values ?? configuration.values,
      };
      for (const [against, other] of Object.entries(others)) {
        const drivers = explanation[against as keyof typeof others];
        expect(new Set(drivers.map(({ dimension }) => dimension))).toEqual(
          new Set(Object.keys(other).filter((name) => other[name] !== configuration.values[name])),
        );
        for (const { dimension, value, instead } of drivers)
          expect([value, instead]).toEqual([configuration.values[dimension], other[dimension]]);
      }
    });
    // Nothing was judged before the first training.
    expect(regret).toBeNull();
    // The first answer is kept, explanation included.
    expect((await platform.ask(documents.recommend, { key, variables: { input } })).items).toEqual(first);
  });

  it('keeps a report once and refuses another under its name', async () => {
    const [item] = items;
    const first = await report('trial-1', item!.configuration);
    expect(first).toMatchObject({ __typename: 'Trial', countedIn: null });
    expect(await report('trial-1', item!.configuration)).toEqual(first);
    expect(await report('trial-1', item!.configuration, 0.123)).toMatchObject({ code: 'CONFLICT', field: 'reportId' });
    expect(await status()).toMatchObject({ pending: 1, running: false, currentModel: 1, lastRun: null });
  });

  it('counts a report exactly once when the worker is killed while it trains', async () => {
    const doomed = platform.startWorker();
    await until(async () => (await status()).running === true);
    doomed.kill('SIGKILL');
    await once(doomed, 'exit');
    expect(await countsOf()).toEqual({ 'trial-1': 0 });
    platform.startWorker();
    await idle();
    expect(await countsOf()).toEqual({ 'trial-1': 1 });
    const runs: { state: string }[] = await platform.database.query('SELECT state FROM training_runs ORDER BY id');
    expect(runs.map(({ state }) => state)).toEqual(['abandoned', 'promoted']);
  });

  it('promotes a better model and recommends with it', async () => {
    const { lastRun, currentModel } = await status();
    expect(currentModel).toBe(2);
    expect(lastRun).toMatchObject({ state: 'PROMOTED', modelVersion: 2, progress: 1 });
    const version = await platform.ask(documents.modelVersion, { key, variables: { number: 2 } });
    expect(version).toMatchObject({ number: 2, parent: 1, state: 'CURRENT', verdict: 'PROMOTE', trialCount: 37 });
    expect(version).toMatchObject({
      scorer: expect.stringMatching(/^(bilinear|trees|mlp|graph)$/),
      loss: { name: expect.any(String) },
      seed: expect.stringMatching(/^1\//),
      evaluation: { folds: [], metrics: { 'bilinear.ndcg10': expect.any(Number) } },
    });
    expect(await platform.ask(documents.modelVersion, { key, variables: { number: 1 } })).toMatchObject({
      state: 'RETIRED',
    });
    const next = await platform.ask(documents.recommend, { key, variables: { input: { taskId } } });
    expect(next.modelVersion).toBe(2);
    const [{ evidence }] = await platform.database.query(
      `SELECT artefact #> '{ranker,evidence}' AS evidence FROM model_versions WHERE number = 2`,
    );
    const reason = ((next.items as Item[])[0]?.reason ?? '').toLowerCase().replace('_', '-');
    const regrets: number[] = evidence.map((task: { regret1: Record<string, number> }) => task.regret1[reason]);
    const first = regrets.reduce((sum, regret) => sum + regret, 0) / regrets.length;
    expect(next.expectedRegret).toMatchObject({ tasks: regrets.length, first: expect.closeTo(first, 9) });
  });

  it('takes reports together that come while it trains, and an operator’s wish', async () => {
    await Promise.all(items.slice(1).map((item, at) => report(`trial-${at + 2}`, item.configuration)));
    expect(await platform.ask(documents.retrain, operator)).toMatchObject({ __typename: 'TrainingStatus' });
    await idle();
    expect(await countsOf()).toEqual({ 'trial-1': 1, 'trial-2': 1, 'trial-3': 1, 'trial-4': 1 });
    const { nodes } = await platform.ask(documents.trials, { key, variables: { taskId } });
    expect((nodes as { countedIn: number }[]).every(({ countedIn }) => countedIn >= 2)).toBe(true);
  });
});
