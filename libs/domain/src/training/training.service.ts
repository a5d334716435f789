import { type RequestContext, requirePermission, unprocessedEvents, writeOutbox } from '@edgelore/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { audit } from '../audit/audit.js';
import { jobs } from '../jobs.js';
import { ModelVersionEntity } from '../model-versions/model-version.entity.js';
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
}

async function readStatus(manager: EntityManager): Promise<TrainingStatus> {
  const pending = await unprocessedEvents(manager, 'retrain');
  const [last] = await manager.find(TrainingRunEntity, { order: { id: 'DESC' }, take: 1 });
  const versions = await manager.find(ModelVersionEntity, {
    where: [{ state: 'current' }, ...(last?.modelVersionId ? [{ id: last.modelVersionId }] : [])],
    select: { id: true, number: true, state: true },
  });
  return {
    pending: pending.length,
    running: last?.state === 'running',
    currentModel: versions.find((version) => version.state === 'current')?.number ?? 0,
    lastRun: last === undefined ? null : runOf(last, versions),
  };
}

function runOf(row: TrainingRunEntity, versions: readonly ModelVersionEntity[]): TrainingRun {
  const { id, state, phase, progress, reason, trialCount, startedAt, finishedAt } = row;
  const modelVersion = versions.find((version) => version.id === row.modelVersionId)?.number ?? null;
  return { id, state, phase, progress, modelVersion, reason, trialCount, startedAt, finishedAt };
}
