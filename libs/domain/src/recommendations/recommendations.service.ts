import {
  AppError,
  isUuid,
  type RequestContext,
  requireOrganisation,
  requirePermission,
  uuid7,
} from '@edgelore/platform';
import { expectedRegret, type Recommendation as Ranked, type TaskEvidence } from '@edgelore/ranking';
import { configurationId } from '@edgelore/search-space';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, LessThan } from 'typeorm';
import { canonicalJson } from '../canonical-json.js';
import { type Experience, experienceId } from '../experience/experience-tasks.js';
import { parseNumber } from '../number-input.js';
import { ownOnly } from '../organisations/own-only.js';
import { keyAfter, type Page, type PageRequest, pageOf, rowsToRead } from '../page.js';
import { descriptionOf } from '../tasks/task.entity.js';
import { visibleTask } from '../tasks/tasks.service.js';
import { parseText } from '../text-input.js';
import { RankingBasis } from './ranking-basis.js';
import { RankingThread } from './ranking-thread.js';
import { RecommendationEntity } from './recommendation.entity.js';
import type { AskRecommendation, Neighbour, Recommendation, RecommendationLimits } from './recommendation.types.js';

const USUAL_ITEMS = 5;
const MOST_ITEMS = 50;
const MOST_COST = 1e15;

@Injectable()
export class RecommendationsService {
  constructor(
    private readonly database: DataSource,
    private readonly basis: RankingBasis,
    private readonly thread: RankingThread,
  ) {}

  /** Ranks configurations for the task with the current model, and keeps what was said. */
  async recommend(ctx: RequestContext, input: AskRecommendation): Promise<Recommendation> {
    requirePermission(ctx, 'task:write');
    const organisationId = requireOrganisation(ctx);
    const count = parseNumber(input.count ?? USUAL_ITEMS, 'count', 1, MOST_ITEMS);
    const limits = parseLimits(input.limits ?? {});
    const clientKey = parseText(input.clientKey ?? uuid7(), 'clientKey', 200);
    const { manager } = this.database;
    const task = await visibleTask(manager, ctx, input.taskId);
    const asked = { organisationId, clientKey };
    const earlier = await manager.findOneBy(RecommendationEntity, asked);
    if (earlier !== null) return this.repeated(earlier, task.id, limits);

    const { model, lineage, experience } = await this.basis.current();
    const ranked = await this.thread.rank(
      { ranker: model.artefact.ranker, experience: experience.tasks, seed: `${model.number}` },
      { description: lineage.carry(descriptionOf(task)), count, limits, task: experienceId(task) },
    );
    await manager
      .createQueryBuilder()
      .insert()
      .into(RecommendationEntity)
      .values({
        id: uuid7(),
        ...asked,
        taskId: task.id,
        modelVersionId: model.id,
        reason: ranked[0]?.reason ?? 'cold-portfolio',
        items: ranked.map(({ neighbours, ...item }) => ({
          ...item,
          configurationId: configurationId(item.configuration),
        })),
        limits,
        neighbours: neighboursFor(organisationId, experienceId(task), ranked, experience),
        createdAt: new Date(),
      })
      .orIgnore()
      .execute();
    return this.repeated(await manager.findOneByOrFail(RecommendationEntity, asked), task.id, limits);
  }

  async get(ctx: RequestContext, id: string): Promise<Recommendation> {
    requirePermission(ctx, 'task:read');
    const { manager } = this.database;
    const row = isUuid(id) ? await manager.findOneBy(RecommendationEntity, { id, ...ownOnly(ctx) }) : null;
    if (row === null) throw new AppError('NOT_FOUND', 'There is no such recommendation among yours.', { field: 'id' });
    return recommendationOf(row, await versionsOf(manager, [row]));
  }

  async list(ctx: RequestContext, taskId: string | null, request: PageRequest): Promise<Page<Recommendation>> {
    requirePermission(ctx, 'task:read');
    const take = rowsToRead(request);
    const after = keyAfter(request, isUuid);
    const { manager } = this.database;
    if (taskId !== null) await visibleTask(manager, ctx, taskId);
    const rows = await manager.find(RecommendationEntity, {
      where: {
        ...ownOnly(ctx),
        ...(taskId === null ? {} : { taskId }),
        ...(after === null ? {} : { id: LessThan(after) }),
      },
      order: { id: 'DESC' },
      take,
    });
    const versions = await versionsOf(manager, rows);
    return pageOf(
      rows,
      request,
      (row) => row.id,
      (row) => recommendationOf(row, versions),
    );
  }

  private async repeated(
    row: RecommendationEntity,
    taskId: string,
    limits: RecommendationLimits,
  ): Promise<Recommendation> {
    if (row.taskId !== taskId || canonicalJson(row.limits) !== canonicalJson(limits)) {
      throw new AppError(
        'CONFLICT',
        `The key ${row.clientKey} already stands for another recommendation; ask under a key of its own.`,
        { field: 'clientKey' },
      );
    }
    return recommendationOf(row, await versionsOf(this.database.manager, [row]));
  }
}

function parseLimits(limits: NonNullable<AskRecommendation['limits']>): RecommendationLimits {
  const maxMacs = limits.maxMacs ?? null;
  const maxBytes = limits.maxBytes ?? null;
  return {
    ...(maxMacs === null ? {} : { maxMacs: parseNumber(maxMacs, 'limits.maxMacs', 1, MOST_COST) }),
    ...(maxBytes === null ? {} : { maxBytes: parseNumber(maxBytes, 'limits.maxBytes', 1, MOST_COST) }),
  };
}

function neighboursFor(
  organisationId: string,
  asking: string,
  ranked: readonly Ranked[],
  experience: Experience,
): Neighbour[] {
  const trials = new Map(experience.tasks.map((task) => [task.id, task.trials]));
  return (ranked[0]?.neighbours ?? [])
    .filter(({ id }) => id !== asking)
    .map(({ id, distance }) => {
      const row = experience.rows.get(id);
      if (row === undefined || !(row.open || row.organisationId === organisationId)) {
        return { name: null, distance, bestScore: null };
      }
      return { name: row.name, distance, bestScore: Math.max(...(trials.get(id) ?? []).map(({ score }) => score)) };
    });
}

/** What is read of the model versions that answered. */
interface Answering {
  readonly number: number;
  readonly evidence: readonly TaskEvidence[] | null;
}

async function versionsOf(
  manager: EntityManager,
  rows: readonly RecommendationEntity[],
): Promise<Map<string, Answering>> {
  const ids = [...new Set(rows.flatMap((row) => row.modelVersionId ?? []))];
  const versions: (Answering & { id: string })[] = await manager.query(
    `SELECT id, number, artefact #> '{ranker,evidence}' AS evidence FROM model_versions WHERE id = ANY($1)`,
    [ids],
  );
  return new Map(versions.map((version) => [version.id, version]));
}

function recommendationOf(row: RecommendationEntity, versions: ReadonlyMap<string, Answering>): Recommendation {
  const { id, taskId, modelVersionId, reason, items, neighbours, createdAt } = row;
  const version = versions.get(modelVersionId ?? '');
  return {
    id,
    taskId,
    modelVersion: version?.number ?? 0,
    items: items.map((item) => ({ ...item, explanation: item.explanation ?? null })),
    neighbours,
    expectedRegret: expectedRegret(version?.evidence ?? [], reason),
    createdAt,
  };
}
