import { readdir } from 'node:fs/promises';
import type { CycleResult } from '@edgelore/client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { edgelore, jsonOf, small } from './command.js';
import { drawFaces, openWorkshop, type Workshop } from './drawn-faces.js';
import { type Platform, startPlatform, until } from './platform.js';

/** Longer than the ten seconds after which a training run is first saved. */
const TRAINING_S = 16;
const UNAVAILABLE = 69;

describe('killed at any point', () => {
  let workshop: Workshop;
  let folder: string;
  let platform: Platform;

  beforeAll(async () => {
    workshop = await openWorkshop();
    folder = await drawFaces(workshop);
    platform = await startPlatform();
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await workshop?.remove();
  });

  const run = (...args: string[]) =>
    edgelore(['run', folder, '--json', ...small, ...args], {
      EDGELORE_URL: platform.url,
      EDGELORE_API_KEY: platform.apiKey,
      EDGELORE_HOME: workshop.path('home'),
    });
  const remembered = () => readdir(workshop.path('home'), { recursive: true }).catch((): string[] => []);
  const firstStep = (said: string) => Number(/^train: (\d+)\//m.exec(said)?.[1]);

  it('the client while it trains: goes on from its checkpoint, and reports one trial', async () => {
    const doomed = run('--minutes', String(TRAINING_S / 60));
    await until(async () => (await remembered()).some((file) => file.endsWith('checkpoint.bin')), 20);
    doomed.child.kill('SIGKILL');
    expect((await doomed.finished).stdout).toBe('');
    expect(firstStep(doomed.said())).toBe(1);
    expect((await platform.known()).trials).toEqual([]);

    const resumed = run('--minutes', String(TRAINING_S / 60));
    await until(async () => (await platform.known()).trials.length > 0);
    const goesOnFrom = firstStep(resumed.said());
    expect(goesOnFrom).toBeGreaterThan(2);
    expect((await platform.known()).tasks).toMatchObject([{ trialCount: 1 }]);

    // Nobody has learned from it yet: no worker runs. The client waits, and its end comes with the worker.
    platform.startWorker();
    const result = jsonOf<CycleResult>(await resumed.finished);
    expect(result.trials).toHaveLength(1);
    expect(result.trials[0]?.steps).toBeGreaterThan(goesOnFrom);
    expect(result.trials[0]?.seconds).toBeLessThan(2 * TRAINING_S);
    const { trials, tasks, recommendations } = await platform.known();
    expect([trials.length, tasks.length, recommendations.length]).toEqual([1, 1, 1]);
  }, 240_000);

  it('the worker while it learns: every report counts exactly once', async () => {
    await platform.kill('worker');
    const owner = run('--steps', '4', '--trials', '2');
    await until(async () => (await platform.known()).trials.length === 3);
    expect((await platform.known()).status).toMatchObject({ pending: 2, running: false });
    platform.startWorker();
    await until(async () => (await platform.known()).status.running, 20);
    await platform.kill('worker');
    const between = await platform.known();
    expect(between.status.pending).toBe(2);
    platform.startWorker();
    const { model } = jsonOf<CycleResult>(await owner.finished);

    const { trials, modelVersions, status } = await platform.known();
    expect(status).toEqual({ pending: 0, running: false, currentModel: model.after });
    expect(modelVersions).toHaveLength(between.modelVersions.length + 1);
    expect(new Set(trials.map(({ configurationId }) => configurationId)).size).toBe(2);
    const [latest, previous] = modelVersions;
    const counted = between.trials.filter(({ countedIn }) => countedIn !== null);
    expect(trials).toEqual(
      between.trials.map((trial) => (counted.includes(trial) ? trial : { ...trial, countedIn: latest?.number })),
    );
    expect(latest?.trialCount).toBe((previous?.trialCount ?? 0) + trials.length - counted.length);
  }, 240_000);

  it('the api in the middle of a cycle: the client tries again, or the next run ends it', async () => {
    const before = await platform.known();
    const owner = run('--steps', '5');
    await until(() => owner.said().includes('advised'), 20);
    await platform.kill('api');
    await until(() => owner.child.exitCode !== null || owner.said().includes('trying again'));
    await platform.startApi();
    const interrupted = await owner.finished;
    if (interrupted.code !== 0) {
      expect(interrupted.code).toBe(UNAVAILABLE);
      expect(interrupted.stderr.trim().split('\n').at(-1)).toContain('PLATFORM_UNREACHABLE');
    }
    const { trials } = jsonOf<CycleResult>(interrupted.code === 0 ? interrupted : await run('--steps', '5').finished);
    expect(trials).toMatchObject([{ steps: 5 }]);
    const after = await platform.known();
    expect(after.tasks).toMatchObject([{ id: before.tasks[0]?.id, trialCount: before.trials.length + 1 }]);
    expect(after.trials).toHaveLength(before.trials.length + 1);
    expect(after.recommendations).toEqual(before.recommendations);
    expect(after.modelVersions).toHaveLength(before.modelVersions.length + 1);
    expect(after.trials.every(({ countedIn }) => countedIn !== null)).toBe(true);
  }, 240_000);
});
