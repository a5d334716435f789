import { AppError, type RequestContext, requirePermission } from '@edgelore/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, LessThan } from 'typeorm';
import { keyAfter, type Page, type PageRequest, pageOf, rowsToRead } from '../page.js';
import { modelQuality } from './model-quality.js';
import { ModelVersionEntity } from './model-version.entity.js';
import type { CurrentModel, Evaluation, ExtractorSummary, ModelHealth, ModelVersion } from './model-version.types.js';

const isNumber = (key: string) => /^[1-9][0-9]{0,8}$/.test(key);

// The artefact is large; only what trains, ranks or describes reads it.
const FACTS = {
  id: true,
  number: true,
  state: true,
  extractorVersion: true,
  extractorHash: true,
  training: true,
  verdict: true,
  reason: true,
  evaluation: true,
  pinnedAt: true,
  createdAt: true,
  decidedAt: true,
} as const;

@Injectable()
export class ModelVersionsService {
  constructor(private readonly database: DataSource) {}

  async current(ctx: RequestContext): Promise<CurrentModel> {
    requirePermission(ctx, 'model:read');
    const { number, extractorVersion, extractorHash, artefact } = await currentModel(this.database.manager);
    return { number, extractorVersion, extractorHash, extractor: artefact.extractor };
  }

  async get(ctx: RequestContext, number: number): Promise<ModelVersion> {
    requirePermission(ctx, 'model:read');
    const row = await this.database.manager.findOne(ModelVersionEntity, { where: { number }, select: FACTS });
    if (row === null) throw new AppError('NOT_FOUND', `There is no model version ${number}.`, { field: 'number' });
    return modelVersionOf(ctx, row);
  }

  async byId(ctx: RequestContext, id: string): Promise<ModelVersion> {
    requirePermission(ctx, 'model:read');
    const row = await this.database.manager.findOneOrFail(ModelVersionEntity, { where: { id }, select: FACTS });
    return modelVersionOf(ctx, row);
  }

  async list(ctx: RequestContext, request: PageRequest): Promise<Page<ModelVersion>> {
    requirePermission(ctx, 'model:read');
    const take = rowsToRead(request);
    const after = keyAfter(request, isNumber);
    const rows = await this.database.manager.find(ModelVersionEntity, {
      where: after === null ? {} : { number: LessThan(Number(after)) },
      order: { number: 'DESC' },
      select: FACTS,
      take,
    });
    return pageOf(
      rows,
      request,
      (row) => String(row.number),
      (row) => modelVersionOf(ctx, row),
    );
  }

  async health(ctx: RequestContext): Promise<ModelHealth> {
    requirePermission(ctx, 'model:read');
    const { manager } = this.database;
    const row = await manager.findOneOrFail(ModelVersionEntity, { where: { state: 'current' }, select: FACTS });
    const [since]: Pick<ModelHealth, 'trialsSince' | 'versionsSince'>[] = await manager.query(
      `SELECT ((SELECT count(score) FROM trials) - (SELECT count(*) FROM counted_trials))::integer AS "trialsSince",
              (SELECT count(*)::integer FROM model_versions WHERE number > $1) AS "versionsSince"`,
      [row.number],
    );
    return { current: modelVersionOf(ctx, row), ...since! };
  }

  /** Every extractor that a version holds, newest first. */
  async extractors(ctx: RequestContext): Promise<ExtractorSummary[]> {
    requirePermission(ctx, 'model:read');
    return this.database.query(
      `SELECT extractor_version AS version, extractor_hash AS hash, min(number) AS "firstModel", count(*)::integer AS models,
              bool_or(state = 'current') AS current,
              (SELECT count(*)::integer FROM tasks WHERE tasks.extractor_hash = version.extractor_hash) AS tasks,
              (array_agg((evaluation #>> '{metrics,alignmentR2}')::double precision ORDER BY number))[1] AS "alignmentR2"
         FROM model_versions version GROUP BY extractor_version, extractor_hash ORDER BY min(number) DESC LIMIT 200`,
    );
  }
}

export async function currentModel(manager: EntityManager): Promise<ModelVersionEntity> {
  const current = await manager.findOneBy(ModelVersionEntity, { kind: 'bundle', state: 'current' });
  if (current === null) {
    throw new AppError('UNAVAILABLE', 'No model version is current: the shipped experience was not imported yet.');
  }
  return current;
}

export function modelVersionOf(ctx: RequestContext, row: ModelVersionEntity): ModelVersion {
  const { number, state, extractorVersion, extractorHash, verdict, reason, pinnedAt, createdAt, decidedAt } = row;
  const { parent, dataHash, scorer = null, loss = null, seed = null, taskCount, trialCount, seconds } = row.training;
  return {
    number,
    parent,
    state,
    extractorVersion,
    extractorHash,
    dataHash,
    scorer,
    loss,
    seed,
    taskCount,
    trialCount,
    seconds,
    restores: row.training.restores ?? null,
    pinnedAt,
    quality: row.evaluation === null ? null : modelQuality(row.evaluation),
    verdict,
    reason,
    evaluation: visibleEvaluation(ctx, row.evaluation),
    createdAt,
    decidedAt,
  };
}

// The folds name tasks of every organisation.
function visibleEvaluation(ctx: RequestContext, evaluation: Evaluation | null): Evaluation | null {
  if (evaluation === null || ctx.permissions.has('model:manage')) return evaluation;
  return { metrics: evaluation.metrics, folds: [] };
}
