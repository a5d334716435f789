import type { RequestContext } from '@edgelore/platform';
import type { EntityManager } from 'typeorm';
import type { Page, PageRequest } from '../page.js';
import { readSortedIds, type SortColumn } from '../sorted-page.js';
import { parseText } from '../text-input.js';
import { Where } from '../where.js';
import type { TaskFilter, TaskOrder, TaskSort } from './task.types.js';

const MOST_SEARCHED = 200;

const columns: Readonly<Record<TaskOrder, SortColumn>> = {
  created: { sql: 'sorted.id', type: 'uuid' },
  name: { sql: 'sorted.name', type: 'text' },
  images: { sql: 'sorted.images::double precision', type: 'double precision' },
  trials: { sql: 'coalesce(sums.trials, 0)::double precision', type: 'double precision' },
  // A task without a score stands below one that reached 0.
  'best-score': { sql: 'coalesce(sums.best, -1)', type: 'double precision' },
};

const TRIALS = 'SELECT 1 FROM trials WHERE trials.task_id = sorted.id';
const SUMS = `LEFT JOIN (SELECT task_id, count(*) AS trials, max(score) AS best FROM trials GROUP BY task_id) sums
  ON sums.task_id = sorted.id`;

/** The ids of the caller's tasks that pass the filter, in order; operators see all. */
export function readTaskIds(
  manager: EntityManager,
  ctx: RequestContext,
  filter: TaskFilter,
  sort: TaskSort,
  request: PageRequest,
): Promise<Page<string>> {
  const needsSums = sort.field === 'trials' || sort.field === 'best-score';
  return readSortedIds(
    manager,
    {
      from: `tasks sorted ${needsSums ? SUMS : ''}`,
      where: whereTasks(ctx, filter),
      column: columns[sort.field],
      order: sort.field,
      direction: sort.direction,
    },
    request,
  );
}

export async function countTasks(manager: EntityManager, ctx: RequestContext, filter: TaskFilter): Promise<number> {
  const where = whereTasks(ctx, filter);
  const [row]: { count: number }[] = await manager.query(
    `SELECT count(*)::integer AS count FROM tasks sorted WHERE ${where.sql}`,
    where.values,
  );
  return row?.count ?? 0;
}

function whereTasks({ organisationId }: RequestContext, filter: TaskFilter): Where {
  const search = filter.search ? parseText(filter.search, 'filter.search', MOST_SEARCHED) : null;
  return new Where()
    .and(organisationId, (own) => `sorted.organisation_id = ${own}`)
    .id(filter.organisationId, (id) => `sorted.organisation_id = ${id}`)
    .and(search, (text) => `position(lower(${text}) in lower(sorted.name)) > 0`)
    .flag(filter.open, 'sorted.open', 'NOT sorted.open')
    .flag(filter.noised, 'sorted.noise IS NOT NULL', 'sorted.noise IS NULL')
    .flag(filter.tried, `EXISTS (${TRIALS})`, `NOT EXISTS (${TRIALS})`)
    .and(filter.minImages, (least) => `sorted.images >= ${least}`)
    .and(filter.maxImages, (most) => `sorted.images <= ${most}`)
    .and(filter.since, (time) => `sorted.created_at >= ${time}`)
    .and(filter.until, (time) => `sorted.created_at < ${time}`);
}
