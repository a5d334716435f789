import { EXTRACTOR_PARAMETERS } from '@edgelore/descriptors';
import { AggregationClient, type UnmaskMessage } from '@edgelore/federation';
import { migrations } from '@edgelore/migrations';
import { permissionsOf, type RequestContext } from '@edgelore/platform';
import { startTestPostgres, type TestPostgres } from '@edgelore/platform/testing';
import { seededRandom } from '@edgelore/tensor';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { OrganisationsService } from '../organisations/organisations.service.js';
import { RankingBasis } from '../recommendations/ranking-basis.js';
import { TasksService } from '../tasks/tasks.service.js';
import { syntheticConfigurations, syntheticDescription, syntheticExperience } from '../testing/synthetic-experience.js';
import { openTestDomain, operator } from '../testing/test-domain.js';
import { Retraining } from '../training/retraining.js';
import { readSnapshot } from '../training/snapshot.js';
import { storeOutcome } from '../training/store-outcome.js';
import { train } from '../training/train.js';
import { TrainingService } from '../training/training.service.js';
import { TrialsService } from '../trials/trials.service.js';
import { readProposal } from './proposal.js';
import { RoundsService } from './rounds.service.js';

interface Owner {
  readonly ctx: RequestContext;
  readonly taskId: string;
}

