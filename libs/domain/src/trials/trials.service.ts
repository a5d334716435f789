import {
  AppError,
  isUuid,
  type RequestContext,
  requireOrganisation,
  requirePermission,
  uuid7,
  writeOutbox,
} from '@edgelore/platform';
import { configurationId, costOf, faceDetectorSpace, parseConfiguration } from '@edgelore/search-space';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, LessThan } from 'typeorm';
import { parsed } from '../bad-input.js';
import { canonicalJson } from '../canonical-json.js';
import { jobs } from '../jobs.js';
import { parseNumber } from '../number-input.js';
import { ownOnly } from '../organisations/own-only.js';
import { keyAfter, type Page, type PageRequest, pageOf, rowsToRead } from '../page.js';
import { RecommendationEntity } from '../recommendations/recommendation.entity.js';
import { visibleTask } from '../tasks/tasks.service.js';
import { parseText } from '../text-input.js';
import { TrialEntity } from './trial.entity.js';
import type { CurvePoint, ReportTrial, Trial } from './trial.types.js';

const LONGEST_TRAINING_S = 30 * 24 * 60 * 60;
const MOST_STEPS = 1e9;
const LONGEST_CURVE = 1000;

/** All that a client says about a trial. */
type Content = Omit<TrialEntity, 'id' | 'organisationId' | 'createdAt'>;

@Injectable()
export class TrialsService {
  constructor(private readonly database: DataSource) {}

  /** Stores the trial and, in the same transaction, the event that asks for training. */
  async report(ctx: RequestContext, input: ReportTrial): Promise<Trial> {
    requirePermission(ctx, 'trial:write');
    const organisationId = requireOrganisation(ctx);
    const content = parseReport(input);
    return this.database.transaction(async (manager) => {
      await visibleTask(manager, ctx, content.taskId);
      await requireRecommendation(manager, content);
      const id = uuid7();
      const inserted = await manager
        .createQueryBuilder()
        .insert()
        .into(TrialEntity)
        .values({ id, organisationId, ...content, createdAt: new Date() })
        .orIgnore()
        .returning('id')
        .execute();
      const trial = await manager.findOneByOrFail(TrialEntity, { organisationId, reportId: content.reportId });
      if (canonicalJson(contentOf(trial)) !== canonicalJson(content)) {
        throw new AppError(
          'CONFLICT',
          `The report ${content.reportId} was sent before with other contents; report this trial under an id of its own.`,
          { field: 'reportId' },
        );
      }
      if (inserted.raw.length === 1) {
        await writeOutbox(manager, jobs, { topic: 'retrain', payload: { trialId: id } });
      }
      const counted = await countedIn(manager, [trial.id]);
      return trialOf(trial, counted.get(trial.id));
    });
  }

  async list(ctx: RequestContext, taskId: string | null, request: PageRequest): Promise<Page<Trial>> {
    requirePermission(ctx, 'task:read');
    const take = rowsToRead(request);
    const after = keyAfter(request, isUuid);
    const { manager } = this.database;
    if (taskId !== null) await visibleTask(manager, ctx, taskId);
    const rows = await manager.find(TrialEntity, {
      where: {
        ...ownOnly(ctx),
        ...(taskId === null ? {} : { taskId }),
        ...(after === null ? {} : { id: LessThan(after) }),
      },
      order: { id: 'DESC' },
      take,
    });
    const counted = await countedIn(
      manager,
      rows.map((row) => row.id),
    );
    return pageOf(
      rows,
      request,
      (row) => row.id,
      (row) => trialOf(row, counted.get(row.id)),
    );
  }
}

function parseReport(input: ReportTrial): Content {
  const reportId = parseText(input.reportId, 'reportId', 200);
  const configuration = parsed(() => parseConfiguration(faceDetectorSpace, input.configuration));
  const score = input.score ?? null;
  const steps = input.steps ?? null;
  return {
    taskId: input.taskId,
    recommendationId: input.recommendationId ?? null,
    reportId,
    configuration,
    configurationId: configurationId(configuration),
    state: score === null ? 'failed' : 'completed',
    score: score === null ? null : parseNumber(score, 'score', 0, 1),
    seconds: parseNumber(input.seconds, 'seconds', 0, LONGEST_TRAINING_S),
    cost: {
      ...costOf(configuration),
      ...(steps === null ? {} : { steps: parseNumber(steps, 'steps', 0, MOST_STEPS) }),
    },
    curve: parseCurve(input.curve ?? []),
    backend: parseText(input.backend ?? 'unknown', 'backend', 50),
  };
}

function parseCurve(points: readonly CurvePoint[]): CurvePoint[] {
  if (points.length > LONGEST_CURVE) {
    throw new AppError('INVALID_INPUT', `curve has ${points.length} points; send at most ${LONGEST_CURVE}.`, {
      field: 'curve',
    });
  }
  return points.map(({ step, score }, at) => {
    const earlier = at === 0 ? 0 : (points[at - 1]?.step ?? 0) + 1;
    return {
      step: parseNumber(step, `curve[${at}].step`, earlier, MOST_STEPS),
      score: parseNumber(score, `curve[${at}].score`, 0, 1),
    };
  });
}

function contentOf(row: TrialEntity): Content {
  const { id, organisationId, createdAt, ...content } = row;
  return content;
}

async function requireRecommendation(manager: EntityManager, content: Content): Promise<void> {
  const { recommendationId: id, taskId } = content;
  if (id === null) return;
  if (!isUuid(id) || !(await manager.existsBy(RecommendationEntity, { id, taskId }))) {
    throw new AppError('NOT_FOUND', 'There is no such recommendation for this task.', { field: 'recommendationId' });
  }
}

async function countedIn(manager: EntityManager, trialIds: readonly string[]): Promise<Map<string, number>> {
  const rows: { trialId: string; number: number }[] = await manager.query(
    `SELECT counted.trial_id AS "trialId", version.number
       FROM counted_trials counted JOIN model_versions version ON version.id = counted.model_version_id
      WHERE counted.trial_id = ANY($1)`,
    [trialIds],
  );
  return new Map(rows.map((row) => [row.trialId, row.number]));
}

function trialOf(row: TrialEntity, counted: number | undefined): Trial {
  const { organisationId, cost, ...trial } = row;
  const { steps, ...size } = cost;
  return { ...trial, cost: size, steps: steps ?? null, countedIn: counted ?? null };
}
