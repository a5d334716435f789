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
import { DataSource, type EntityManager, In } from 'typeorm';
import { parsed } from '../bad-input.js';
import { canonicalJson } from '../canonical-json.js';
import { TaskCharts } from '../charts/task-charts.js';
import { jobs } from '../jobs.js';
import { parseNumber } from '../number-input.js';
import { ownOnly } from '../organisations/own-only.js';
import type { Page, PageRequest } from '../page.js';
import { RecommendationEntity } from '../recommendations/recommendation.entity.js';
import { differenceOf } from '../search-spaces/difference-of.js';
import { inOrder } from '../sorted-page.js';
import { visibleTask } from '../tasks/tasks.service.js';
import { parseText } from '../text-input.js';
import { TrialEntity } from './trial.entity.js';
import type { CurvePoint, ReportTrial, Trial, TrialFilter, TrialSort, TrialTotals } from './trial.types.js';
import { readTrialIds, readTrialTotals } from './trial-list.js';

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
      const recommendationId = content.recommendationId ?? (await recommendedIn(manager, content));
      const id = uuid7();
      const inserted = await manager
        .createQueryBuilder()
        .insert()
        .into(TrialEntity)
        .values({ id, organisationId, ...content, recommendationId, createdAt: new Date() })
        .orIgnore()
        .returning('id')
        .execute();
      const trial = await manager.findOneByOrFail(TrialEntity, { organisationId, reportId: content.reportId });
      // Where the client named no recommendation, another one may hold the configuration by now.
      const sent = { ...content, recommendationId: content.recommendationId ?? trial.recommendationId };
      if (canonicalJson(contentOf(trial)) !== canonicalJson(sent)) {
        throw new AppError(
          'CONFLICT',
          `The report ${content.reportId} was sent before with other contents; report this trial under an id of its own.`,
          { field: 'reportId' },
        );
      }
      if (inserted.raw.length === 1) {
        await writeOutbox(manager, jobs, { topic: 'retrain', payload: { trialId: id } });
      }
      return trialOf(manager, trial);
    });
  }

  async get(ctx: RequestContext, id: string): Promise<Trial> {
    requirePermission(ctx, 'task:read');
    const { manager } = this.database;
    const row = isUuid(id) ? await manager.findOneBy(TrialEntity, { id, ...ownOnly(ctx) }) : null;
    if (row === null) throw new AppError('NOT_FOUND', 'There is no such trial among yours.', { field: 'id' });
    return trialOf(manager, row);
  }

  async list(ctx: RequestContext, filter: TrialFilter, sort: TrialSort, request: PageRequest): Promise<Page<Trial>> {
    requirePermission(ctx, 'task:read');
    const { manager } = this.database;
    if (filter.taskId) await visibleTask(manager, ctx, filter.taskId);
    const page = await readTrialIds(manager, ctx, filter, sort, request);
    const rows = await manager.findBy(TrialEntity, { id: In([...page.nodes]) });
    return { ...page, nodes: inOrder(page.nodes, await trialsOf(manager, rows)) };
  }

  /** The trials of a task as charts show them. */
  async charts(ctx: RequestContext, taskId: string): Promise<TaskCharts> {
    const { id } = await visibleTask(this.database.manager, ctx, taskId);
    return new TaskCharts(this.database.manager, id);
  }

  async totals(ctx: RequestContext, filter: TrialFilter): Promise<TrialTotals> {
    requirePermission(ctx, 'task:read');
    return readTrialTotals(this.database.manager, ctx, filter);
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

/** The newest recommendation of the task that holds the configuration: whoever trains what was recommended need not say so. */
async function recommendedIn(
  manager: EntityManager,
  { taskId, configurationId }: Pick<Content, 'taskId' | 'configurationId'>,
): Promise<string | null> {
  const [row]: { id: string }[] = await manager.query(
    'SELECT id FROM recommendations WHERE task_id = $1 AND items @> $2 ORDER BY id DESC LIMIT 1',
    [taskId, JSON.stringify([{ configurationId }])],
  );
  return row?.id ?? null;
}

interface TrialFacts {
  readonly taskName: string;
  readonly countedIn: number | null;
}

async function trialsOf(manager: EntityManager, rows: readonly TrialEntity[]): Promise<Trial[]> {
  const facts: (TrialFacts & { id: string })[] = await manager.query(
    `SELECT trial.id, task.name AS "taskName", version.number AS "countedIn"
       FROM trials trial JOIN tasks task ON task.id = trial.task_id
            LEFT JOIN counted_trials counted ON counted.trial_id = trial.id
            LEFT JOIN model_versions version ON version.id = counted.model_version_id
      WHERE trial.id = ANY($1)`,
    [rows.map((row) => row.id)],
  );
  const byId = new Map(facts.map(({ id, ...rest }) => [id, rest]));
  return rows.map((row) => {
    const { steps, ...cost } = row.cost;
    const difference = differenceOf(row.configuration);
    return { ...row, cost, steps: steps ?? null, difference, ...byId.get(row.id)! };
  });
}

async function trialOf(manager: EntityManager, row: TrialEntity): Promise<Trial> {
  const [trial] = await trialsOf(manager, [row]);
  return trial!;
}
