import { kendallTau } from '@edgelore/ranking';
import type { EntityManager } from 'typeorm';
import { grouped } from '../grouped.js';
import type { Predicted, PredictedTrial } from './chart.types.js';

const MOST_PREDICTED = 2_000;

/** The newest trials that were made of a recommendation, beside what it said of them. */
export async function readPredicted(manager: EntityManager, taskId: string): Promise<Predicted> {
  const points: PredictedTrial[] = await manager.query(
    `SELECT trial.id AS "trialId", recommendation.id AS "recommendationId", coalesce(version.number, 0) AS "modelVersion",
            (item ->> 'score')::double precision AS "predictedScore", (item ->> 'spread')::double precision AS spread, trial.score,
            (rank() OVER (PARTITION BY recommendation.id ORDER BY (item ->> 'rank')::integer))::integer AS "predictedRank",
            (rank() OVER (PARTITION BY recommendation.id ORDER BY trial.score DESC))::integer AS "measuredRank",
            (count(*) OVER (PARTITION BY recommendation.id))::integer AS "of"
       FROM (SELECT id, recommendation_id, configuration_id, score FROM trials
              WHERE task_id = $1 AND recommendation_id IS NOT NULL AND state = 'completed' ORDER BY id DESC LIMIT $2) trial
            JOIN recommendations recommendation ON recommendation.id = trial.recommendation_id
            CROSS JOIN LATERAL jsonb_array_elements(recommendation.items) item
            LEFT JOIN model_versions version ON version.id = recommendation.model_version_id
      WHERE item ->> 'configurationId' = trial.configuration_id ORDER BY trial.id`,
    [taskId, MOST_PREDICTED],
  );
  const groups = [...grouped(points, (point) => point.recommendationId).values()].filter(({ length }) => length > 1);
  const taus = groups.map((group) =>
    kendallTau(
      group.map(({ predictedRank }) => -predictedRank),
      group.map(({ score }) => score),
    ),
  );
  const mean = taus.reduce((sum, tau) => sum + tau, 0) / taus.length;
  return { points, kendallTau: taus.length === 0 ? null : mean, recommendations: taus.length };
}
