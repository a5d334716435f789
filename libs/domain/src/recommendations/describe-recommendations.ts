import { expectedRegret, rankIntervals, type TaskEvidence } from '@edgelore/ranking';
import type { EntityManager } from 'typeorm';
import { grouped } from '../grouped.js';
import { differenceOf } from '../search-spaces/difference-of.js';
import type { RecommendationEntity } from './recommendation.entity.js';
import type { Recommendation, RecommendedConfiguration, TriedConfiguration } from './recommendation.types.js';

/** Stored recommendations with what is known of them by now: the model that answered, and the trials that came of it. */
export async function describeRecommendations(
  manager: EntityManager,
  rows: readonly RecommendationEntity[],
): Promise<Recommendation[]> {
  const versions = await readVersions(manager, rows);
  const names = await readTaskNames(manager, rows);
  const trials = await readTrials(manager, rows);
  return rows.map((row) => {
    const { id, organisationId, taskId, modelVersionId, reason, limits, neighbours, createdAt } = row;
    const version = versions.get(modelVersionId ?? '');
    const tried = trials.get(id) ?? [];
    const scores = tried.flatMap((trial) => trial.score ?? []);
    return {
      id,
      organisationId,
      taskId,
      taskName: names.get(taskId) ?? '',
      modelVersion: version?.number ?? 0,
      limits,
      items: itemsOf(row, tried),
      neighbours,
      expectedRegret: expectedRegret(version?.evidence ?? [], reason),
      trialCount: tried.length,
      bestScore: scores.length === 0 ? null : Math.max(...scores),
      createdAt,
    };
  });
}

function itemsOf({ items }: RecommendationEntity, tried: readonly Tried[]): RecommendedConfiguration[] {
  const intervals = rankIntervals(
    items.map((item) => item.score),
    items.map((item) => item.spread),
  );
  return items.map((item, at) => {
    const { low, high } = intervals[at]!;
    return {
      ...item,
      explanation: item.explanation ?? null,
      difference: differenceOf(item.configuration),
      // The order minds caution too, so that a rank may lie outside what the scores alone say.
      rankInterval: { low: Math.min(low, item.rank), high: Math.max(high, item.rank) },
      trials: tried.flatMap(({ id, score, configurationId }) =>
        configurationId === item.configurationId ? { id, score } : [],
      ),
    };
  });
}

/** What is read of the model versions that answered. */
interface Answering {
  readonly id: string;
  readonly number: number;
  readonly evidence: readonly TaskEvidence[] | null;
}

async function readVersions(
  manager: EntityManager,
  rows: readonly RecommendationEntity[],
): Promise<Map<string, Answering>> {
  const versions: Answering[] = await manager.query(
    `SELECT id, number, artefact #> '{ranker,evidence}' AS evidence FROM model_versions WHERE id = ANY($1)`,
    [[...new Set(rows.flatMap((row) => row.modelVersionId ?? []))]],
  );
  return new Map(versions.map((version) => [version.id, version]));
}

async function readTaskNames(
  manager: EntityManager,
  rows: readonly RecommendationEntity[],
): Promise<Map<string, string>> {
  const tasks: { id: string; name: string }[] = await manager.query('SELECT id, name FROM tasks WHERE id = ANY($1)', [
    [...new Set(rows.map((row) => row.taskId))],
  ]);
  return new Map(tasks.map(({ id, name }) => [id, name]));
}

interface Tried extends TriedConfiguration {
  readonly recommendationId: string;
  readonly configurationId: string;
}

async function readTrials(
  manager: EntityManager,
  rows: readonly RecommendationEntity[],
): Promise<Map<string, Tried[]>> {
  const trials: Tried[] = await manager.query(
    `SELECT id, recommendation_id AS "recommendationId", configuration_id AS "configurationId", score
       FROM trials WHERE recommendation_id = ANY($1) ORDER BY id`,
    [rows.map((row) => row.id)],
  );
  return grouped(trials, (trial) => trial.recommendationId);
}
