import type { EntityManager } from 'typeorm';
import { TrainingRunEntity } from './training-run.entity.js';

export async function endRun(
  manager: EntityManager,
  id: string,
  state: 'promoted' | 'rejected' | 'skipped' | 'failed' | 'abandoned',
  reason: string,
  modelVersionId: string | null = null,
): Promise<void> {
  const progress = state === 'failed' || state === 'abandoned' ? {} : { phase: 'done', progress: 1 };
  const end = { state, reason, modelVersionId, finishedAt: new Date(), ...progress };
  await manager.update(TrainingRunEntity, { id, state: 'running' }, end);
}
