import { descriptionMean, principalPlane } from '@edgelore/descriptors';
import { type RequestContext, requirePermission } from '@edgelore/platform';
import { nearestTasks } from '@edgelore/ranking';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { readLineage } from '../model-versions/extractor-lineage.js';
import { descriptionOf, TaskEntity } from '../tasks/task.entity.js';
import { visibleTask } from '../tasks/tasks.service.js';
import type { MapPoint, TaskMap } from './task-map.types.js';

const MOST_POINTS = 2_000;
const NEIGHBOURS = 8;
/** A point that nobody may name is shown no finer than this share of the map's width. */
const GRID = 1 / 40;

/** A task in the space of the current extractor. */
interface Placed {
  readonly id: string;
  readonly row: TaskEntity;
  readonly mean: Float64Array;
}

interface TrialSums {
  readonly trialCount: number;
  readonly bestScore: number | null;
}

interface Plane {
  readonly state: string;
  readonly extractorVersion: number;
  readonly of: number;
  readonly tasks: readonly Placed[];
  readonly points: readonly (readonly [number, number])[];
  readonly explained: readonly number[];
}

/** Where tasks lie among each other: principal components of their descriptions' means. */
@Injectable()
export class TaskMapService {
  private latest: Plane | undefined;

  constructor(private readonly database: DataSource) {}

  async read(ctx: RequestContext, taskId: string | null): Promise<TaskMap> {
    requirePermission(ctx, 'task:read');
    const asked = taskId === null ? null : await visibleTask(this.database.manager, ctx, taskId);
    const { extractorVersion, of, explained, tasks, points } = await this.plane();
    const cell = GRID * width(points);
    const sums = await this.sums();
    const map = tasks.map((task, at) => pointOf(ctx, task, sums.get(task.id), points[at]!, cell));
    const own = asked === null ? undefined : tasks.find(({ id }) => id === asked.id);
    const byId = new Map(tasks.map((task, at) => [task.id, map[at]!]));
    const nearest = own === undefined ? [] : nearestTasks(own.mean, tasks).filter(({ id }) => id !== own.id);
    return {
      extractorVersion,
      explained,
      of,
      points: map,
      neighbours: nearest.slice(0, NEIGHBOURS).map(({ id, distance }) => {
        const { x, y, ...neighbour } = byId.get(id)!;
        return { ...neighbour, distance };
      }),
    };
  }

  private async sums(): Promise<Map<string, TrialSums>> {
    const sums: (TrialSums & { taskId: string })[] = await this.database.query(
      `SELECT task_id AS "taskId", count(*)::integer AS "trialCount", max(score) AS "bestScore" FROM trials GROUP BY task_id`,
    );
    return new Map(sums.map((sum) => [sum.taskId, sum]));
  }

  /** Kept until tasks or the current model change. */
  private plane(): Promise<Plane> {
    return this.database.transaction('REPEATABLE READ', async (manager) => {
      const [row]: { state: string; of: number; extractorVersion: number }[] = await manager.query(
        `SELECT concat_ws('/', version.id, (SELECT count(*) FROM tasks)) AS state,
                (SELECT count(*)::integer FROM tasks) AS of, version.extractor_version AS "extractorVersion"
           FROM model_versions version WHERE state = 'current'`,
      );
      const { state = '', of = 0, extractorVersion = 0 } = row ?? {};
      if (this.latest?.state === state) return this.latest;
      const lineage = await readLineage(manager);
      const rows = await manager.find(TaskEntity, { order: { id: 'DESC' }, take: MOST_POINTS });
      const tasks = rows.map(
        (task): Placed => ({ id: task.id, row: task, mean: descriptionMean(lineage.carry(descriptionOf(task))) }),
      );
      const { points, explained } = principalPlane(tasks.map(({ mean }) => mean));
      this.latest = { state, extractorVersion, of, tasks, points, explained };
      return this.latest;
    });
  }
}

function pointOf(
  { organisationId }: RequestContext,
  { row }: Placed,
  { trialCount, bestScore }: TrialSums = { trialCount: 0, bestScore: null },
  [x, y]: readonly [number, number],
  cell: number,
): MapPoint {
  const kind = row.open ? 'open' : row.organisationId === organisationId ? 'own' : 'other';
  if (kind === 'other' && organisationId !== null) {
    const coarse = (value: number) => (cell > 0 ? Math.round(value / cell) * cell : 0);
    const nothing = { taskId: null, name: null, images: null, trialCount: null, bestScore: null };
    return { kind, ...nothing, x: coarse(x), y: coarse(y) };
  }
  return { kind, taskId: row.id, name: row.name, images: row.images, trialCount, bestScore, x, y };
}

function width(points: readonly (readonly [number, number])[]): number {
  const span = (values: readonly number[]) => (values.length === 0 ? 0 : Math.max(...values) - Math.min(...values));
  return Math.max(span(points.map(([x]) => x)), span(points.map(([, y]) => y)));
}
