import { isUuid, type RequestContext, requirePermission, unprocessedEvents, writeOutbox } from '@edgelore/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In, LessThan } from 'typeorm';
import { audit } from '../audit/audit.js';
import { jobs } from '../jobs.js';
import { ModelVersionEntity } from '../model-versions/model-version.entity.js';
import { keyAfter, type Page, type PageRequest, pageOf, rowsToRead } from '../page.js';
import type { TrainingRun, TrainingStatus } from './training.types.js';
import { TrainingRunEntity } from './training-run.entity.js';

@Injectable()
export class TrainingService {
  constructor(private readonly database: DataSource) {}

  /** An operator's wish to train now, whatever was reported. */
  async request(ctx: RequestContext): Promise<TrainingStatus> {
    requirePermission(ctx, 'model:manage');
    return this.database.transaction(async (manager) => {
      const id = await writeOutbox(manager, jobs, { topic: 'retrain', payload: { trialId: null } });
      await audit(manager, ctx, { action: 'training.request', kind: 'event', id });
      return readStatus(manager);
    });
  }

  async status(ctx: RequestContext): Promise<TrainingStatus> {
    requirePermission(ctx, 'model:read');
    return readStatus(this.database.manager);
  }

  /** Newest first. */
  async runs(ctx: RequestContext, request: PageRequest): Promise<Page<TrainingRun>> {
    requirePermission(ctx, 'model:read');
    const { manager } = this.database;
    const take = rowsToRead(request);
    const after = keyAfter(request, isUuid);
    const where = after === null ? {} : { id: LessThan(after) };
    const rows = await runsOf(manager, await manager.find(TrainingRunEntity, { where, order: { id: 'DESC' }, take }));
    return pageOf(
      rows,
      request,
      (run) => run.id,
      (run) => run,
    );
  }
}

async function readStatus(manager: EntityManager): Promise<TrainingStatus> {
  const pending = await unprocessedEvents(manager, 'retrain');
  const [last] = await manager.find(TrainingRunEntity, { order: { id: 'DESC' }, take: 1 });
  const current = await manager.findOne(ModelVersionEntity, { where: { state: 'current' }, select: { number: true } });
  const [lastRun = null] = await runsOf(manager, last === undefined ? [] : [last]);
  return {
    pending: pending.length,
    running: last?.state === 'running',
    currentModel: current?.number ?? 0,
    lastRun,
  };
}

async function runsOf(manager: EntityManager, rows: readonly TrainingRunEntity[]): Promise<TrainingRun[]> {
  const versions = await manager.find(ModelVersionEntity, {
    where: { id: In(rows.flatMap((row) => row.modelVersionId ?? [])) },
    select: { id: true, number: true },
  });
  const numbers = new Map(versions.map(({ id, number }) => [id, number]));
  return rows.map((row) => {
    const { id, state, phase, progress, reason, trialCount, startedAt, finishedAt } = row;
    const modelVersion = numbers.get(row.modelVersionId ?? '') ?? null;
    const run = { id, state, phase, progress, modelVersion, reason, trialCount, startedAt, finishedAt };
    return { ...run, secondsLeft: secondsLeft(row) };
  });
}

/** As if the rest went as fast as what is done. */
function secondsLeft({ state, progress, startedAt }: TrainingRunEntity): number | null {
  if (state !== 'running' || progress <= 0) return null;
  const seconds = (Date.now() - startedAt.getTime()) / 1000;
  return Math.max(0, Math.round((seconds * (1 - progress)) / progress));
}
