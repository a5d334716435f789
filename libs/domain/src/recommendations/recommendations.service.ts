import {
  AppError,
  isUuid,
  type RequestContext,
  requireOrganisation,
  requirePermission,
  uuid7,
} from '@edgelore/platform';
import type { Recommendation as Ranked } from '@edgelore/ranking';
import { configurationId } from '@edgelore/search-space';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import { canonicalJson } from '../canonical-json.js';
import { type Experience, experienceId } from '../experience/experience-tasks.js';
import { parseNumber } from '../number-input.js';
import { ownOnly } from '../organisations/own-only.js';
import type { Page, PageRequest } from '../page.js';
import { inOrder } from '../sorted-page.js';
import { descriptionOf } from '../tasks/task.entity.js';
import { visibleTask } from '../tasks/tasks.service.js';
import { parseText } from '../text-input.js';
import { describeRecommendations } from './describe-recommendations.js';
import { RankingBasis } from './ranking-basis.js';
import { RankingThread } from './ranking-thread.js';
import { RecommendationEntity } from './recommendation.entity.js';
import type {
  AskRecommendation,
  Neighbour,
  Recommendation,
  RecommendationFilter,
  RecommendationLimits,
  RecommendationSort,
} from './recommendation.types.js';
import { countRecommendations, readRecommendationIds } from './recommendation-list.js';

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
    return describeRecommendation(manager, row);
  }

  async list(
    ctx: RequestContext,
    filter: RecommendationFilter,
    sort: RecommendationSort,
    request: PageRequest,
  ): Promise<Page<Recommendation>> {
    requirePermission(ctx, 'task:read');
    const { manager } = this.database;
    if (filter.taskId) await visibleTask(manager, ctx, filter.taskId);
    const page = await readRecommendationIds(manager, ctx, filter, sort, request);
    const rows = await manager.findBy(RecommendationEntity, { id: In([...page.nodes]) });
    return { ...page, nodes: inOrder(page.nodes, await describeRecommendations(manager, rows)) };
  }

  async count(ctx: RequestContext, filter: RecommendationFilter): Promise<number> {
    requirePermission(ctx, 'task:read');
    return countRecommendations(this.database.manager, ctx, filter);
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
    return describeRecommendation(this.database.manager, row);
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

async function describeRecommendation(manager: EntityManager, row: RecommendationEntity): Promise<Recommendation> {
  const [recommendation] = await describeRecommendations(manager, [row]);
  return recommendation!;
}