describe('rounds', () => {
  const experience = syntheticExperience(3);
  const clip = 1;
  let postgres: TestPostgres;
  let database: DataSource;
  let rounds: RoundsService;
  let owners: readonly Owner[];

  beforeAll(async () => {
    postgres = await startTestPostgres({ migrations });
  });
  beforeEach(async () => {
    await database?.destroy();
    ({ database } = await openTestDomain(await postgres.createDatabase(), experience));
    rounds = new RoundsService(database, new RankingBasis(database));
    owners = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(newOwner));
  });
  afterAll(async () => {
    await database?.destroy();
    await postgres?.stop();
  });

  async function newOwner(name: string): Promise<Owner> {
    const { id } = await new OrganisationsService(database).create(operator, { name: `owner ${name}` });
    const ctx: RequestContext = {
      actor: { kind: 'api-key', id: name },
      organisationId: id,
      permissions: permissionsOf('member'),
      requestId: name,
    };
    const description = syntheticDescription(experience.extractor, name);
    const task = await new TasksService(database).submit(ctx, { clientKey: name, name, description });
    for (const [at, configuration] of syntheticConfigurations(2, name).entries()) {
      const report = { taskId: task.id, reportId: `${at}`, configuration, score: 0.5 + at / 10, seconds: 1 };
      await new TrialsService(database).report(ctx, report);
    }
    return { ctx, taskId: task.id };
  }

  const contributionOf = (name: string) => {
    const random = seededRandom(name);
    return Float64Array.from({ length: EXTRACTOR_PARAMETERS }, () => (random.uniform() - 0.5) / 500);
  };

  /** The owners' clients at their seats, their keys sent. */
  async function joined(roundId: string, who: readonly Owner[] = owners) {
    const parties = [];
    for (const { ctx, taskId } of who) {
      const { plan, seat } = await rounds.join(ctx, { roundId, taskId });
      parties.push({ ctx, client: await AggregationClient.join(plan, seat) });
    }
    for (const { ctx, client } of parties) await rounds.send(ctx, { roundId, message: client.keys() });
    return parties;
  }

  async function played(roundId: string, losing: string | null = 'e', change = (message: UnmaskMessage) => message) {
    const parties = await joined(roundId);
    for (const { ctx, client } of parties) {
      await rounds.send(ctx, { roundId, message: await client.shares(await rounds.answer(ctx, roundId)) });
    }
    const staying = parties.filter(({ ctx }) => ctx.requestId !== losing);
    for (const { ctx, client } of staying) {
      const answer = await rounds.answer(ctx, roundId);
      await rounds.send(ctx, { roundId, message: await client.input(answer, contributionOf(ctx.requestId)) });
    }
    if (losing !== null) await afterDeadline(roundId);
    for (const { ctx, client } of staying) {
      await rounds.send(ctx, { roundId, message: change(await client.unmask(await rounds.answer(ctx, roundId))) });
    }
    return staying;
  }

  const afterDeadline = (roundId: string) =>
    database.query(
      `UPDATE rounds SET deadline_at = now() - interval '1 second' WHERE id = $1 AND deadline_at IS NOT NULL`,
      [roundId],
    );
  const messages = async () => (await database.query('SELECT count(*)::integer AS count FROM round_messages'))[0].count;
  const audited = async () => {
    const rows: { action: string }[] = await database.query(
      `SELECT action FROM audit_entries WHERE subject_kind = 'round' ORDER BY id`,
    );
    return rows.map(({ action }) => action);
  };
  const retrain = () =>
    new Retraining(database).handle({
      eventId: 'spec',
      name: 'retrain',
      payload: { trialId: null },
      attempt: 1,
      signal: new AbortController().signal,
      progress: async () => undefined,
    });

  it('keep nothing but the sum of the owners that stayed, and have it judged', async () => {
    const { id, threshold } = await rounds.open(operator, { seats: 5, clip });
    expect(threshold).toBe(4);
    const staying = await played(id);
    expect(await rounds.get(operator, id)).toMatchObject({ state: 'summed', joined: 5, contributors: 4, seat: null });
    expect(await messages()).toBe(0);
    const [summed]: { change: number[] }[] = await database.query('SELECT change FROM rounds');
    const given = staying.map(({ ctx }) => contributionOf(ctx.requestId));
    summed!.change.forEach((value, at) => {
      expect(Math.abs(value - given.reduce((sum, vector) => sum + vector[at]!, 0) / 4)).toBeLessThan(1e-6);
    });

    await retrain();
    const round = await rounds.get(owners[0]!.ctx, id);
    // Contributions that hardly change anything teach nothing.
    expect(round).toMatchObject({ state: 'rejected', seat: 1, reason: expect.stringContaining('not clearly better') });
    const { lastRun, pending } = await new TrainingService(database).status(operator);
    expect(pending).toBe(0);
    expect(lastRun?.state).not.toBe('failed');
    expect(await audited()).toEqual(['round.open', ...Array(5).fill('round.join'), 'round.sum', 'round.rejected']);
  });

  it('end without a sum when too few are left', async () => {
    const { id } = await rounds.open(operator, { seats: 5, clip });
    const parties = await joined(id);
    for (const { ctx, client } of parties.slice(2)) {
      await rounds.send(ctx, { roundId: id, message: await client.shares(await rounds.answer(ctx, id)) });
    }
    await afterDeadline(id);
    expect(await rounds.get(operator, id)).toMatchObject({
      state: 'aborted',
      reason: '3 clients took the step shares; the round needs 4, so it ends without a sum.',
    });
    expect(await messages()).toBe(0);
    expect(await audited()).toContain('round.aborted');
    const late = owners[0]!.ctx;
    await expect(rounds.send(late, { roundId: id, message: parties[0]!.client.keys() })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect((await rounds.open(operator, { seats: 5 })).state).toBe('keys');
  });

  it('end without a sum when a share is false', async () => {
    const { id } = await rounds.open(operator, { seats: 5, clip });
    await played(id, null, (message) => {
      if (message.seat !== 2) return message;
      const [first, ...rest] = message.seeds;
      const share = `${first!.share.startsWith('A') ? 'B' : 'A'}${first!.share.slice(1)}`;
      return { ...message, seeds: [{ ...first!, share }, ...rest] };
    });
    expect(await rounds.get(operator, id)).toMatchObject({
      state: 'aborted',
      reason: expect.stringContaining('one of them is false'),
    });
    expect(await messages()).toBe(0);
  });

  it('are over when the extractor that they changed is not the current one any more', async () => {
    const { id } = await rounds.open(operator, { seats: 5, clip });
    await played(id, null);
    const snapshot = await readSnapshot(database);
    expect(snapshot.proposal?.proposed?.taught).toHaveLength(5);
    const { parent } = snapshot;
    const elsewhere = { ...parent, extractorHash: '0'.repeat(64) } as typeof parent;
    expect(await readProposal(database.manager, elsewhere)).toEqual({ roundId: id, proposed: null });
    const run = '01900000-0000-7000-8000-000000000001';
    const outcome = { kind: 'skipped', reason: 'Nothing to learn from.' } as const;
    await database.transaction((manager) =>
      storeOutcome(manager, { run, snapshot, outcome, seconds: 1, eventId: 'spec' }),
    );
    expect(await rounds.get(operator, id)).toMatchObject({ state: 'rejected', reason: outcome.reason });
  });

  it('are promoted with the version that takes their extractor', async () => {
    const { id } = await rounds.open(operator, { seats: 5, clip });
    await played(id, null);
    const snapshot = await readSnapshot(database);
    const { extractor, ranker } = snapshot.parent.artefact;
    const input = { seed: 'spec', extractor, ranker, tasks: snapshot.experience.tasks };
    const trained = await train(input, () => undefined);
    if (trained.kind !== 'candidate') throw new Error(trained.reason);
    const verdict = { ...trained.verdict, verdict: 'promote' as const };
    const outcome = { ...trained, verdict, proposal: { taken: true, reason: 'It is better.' } };
    const run = '01900000-0000-7000-8000-000000000002';
    await database.transaction((manager) =>
      storeOutcome(manager, { run, snapshot, outcome, seconds: 1, eventId: 'spec' }),
    );
    expect(await rounds.get(operator, id)).toMatchObject({ state: 'promoted', modelVersion: 2, parent: 1 });
  });

  describe('refuse', () => {
    let roundId: string;
    beforeEach(async () => {
      roundId = (await rounds.open(operator, { seats: 5, clip })).id;
    });

    it('to be opened by others than operators, twice, or with a bad plan', async () => {
      await expect(rounds.open(owners[0]!.ctx, { seats: 5 })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(rounds.open(operator, { seats: 5 })).rejects.toMatchObject({ code: 'CONFLICT' });
      for (const [input, field] of [
        [{ seats: 2 }, 'plan.seats'],
        [{ seats: 10, threshold: 5 }, 'plan.threshold'],
        [{ seats: 5, clip: 0 }, 'clip'],
        [{ seats: 5, stepSeconds: 1e9 }, 'stepSeconds'],
      ] as const) {
        await expect(rounds.open(operator, input)).rejects.toMatchObject({ code: 'INVALID_INPUT', field });
      }
    });

    it('a second seat, somebody else’s task, a task without trials, a round that is full or unknown', async () => {
      const [a, b] = owners as readonly [Owner, Owner, ...Owner[]];
      const first = await rounds.join(a.ctx, { roundId, taskId: a.taskId });
      expect((await rounds.join(a.ctx, { roundId, taskId: a.taskId })).seat).toBe(first.seat);
      expect(first.trials).toHaveLength(2);
      expect(first.extractor.hash).toBe(experience.extractor.hash);
      await expect(rounds.join(b.ctx, { roundId, taskId: a.taskId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const description = syntheticDescription(experience.extractor, 'bare');
      const bare = await new TasksService(database).submit(b.ctx, { clientKey: 'bare', name: 'Bare', description });
      await expect(rounds.join(b.ctx, { roundId, taskId: bare.id })).rejects.toMatchObject({ field: 'taskId' });
      await expect(rounds.join(operator, { roundId, taskId: a.taskId })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const unknown = '01900000-0000-7000-8000-000000000009';
      await expect(rounds.join(a.ctx, { roundId: unknown, taskId: a.taskId })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      for (const { ctx, taskId } of owners) await rounds.join(ctx, { roundId, taskId });
      const sixth = await newOwner('f');
      await expect(rounds.join(sixth.ctx, { roundId, taskId: sixth.taskId })).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      await expect(rounds.answer(sixth.ctx, roundId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('a second message in the place of the first, one of another seat, of another form, or of another step', async () => {
      const [a, b] = await joined(roundId, owners.slice(0, 2));
      const again = await rounds.send(a!.ctx, { roundId, message: a!.client.keys() });
      expect(again.state).toBe('keys');
      const other = { ...a!.client.keys(), masking: b!.client.keys().masking };
      await expect(rounds.send(a!.ctx, { roundId, message: other })).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(rounds.send(a!.ctx, { roundId, message: b!.client.keys() })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        field: 'message.seat',
      });
      for (const [message, code] of [
        [null, 'INVALID_INPUT'],
        [{ seat: 1, step: 'bye' }, 'INVALID_INPUT'],
        [{ seat: 1, step: 'shares', round: roundId, boxes: [] }, 'CONFLICT'],
      ] as const) {
        await expect(rounds.send(a!.ctx, { roundId, message })).rejects.toMatchObject({ code });
      }
      expect(await messages()).toBe(2);
    });
  });
});
