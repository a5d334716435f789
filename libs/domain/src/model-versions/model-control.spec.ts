import { extract, sealExtractor } from '@edgelore/descriptors';
import { migrations } from '@edgelore/migrations';
import type { RequestContext } from '@edgelore/platform';
import { startTestPostgres, type TestPostgres } from '@edgelore/platform/testing';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { RankingBasis } from '../recommendations/ranking-basis.js';
import { TasksService } from '../tasks/tasks.service.js';
import { syntheticBase, syntheticDescription, syntheticExperience } from '../testing/synthetic-experience.js';
import { openTestDomain, operator, reportTrials } from '../testing/test-domain.js';
import { readSnapshot } from '../training/snapshot.js';
import { storeOutcome } from '../training/store-outcome.js';
import { train } from '../training/train.js';
import type { TrainingOutcome } from '../training/training.types.js';
import { ModelControlService } from './model-control.service.js';
import { ModelVersionsService } from './model-versions.service.js';

describe('what operators do to the current model', () => {
  const experience = syntheticExperience(3);
  let postgres: TestPostgres;
  let database: DataSource;
  let owner: RequestContext;
  let taskId: string;
  let control: ModelControlService;

  beforeEach(async () => {
    postgres ??= await startTestPostgres({ migrations });
    await database?.destroy();
    const domain = await openTestDomain(await postgres.createDatabase(), experience);
    ({ database, owner } = domain);
    taskId = await reportTrials(domain, experience, 6);
    control = new ModelControlService(database);
  });
  afterAll(async () => {
    await database?.destroy();
    await postgres?.stop();
  });

  /** Stores what a training comes to, promoted unless the verdict is another one. */
  async function retrain(changes: Partial<Extract<TrainingOutcome, { kind: 'candidate' }>> = {}): Promise<void> {
    const snapshot = await readSnapshot(database);
    const { extractor } = snapshot.parent.artefact;
    const trained = await train(
      { seed: 'spec', extractor, ranker: null, tasks: snapshot.experience.tasks },
      () => undefined,
    );
    if (trained.kind !== 'candidate') throw new Error(trained.reason);
    const outcome = { ...trained, ...changes };
    const run = '01900000-0000-7000-8000-000000000001';
    await database.transaction((manager) =>
      storeOutcome(manager, { run, snapshot, outcome, seconds: 1, eventId: 'spec' }),
    );
  }

  const versions = () => new ModelVersionsService(database);
  const current = async () => (await versions().current(operator)).number;
  const refused = { verdict: 'reject', reason: 'The spec says so.', folds: [] } as const;

  it('is for operators', async () => {
    for (const act of [
      () => control.promote(owner, 1),
      () => control.rollBack(owner),
      () => control.pin(owner, 1),
      () => control.unpin(owner, 1),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('goes back to what the current models came from, and further', async () => {
    await retrain();
    await retrain();
    expect(await current()).toBe(3);
    expect(await control.rollBack(operator)).toMatchObject({ number: 4, parent: 3, restores: 2, state: 'current' });
    expect(await control.rollBack(operator)).toMatchObject({ number: 5, parent: 4, restores: 1 });
    await expect(control.rollBack(operator)).rejects.toMatchObject({ code: 'CONFLICT' });
    const { current: model, versionsSince } = await versions().health(operator);
    expect([model.number, model.reason, versionsSince]).toEqual([
      5,
      'An operator brought the models of version 1 back.',
      0,
    ]);
    const entries: { action: string; details: object }[] = await database.query(
      `SELECT action, details FROM audit_entries WHERE action = 'model.restore' ORDER BY id`,
    );
    expect(entries.map(({ details }) => details)).toEqual([
      { restores: 2, number: 4 },
      { restores: 1, number: 5 },
    ]);
    await retrain();
    expect(await current()).toBe(6);
  });

  it('promotes what the gate refused', async () => {
    await retrain({ verdict: refused });
    expect(await versions().get(operator, 2)).toMatchObject({ state: 'rejected' });
    expect(await control.promote(operator, 2)).toMatchObject({ number: 3, restores: 2, state: 'current' });
    for (const number of [2, 3]) {
      await expect(control.promote(operator, number)).rejects.toMatchObject({ code: 'CONFLICT', field: 'number' });
    }
    await expect(control.promote(operator, 9)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('holds on to a pinned version, until it is let go', async () => {
    await expect(control.pin(operator, 9)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await control.pin(operator, 1)).toMatchObject({ number: 1, pinnedAt: expect.any(Date) });
    await retrain();
    const candidate = await versions().get(operator, 2);
    expect(candidate).toMatchObject({ state: 'candidate', verdict: 'promote' });
    expect(candidate.reason).toContain('Version 1 is pinned, so this one waits as a candidate.');
    expect(await current()).toBe(1);
    await expect(control.promote(operator, 2)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(control.pin(operator, 2)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await control.unpin(operator, 1)).toMatchObject({ pinnedAt: null });
    expect(await control.promote(operator, 2)).toMatchObject({ number: 3, restores: 2 });
    await retrain();
    expect(await current()).toBe(4);
  });

  it('carries descriptions back where the extractor changed', async () => {
    const { extractor } = experience;
    const { output } = extractor.layers;
    const layers = { ...extractor.layers, output: { ...output, weights: output.weights.map((value) => 0.9 * value) } };
    const next = sealExtractor(extractor.version + 1, { ...extractor, layers });
    await retrain({ extractor: next, verdict: refused });
    await control.promote(operator, 2);
    // Made by the extractor that is left again.
    const late = syntheticDescription(next, 'late');
    await new TasksService(database).submit(owner, { clientKey: 'late', name: 'Late', description: late });
    await control.rollBack(operator);
    expect(await versions().current(operator)).toMatchObject({ number: 4, extractorHash: extractor.hash });

    const { lineage, experience: known } = await new RankingBasis(database).current();
    const byOld = syntheticDescription(extractor, 'late').rows.flat();
    const carried = lineage.carry(late).rows.flat();
    expect(Math.max(...carried.map((value, at) => Math.abs(value - byOld[at]!)))).toBeLessThan(0.05);
    const open = known.tasks.find(({ id }) => id === 'open-1')!.description;
    expect(open.extractorHash).toBe(extractor.hash);
    const image = extract(extractor, syntheticBase('open-1')[0]!);
    expect(open.rows[0]).toHaveLength(image.length);
    expect(known.tasks.some(({ id }) => id === taskId)).toBe(true);
    const extractors = await versions().extractors(operator);
    expect(extractors.map(({ version, current: isCurrent, models }) => [version, isCurrent, models])).toEqual([
      [extractor.version + 1, false, 2],
      [extractor.version, true, 2],
    ]);
  });
});
