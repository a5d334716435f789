import { AppError, type RequestContext, requirePermission } from '@edgelore/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { audit } from '../audit/audit.js';
import { CURRENT_MODEL_LOCK } from '../locks.js';
import { ModelVersionEntity } from './model-version.entity.js';
import type { ModelVersion } from './model-version.types.js';
import { currentModel, modelVersionOf } from './model-versions.service.js';
import { restoreVersion } from './restore-version.js';

/** What an operator may do to the current model by hand. */
@Injectable()
export class ModelControlService {
  constructor(private readonly database: DataSource) {}

  /** Makes a version's models current, whatever the gate said of them. */
  promote(ctx: RequestContext, number: number): Promise<ModelVersion> {
    return this.withCurrent(ctx, async (manager, current) => {
      const source = await requireVersion(manager, number);
      if (source.number === current.number || source.number === current.training.restores) {
        throw new AppError('CONFLICT', `The current version holds the models of version ${number} already.`, {
          field: 'number',
        });
      }
      return this.restore(manager, ctx, current, source);
    });
  }

  /** Goes back to what the current models were trained from. */
  rollBack(ctx: RequestContext): Promise<ModelVersion> {
    return this.withCurrent(ctx, async (manager, current) => {
      const held = await requireVersion(manager, current.training.restores ?? current.number);
      const { parent } = held.training;
      if (parent === null) throw new AppError('CONFLICT', `Version ${held.number} is the first: there is none before.`);
      return this.restore(manager, ctx, current, await requireVersion(manager, parent));
    });
  }

  pin(ctx: RequestContext, number: number): Promise<ModelVersion> {
    return this.setPin(ctx, number, new Date());
  }

  unpin(ctx: RequestContext, number: number): Promise<ModelVersion> {
    return this.setPin(ctx, number, null);
  }

  private setPin(ctx: RequestContext, number: number, pinnedAt: Date | null): Promise<ModelVersion> {
    return this.withCurrent(ctx, async (manager, current) => {
      await requireVersion(manager, number);
      if (current.number !== number) {
        throw new AppError('CONFLICT', `Only the current version can be pinned; that is version ${current.number}.`, {
          field: 'number',
        });
      }
      if ((current.pinnedAt === null) === (pinnedAt === null)) return current;
      await manager.update(ModelVersionEntity, { id: current.id }, { pinnedAt });
      const action = pinnedAt === null ? 'model.unpin' : 'model.pin';
      await audit(manager, ctx, { action, kind: 'model-version', id: current.id });
      return { ...current, pinnedAt };
    });
  }

  private async restore(
    manager: EntityManager,
    ctx: RequestContext,
    current: ModelVersionEntity,
    source: ModelVersionEntity,
  ): Promise<ModelVersionEntity> {
    if (current.pinnedAt !== null) {
      throw new AppError('CONFLICT', `Version ${current.number} is pinned; unpin it first.`, { field: 'number' });
    }
    const version = await restoreVersion(manager, current, source);
    const details = { restores: source.number, number: version.number };
    await audit(manager, ctx, { action: 'model.restore', kind: 'model-version', id: version.id, details });
    return version;
  }

  // The same lock as a training's that stores its outcome: one of them comes first and the other sees it.
  private async withCurrent(
    ctx: RequestContext,
    act: (manager: EntityManager, current: ModelVersionEntity) => Promise<ModelVersionEntity>,
  ): Promise<ModelVersion> {
    requirePermission(ctx, 'model:manage');
    return this.database.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [CURRENT_MODEL_LOCK]);
      return modelVersionOf(ctx, await act(manager, await currentModel(manager)));
    });
  }
}

async function requireVersion(manager: EntityManager, number: number): Promise<ModelVersionEntity> {
  const version = await manager.findOneBy(ModelVersionEntity, { number });
  if (version === null) throw new AppError('NOT_FOUND', `There is no model version ${number}.`, { field: 'number' });
  return version;
}
