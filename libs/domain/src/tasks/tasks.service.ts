import { type Description, parseDescription } from '@edgelore/descriptors';
import {
  AppError,
  isUuid,
  type RequestContext,
  requireOrganisation,
  requirePermission,
  uuid7,
} from '@edgelore/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In, LessThan } from 'typeorm';
import { parsed } from '../bad-input.js';
import { readLineage } from '../model-versions/extractor-lineage.js';
import { parseNumber } from '../number-input.js';
import { ownOnly } from '../organisations/own-only.js';
import { keyAfter, type Page, type PageRequest, pageOf, rowsToRead } from '../page.js';
import { parseText } from '../text-input.js';
import { TrialEntity } from '../trials/trial.entity.js';
import { descriptionColumns, descriptionOf, TaskEntity } from './task.entity.js';
import type { DescriptionNoise, SubmitDescription, Task } from './task.types.js';

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
      return withTrials(manager, task);
    });
  }

  async get(ctx: RequestContext, id: string): Promise<Task> {
    const task = await visibleTask(this.database.manager, ctx, id, 'id');
    return withTrials(this.database.manager, task);
  }

  async list(ctx: RequestContext, request: PageRequest): Promise<Page<Task>> {
    requirePermission(ctx, 'task:read');
    const take = rowsToRead(request);
    const after = keyAfter(request, isUuid);
    const rows = await this.database.manager.find(TaskEntity, {
      where: {
        ...ownOnly(ctx),
        ...(after === null ? {} : { id: LessThan(after) }),
      },
      order: { id: 'DESC' },
      take,
    });
    const summaries = await summarise(this.database.manager, rows);
    return pageOf(
      rows,
      request,
      (row) => row.id,
      (row) => taskOf(row, summaries.get(row.id)),
    );
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

interface TrialSummary {
  readonly count: number;
  readonly best: number | null;
}

async function summarise(manager: EntityManager, rows: readonly TaskEntity[]): Promise<Map<string, TrialSummary>> {
  const sums: { taskId: string; count: number; best: number | null }[] = await manager
    .createQueryBuilder(TrialEntity, 'trial')
    .select('trial.taskId', 'taskId')
    .addSelect('count(*)::integer', 'count')
    .addSelect('max(trial.score)', 'best')
    .where({ taskId: In(rows.map((row) => row.id)) })
    .groupBy('trial.taskId')
    .getRawMany();
  return new Map(sums.map((sum) => [sum.taskId, sum]));
}

async function withTrials(manager: EntityManager, row: TaskEntity): Promise<Task> {
  return taskOf(row, (await summarise(manager, [row])).get(row.id));
}

function taskOf(row: TaskEntity, trials: TrialSummary | undefined): Task {
  const { id, name, clientKey, open, images, faces, noise, extractorVersion, dimension, batchSize, createdAt } = row;
  const description = { extractorVersion, dimension, batches: row.rows.length, batchSize, noise };
  const summary = { trialCount: trials?.count ?? 0, bestScore: trials?.best ?? null };
  return { id, name, clientKey, open, images, faces, ...description, ...summary, createdAt };
}
