import type { RequestContext } from '@edgelore/platform';
import type { EntityManager } from 'typeorm';
import type { Page, PageRequest } from '../page.js';
import { readSortedIds, type SortColumn } from '../sorted-page.js';
import { Where } from '../where.js';
import type { RecommendationFilter, RecommendationOrder, RecommendationSort } from './recommendation.types.js';

const columns: Readonly<Record<RecommendationOrder, SortColumn>> = {
  created: { sql: 'sorted.id', type: 'uuid' },
  'model-version': { sql: 'coalesce(version.number, 0)::double precision', type: 'double precision' },
};

const FROM = 'recommendations sorted LEFT JOIN model_versions version ON version.id = sorted.model_version_id';
const TRIALS = 'SELECT 1 FROM trials WHERE trials.recommendation_id = sorted.id';

/** The ids of the caller's recommendations that pass the filter, in order; operators see all. */
export function readRecommendationIds(
  manager: EntityManager,
  ctx: RequestContext,
  filter: RecommendationFilter,
  { field, direction }: RecommendationSort,
  request: PageRequest,
): Promise<Page<string>> {
  const where = whereRecommendations(ctx, filter);
  return readSortedIds(manager, { from: FROM, where, column: columns[field], order: field, direction }, request);
}

export async function countRecommendations(
  manager: EntityManager,
  ctx: RequestContext,
  filter: RecommendationFilter,
): Promise<number> {
  const where = whereRecommendations(ctx, filter);
  const [row]: { count: number }[] = await manager.query(
    `SELECT count(*)::integer AS count FROM ${FROM} WHERE ${where.sql}`,
    where.values,
  );
  return row?.count ?? 0;
}

function whereRecommendations({ organisationId }: RequestContext, filter: RecommendationFilter): Where {
  return new Where()
    .and(organisationId, (own) => `sorted.organisation_id = ${own}`)
    .id(filter.organisationId, (id) => `sorted.organisation_id = ${id}`)
    .id(filter.taskId, (id) => `sorted.task_id = ${id}`)
    .and(filter.modelVersion, (number) => `version.number = ${number}`)
    .and(filter.reason, (reason) => `sorted.reason = ${reason}`)
    .flag(filter.tried, `EXISTS (${TRIALS})`, `NOT EXISTS (${TRIALS})`)
    .and(filter.since, (time) => `sorted.created_at >= ${time}`)
    .and(filter.until, (time) => `sorted.created_at < ${time}`);
}
