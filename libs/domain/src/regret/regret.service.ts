import { type RequestContext, requirePermission } from '@edgelore/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Page, PageRequest } from '../page.js';
import { readSortedIds } from '../sorted-page.js';
import { Where } from '../where.js';
import type { RealisedRegret, RegretFilter, VersionRegret } from './regret.types.js';

/** One row a recommendation that a trial was made of. `WHERE` stands for the condition on the recommendation. */
const REGRETS = (where: string) => `
  SELECT recommendation.id, recommendation.task_id, recommendation.model_version_id, recommendation.reason,
         recommendation.created_at, made.trials, made.best, made.first, known.best AS known
    FROM recommendations recommendation
         JOIN (SELECT trial.recommendation_id, count(*)::integer AS trials, max(trial.score) AS best,
                      max(trial.score) FILTER (WHERE trial.configuration_id = sorted.first_configuration_id) AS first
                 FROM trials trial JOIN recommendations sorted ON sorted.id = trial.recommendation_id
                WHERE trial.score IS NOT NULL AND ${where} GROUP BY trial.recommendation_id) made
           ON made.recommendation_id = recommendation.id
         JOIN (SELECT task_id, max(score) AS best FROM trials GROUP BY task_id) known
           ON known.task_id = recommendation.task_id`;

/** How good past recommendations turned out to be. */
@Injectable()
export class RegretService {
  constructor(private readonly database: DataSource) {}

  async list(ctx: RequestContext, filter: RegretFilter, request: PageRequest): Promise<Page<RealisedRegret>> {
    requirePermission(ctx, 'task:read');
    const { manager } = this.database;
    const where = whereTried(ctx, filter);
    const page = await readSortedIds(
      manager,
      {
        from: 'recommendations sorted LEFT JOIN model_versions version ON version.id = sorted.model_version_id',
        where,
        column: { sql: 'sorted.id', type: 'uuid' },
        order: 'created',
        direction: 'desc',
      },
      request,
    );
    const nodes: RealisedRegret[] = await manager.query(
      `SELECT regret.id AS "recommendationId", regret.task_id AS "taskId", task.name AS "taskName",
              coalesce(version.number, 0) AS "modelVersion", regret.reason, regret.trials, regret.known AS "bestKnown",
              regret.known - regret.first AS "firstRegret", regret.known - regret.best AS "bestRegret",
              regret.created_at AS "createdAt"
         FROM (${REGRETS('trial.recommendation_id = ANY($1)')}) regret JOIN tasks task ON task.id = regret.task_id
              LEFT JOIN model_versions version ON version.id = regret.model_version_id
        ORDER BY regret.id DESC`,
      [page.nodes],
    );
    return { ...page, nodes };
  }

  async byVersion(ctx: RequestContext): Promise<VersionRegret[]> {
    requirePermission(ctx, 'task:read');
    const where = whereOwn(ctx);
    return this.database.query(
      `SELECT version.number AS "modelVersion", (version.training ->> 'taskCount')::integer AS "taskCount",
              (version.training ->> 'trialCount')::integer AS "trialCount", version.created_at AS "createdAt",
              count(*)::integer AS recommendations, count(first)::integer AS firsts,
              avg(known - first) AS "firstRegret", stddev_samp(known - first) / sqrt(nullif(count(first), 0)) AS "firstError",
              avg(known - best) AS "bestRegret", stddev_samp(known - best) / sqrt(count(*)) AS "bestError",
              (version.evaluation #>> '{metrics,regret1}')::double precision AS "expectedRegret"
         FROM (${REGRETS(where.sql)}) regret JOIN model_versions version ON version.id = regret.model_version_id
        GROUP BY version.id ORDER BY version.number`,
      where.values,
    );
  }
}

function whereOwn({ organisationId }: RequestContext): Where {
  return new Where().and(organisationId, (own) => `sorted.organisation_id = ${own}`);
}

function whereTried(ctx: RequestContext, { taskId, modelVersion }: RegretFilter): Where {
  return whereOwn(ctx)
    .flag(true, 'EXISTS (SELECT 1 FROM trials WHERE trials.recommendation_id = sorted.id AND score IS NOT NULL)', '')
    .id(taskId, (id) => `sorted.task_id = ${id}`)
    .and(modelVersion, (number) => `version.number = ${number}`);
}
