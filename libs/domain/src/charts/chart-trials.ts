import { type DimensionValue, faceDetectorSpace } from '@edgelore/search-space';
import type { EntityManager } from 'typeorm';

/** Charts that look at configurations take at most so many trials of a task, the newest. */
export const MOST_CHARTED = 5_000;

/** What charts need of a completed trial. */
export interface ChartTrial {
  readonly trialId: string;
  readonly configurationId: string;
  readonly score: number;
  readonly macs: number;
  readonly bytes: number;
  readonly values: Readonly<Record<string, DimensionValue>>;
}

/** Newest first, of the search space that is served. */
export function readChartTrials(manager: EntityManager, taskId: string): Promise<ChartTrial[]> {
  return manager.query(
    `SELECT id AS "trialId", configuration_id AS "configurationId", score, macs, bytes,
            configuration -> 'values' AS values
       FROM trials WHERE task_id = $1 AND state = 'completed' AND configuration ->> 'space' = $2
      ORDER BY id DESC LIMIT $3`,
    [taskId, faceDetectorSpace.id, MOST_CHARTED],
  );
}
