import { type Description, descriptionBytes, parseDescription } from '@edgelore/descriptors';
import {
  AppError,
  isUuid,
  type RequestContext,
  requireOrganisation,
  requirePermission,
  uuid7,
} from '@edgelore/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import { parsed } from '../bad-input.js';
import { readLineage } from '../model-versions/extractor-lineage.js';
import { parseNumber } from '../number-input.js';
import { ownOnly } from '../organisations/own-only.js';
import type { Page, PageRequest } from '../page.js';
import { inOrder } from '../sorted-page.js';
import { parseText } from '../text-input.js';
import { descriptionColumns, descriptionOf, TaskEntity } from './task.entity.js';
import type { DescriptionNoise, SentDescription, SubmitDescription, Task, TaskFilter, TaskSort } from './task.types.js';
import { countTasks, readTaskIds } from './task-list.js';

const MOST_FACES = 1e9;
const MOST_EPSILON = 1e6;
const MOST_SIGMA = 1e6;

@Injectable()
export class TasksService {
  constructor(private readonly database: DataSource) {}

  async submit(ctx: RequestContext, input: SubmitDescription): Promise<Task> {
    requirePermission(ctx, 'task:write');
    const organisationId = requireOrganisation(ctx);
    const clientKey = parseText(input.clientKey, 'clientKey', 200);
    const name = parseText(input.name, 'name', 200);
    const sent = parsed(() => parseDescription(input.description));
    const noise = parseNoise(input.noise);
    const faces = input.faces ?? null;
    if (faces !== null) parseNumber(faces, 'faces', 0, MOST_FACES);
    return this.database.transaction(async (manager) => {
      (await readLineage(manager)).carry(sent);
      await manager
        .createQueryBuilder()
        .insert()
        .into(TaskEntity)
        .values({
          id: uuid7(),
          organisationId,
          open: false,
          clientKey,
          name,
          ...descriptionColumns(sent),
          noise,
          faces,
          baseRows: null,
          createdAt: new Date(),
        })
        .orIgnore()
        .execute();
      const task = await manager.findOneByOrFail(TaskEntity, { organisationId, clientKey });
      if (
        task.name !== name ||
        task.faces !== faces ||
        !isSameNoise(task.noise, noise) ||
        !isSame(descriptionOf(task), sent)
      ) {
        throw new AppError(
          'CONFLICT',
          `The key ${clientKey} already stands for another description; send this one under a key of its own.`,
          { field: 'clientKey' },
        );
      }
      return describeTask(manager, task);
    });
  }

  async get(ctx: RequestContext, id: string): Promise<Task> {
    const task = await visibleTask(this.database.manager, ctx, id, 'id');
    return describeTask(this.database.manager, task);
  }

  async list(ctx: RequestContext, filter: TaskFilter, sort: TaskSort, request: PageRequest): Promise<Page<Task>> {
    requirePermission(ctx, 'task:read');
    const { manager } = this.database;
    const page = await readTaskIds(manager, ctx, filter, sort, request);
    const rows = await manager.findBy(TaskEntity, { id: In([...page.nodes]) });
    return { ...page, nodes: inOrder(page.nodes, await describeTasks(manager, rows)) };
  }

  async count(ctx: RequestContext, filter: TaskFilter): Promise<number> {
    requirePermission(ctx, 'task:read');
    return countTasks(this.database.manager, ctx, filter);
  }

  /** What was sent of the caller's own task; operators see every one. */
  async sent(ctx: RequestContext, id: string): Promise<SentDescription> {
    const task = await visibleTask(this.database.manager, ctx, id);
    const description = descriptionOf(task);
    const { faces, noise, createdAt } = task;
    return { ...description, faces, noise, bytes: descriptionBytes(description), sentAt: createdAt };
  }
}

/** The task, if the caller may see it; a foreign one is as unknown as one that never was. */
export async function visibleTask(
  manager: EntityManager,
  ctx: RequestContext,
  id: string,
  field = 'taskId',
): Promise<TaskEntity> {
  requirePermission(ctx, 'task:read');
  const task = isUuid(id) ? await manager.findOneBy(TaskEntity, { id, ...ownOnly(ctx) }) : null;
  if (task === null) throw new AppError('NOT_FOUND', 'There is no such task among yours.', { field });
  return task;
}

function parseNoise(noise: SubmitDescription['noise']): DescriptionNoise | null {
  if (!noise) return null;
  const positive = (field: keyof DescriptionNoise, most: number) =>
    parseNumber(noise[field], `noise.${field}`, Number.MIN_VALUE, most);
  return {
    epsilon: positive('epsilon', MOST_EPSILON),
    delta: positive('delta', 1),
    sigma: positive('sigma', MOST_SIGMA),
  };
}

function isSameNoise(stored: DescriptionNoise | null, sent: DescriptionNoise | null): boolean {
  return stored?.epsilon === sent?.epsilon && stored?.delta === sent?.delta && stored?.sigma === sent?.sigma;
}

// The column keeps float32.
function isSame(stored: Description, sent: Description): boolean {
  return (
    stored.extractorHash === sent.extractorHash &&
    stored.extractorVersion === sent.extractorVersion &&
    stored.images === sent.images &&
    stored.batchSize === sent.batchSize &&
    stored.rows.length === sent.rows.length &&
    stored.rows.every((row, at) =>
      row.every((value, column) => Math.fround(value) === Math.fround(sent.rows[at]?.[column] ?? Number.NaN)),
    )
  );
}

interface TaskSummary {
  readonly organisationName: string;
  readonly trialCount: number;
  readonly failedCount: number;
  readonly bestScore: number | null;
  readonly lastTrialAt: Date | null;
  readonly recommendationCount: number;
}

async function describeTasks(manager: EntityManager, rows: readonly TaskEntity[]): Promise<Task[]> {
  const summaries: (TaskSummary & { id: string })[] = await manager.query(
    `SELECT task.id, organisation.name AS "organisationName", sums.*,
            (SELECT count(*)::integer FROM recommendations WHERE task_id = task.id) AS "recommendationCount"
       FROM tasks task JOIN organisations organisation ON organisation.id = task.organisation_id,
            LATERAL (SELECT count(*)::integer AS "trialCount", (count(*) - count(score))::integer AS "failedCount",
                            max(score) AS "bestScore", max(created_at) AS "lastTrialAt"
                       FROM trials WHERE task_id = task.id) sums
      WHERE task.id = ANY($1)`,
    [rows.map((row) => row.id)],
  );
  const byId = new Map(summaries.map(({ id, ...summary }) => [id, summary]));
  return rows.map((row) => taskOf(row, byId.get(row.id)!));
}

async function describeTask(manager: EntityManager, row: TaskEntity): Promise<Task> {
  const [task] = await describeTasks(manager, [row]);
  return task!;
}

function taskOf(row: TaskEntity, summary: TaskSummary): Task {
  const { id, organisationId, name, clientKey, open, images, faces, createdAt } = row;
  const { noise, extractorVersion, extractorHash, dimension, batchSize } = row;
  const description = { extractorVersion, extractorHash, dimension, batches: row.rows.length, batchSize, noise };
  return { id, organisationId, name, clientKey, open, images, faces, ...description, ...summary, createdAt };
}
