import { AppError, type RequestContext } from '@edgelore/platform';
import { faceDetectorSpace } from '@edgelore/search-space';
import type { EntityManager } from 'typeorm';
import type { Page, PageRequest } from '../page.js';
import { readSortedIds, type SortColumn } from '../sorted-page.js';
import { Where } from '../where.js';
import type { DimensionFilter, TrialFilter, TrialOrder, TrialSort, TrialTotals } from './trial.types.js';

const MOST_IDS = 100;

// The expressions are those of the indexes.
const columns: Readonly<Record<TrialOrder, SortColumn>> = {
  created: { sql: 'sorted.id', type: 'uuid' },
  // A failed training stands below one that reached 0.
  score: { sql: 'coalesce(sorted.score, -1)', type: 'double precision' },
  seconds: { sql: 'sorted.seconds', type: 'double precision' },
  macs: { sql: 'sorted.macs', type: 'double precision' },
  bytes: { sql: 'sorted.bytes', type: 'double precision' },
};

/** The ids of the caller's trials that pass the filter, in order; operators see all. */
export function readTrialIds(
  manager: EntityManager,
  ctx: RequestContext,
  filter: TrialFilter,
  { field, direction }: TrialSort,
  request: PageRequest,
): Promise<Page<string>> {
  const where = whereTrials(ctx, filter);
  return readSortedIds(
    manager,
    { from: 'trials sorted', where, column: columns[field], order: field, direction },
    request,
  );
}

export async function readTrialTotals(
  manager: EntityManager,
  ctx: RequestContext,
  filter: TrialFilter,
): Promise<TrialTotals> {
  const where = whereTrials(ctx, filter);
  const [totals]: TrialTotals[] = await manager.query(
    `SELECT coalesce(sum(count), 0)::integer AS count, coalesce(sum(completed), 0)::integer AS completed,
            coalesce(sum(count - completed), 0)::integer AS failed, max(best) AS "bestScore",
            (sum(total) / nullif(sum(completed), 0))::double precision AS "meanScore",
            coalesce(sum(seconds), 0)::double precision AS seconds, count(*)::integer AS tasks
       FROM (SELECT count(*) AS count, count(score) AS completed, max(score) AS best, sum(score) AS total, sum(seconds) AS seconds
               FROM trials sorted WHERE ${where.sql} GROUP BY task_id) by_task`,
    where.values,
  );
  return totals!;
}

function whereTrials({ organisationId }: RequestContext, filter: TrialFilter): Where {
  if (filter.ids && filter.ids.length > MOST_IDS) {
    throw new AppError('INVALID_INPUT', `Ask for at most ${MOST_IDS} trials by id.`, { field: 'filter.ids' });
  }
  const where = new Where()
    .and(organisationId, (own) => `sorted.organisation_id = ${own}`)
    .id(filter.organisationId, (id) => `sorted.organisation_id = ${id}`)
    .id(filter.taskId, (id) => `sorted.task_id = ${id}`)
    .id(filter.recommendationId, (id) => `sorted.recommendation_id = ${id}`)
    .and(filter.ids, (ids) => `sorted.id::text = ANY(${ids})`)
    .and(filter.configurationId, (id) => `sorted.configuration_id = ${id}`)
    .and(filter.state, (state) => `sorted.state = ${state}`)
    .and(filter.backend, (backend) => `sorted.backend = ${backend}`)
    .flag(filter.recommended, 'sorted.recommendation_id IS NOT NULL', 'sorted.recommendation_id IS NULL')
    .and(filter.minScore, (least) => `coalesce(sorted.score, -1) >= ${least}`)
    .and(filter.maxScore, (most) => `sorted.score <= ${most}`)
    .and(filter.maxSeconds, (most) => `sorted.seconds <= ${most}`)
    .and(filter.maxMacs, (most) => `${columns.macs.sql} <= ${most}`)
    .and(filter.maxBytes, (most) => `${columns.bytes.sql} <= ${most}`)
    .and(filter.since, (time) => `sorted.created_at >= ${time}`)
    .and(filter.until, (time) => `sorted.created_at < ${time}`)
    .and(
      filter.modelVersion,
      (number) => `sorted.recommendation_id IN (SELECT recommendation.id FROM recommendations recommendation
         JOIN model_versions version ON version.id = recommendation.model_version_id WHERE version.number = ${number})`,
    );
  for (const dimension of filter.dimensions ?? []) {
    where.any(configurationsWith(dimension), (part) => `sorted.configuration @> ${part}`);
  }
  return where;
}

/** For each value that was named the part of a configuration that holds it. */
function configurationsWith({ name, values }: DimensionFilter): string[] {
  const dimension = faceDetectorSpace.dimensions.find((known) => known.name === name);
  if (dimension === undefined) {
    throw new AppError('INVALID_INPUT', `The search space has no dimension called ${name}.`, {
      field: 'filter.dimensions',
    });
  }
  return dimension.values
    .filter((value) => values.includes(String(value)))
    .map((value) => JSON.stringify({ values: { [name]: value } }));
}
