import { AppError, isUuid } from '@edgelore/platform';
import { type EntityManager, In } from 'typeorm';
import { TrialEntity } from '../trials/trial.entity.js';
import type {
  BestSoFar,
  CostKind,
  Importance,
  LearningCurve,
  ParallelCoordinates,
  Pareto,
  Predicted,
  ScoredTrial,
  Slice,
} from './chart.types.js';
import { type ChartTrial, readChartTrials } from './chart-trials.js';
import { importance, parallelCoordinates, slices } from './dimensions.js';
import { downSample } from './lttb.js';
import { paretoFront } from './pareto.js';
import { readPredicted } from './predicted.js';

const MOST_POINTS = 2_000;
const MOST_CURVES = 20;
const USUAL_CURVES = 10;

/** The trials of one task in the shapes of charts; each is computed when it is asked for. The caller may see the task. */
export class TaskCharts {
  private read: Promise<ChartTrial[]> | undefined;

  constructor(
    private readonly manager: EntityManager,
    private readonly taskId: string,
  ) {}

  /** Completed trials of the task. */
  async of(): Promise<number> {
    return this.manager.countBy(TrialEntity, { taskId: this.taskId, state: 'completed' });
  }

  /** Those that the charts of configurations look at. */
  async counted(): Promise<number> {
    return (await this.trials()).length;
  }

  async bestSoFar(most: number): Promise<BestSoFar> {
    const rows: ScoredTrial[] = await this.manager.query(
      `SELECT "trialId", at, score, index FROM (
         SELECT id AS "trialId", created_at AS at, score, (row_number() OVER (ORDER BY id))::integer AS index
           FROM trials WHERE task_id = $1) numbered
        WHERE score IS NOT NULL ORDER BY index`,
      [this.taskId],
    );
    let best = -1;
    const steps = rows.filter(({ score }) => {
      const isBetter = score > best;
      if (isBetter) best = score;
      return isBetter;
    });
    return { points: downSample(rows, parsePoints(most), ({ index, score }) => [index, score]), steps };
  }

  predicted(): Promise<Predicted> {
    return readPredicted(this.manager, this.taskId);
  }

  /** Curves of these trials of the task; of the best where none are named. */
  async curves(trialIds: readonly string[] | null, most: number): Promise<LearningCurve[]> {
    if (trialIds !== null && trialIds.length > MOST_CURVES) {
      throw new AppError('INVALID_INPUT', `Ask for at most ${MOST_CURVES} curves at a time.`, { field: 'trialIds' });
    }
    const points = parsePoints(most);
    const query = this.manager
      .createQueryBuilder(TrialEntity, 'trial')
      .select(['trial.id', 'trial.score', 'trial.curve'])
      .where({ taskId: this.taskId, ...(trialIds === null ? {} : { id: In(trialIds.filter(isUuid)) }) })
      .orderBy('coalesce(trial.score, -1)', 'DESC')
      .limit(trialIds === null ? USUAL_CURVES : MOST_CURVES);
    if (trialIds === null) query.andWhere("trial.curve <> '[]'");
    return (await query.getMany()).map(({ id, score, curve }) => ({
      trialId: id,
      score,
      points: downSample(curve, points, (point) => [point.step, point.score]),
    }));
  }

  async parallel(most: number): Promise<ParallelCoordinates> {
    return parallelCoordinates(await this.trials(), parsePoints(most));
  }

  async slices(): Promise<Slice[]> {
    return slices(await this.trials());
  }

  async importance(): Promise<Importance | null> {
    return importance(await this.trials());
  }

  async pareto(cost: CostKind, most: number): Promise<Pareto> {
    return paretoFront(await this.trials(), cost, parsePoints(most));
  }

  private trials(): Promise<ChartTrial[]> {
    this.read ??= readChartTrials(this.manager, this.taskId);
    return this.read;
  }
}

function parsePoints(most: number): number {
  if (!Number.isInteger(most) || most < 2 || most > MOST_POINTS) {
    throw new AppError('INVALID_INPUT', `Ask for 2 to ${MOST_POINTS} points; it is ${most}.`, { field: 'points' });
  }
  return most;
}
