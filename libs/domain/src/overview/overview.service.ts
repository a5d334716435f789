import { type RequestContext, requirePermission } from '@edgelore/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { readTrialTotals } from '../trials/trial-list.js';
import type { DayCount, Overview, PrivacyTotals } from './overview.types.js';

const DAYS = 30;

type TaskCounts = Pick<Overview, 'tasks' | 'openTasks' | 'untriedTasks' | 'recommendations'> & PrivacyTotals;

/** Totals over what the caller may see: an owner's own, for operators everything. */
@Injectable()
export class OverviewService {
  constructor(private readonly database: DataSource) {}

  async read(ctx: RequestContext): Promise<Overview> {
    requirePermission(ctx, 'task:read');
    const { manager } = this.database;
    const { noised, plain, leastEpsilon, mostEpsilon, ...counts } = await readCounts(manager, ctx.organisationId);
    return {
      ...counts,
      trials: await readTrialTotals(manager, ctx, {}),
      privacy: { noised, plain, leastEpsilon, mostEpsilon },
      days: await readDays(manager, ctx.organisationId),
    };
  }
}

async function readCounts(manager: EntityManager, organisationId: string | null): Promise<TaskCounts> {
  // Open tasks are public pictures: whether noise lies on them says nothing of anybody's privacy.
  const [counts]: TaskCounts[] = await manager.query(
    `SELECT count(*)::integer AS tasks, (count(*) FILTER (WHERE open))::integer AS "openTasks",
            (count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM trials WHERE task_id = task.id)))::integer AS "untriedTasks",
            (count(noise) FILTER (WHERE NOT open))::integer AS noised,
            (count(*) FILTER (WHERE NOT open AND noise IS NULL))::integer AS plain,
            min((noise ->> 'epsilon')::double precision) FILTER (WHERE NOT open) AS "leastEpsilon",
            max((noise ->> 'epsilon')::double precision) FILTER (WHERE NOT open) AS "mostEpsilon",
            (SELECT count(*)::integer FROM recommendations
              WHERE $1::uuid IS NULL OR organisation_id = $1) AS recommendations
       FROM tasks task WHERE $1::uuid IS NULL OR organisation_id = $1`,
    [organisationId],
  );
  return counts!;
}

function readDays(manager: EntityManager, organisationId: string | null): Promise<DayCount[]> {
  return manager.query(
    `SELECT day, count(trial.id)::integer AS trials
       FROM generate_series(date_trunc('day', now(), 'UTC') - ($2 - 1) * interval '1 day', date_trunc('day', now(), 'UTC'),
                            interval '1 day') day
            LEFT JOIN trials trial ON trial.created_at >= day AND trial.created_at < day + interval '1 day'
              AND ($1::uuid IS NULL OR trial.organisation_id = $1)
      GROUP BY day ORDER BY day`,
    [organisationId, DAYS],
  );
}
