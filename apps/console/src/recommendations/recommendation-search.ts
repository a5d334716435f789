import * as z from 'zod/mini';
import type { RecommendationFilter, RecommendationSort } from '../graphql/generated/graphql.js';
import { direction, flag, number, oneOf, text } from '../ui/search-params.js';

/** The address of a table of recommendations. */
export const RecommendationSearch = z.object({
  after: text,
  sort: oneOf(['CREATED', 'MODEL_VERSION']),
  dir: direction,
  task: text,
  reason: oneOf(['COLD_PORTFOLIO', 'NEAREST_TASKS', 'RANKER']),
  tried: flag,
  version: number,
});
export type RecommendationSearch = z.infer<typeof RecommendationSearch>;

export function recommendationFilter(search: RecommendationSearch): RecommendationFilter {
  return {
    taskId: search.task ?? null,
    reason: search.reason ?? null,
    tried: search.tried ?? null,
    modelVersion: search.version ?? null,
  };
}

export function recommendationSort({ sort, dir }: RecommendationSearch): RecommendationSort {
  return { field: sort ?? 'CREATED', direction: dir ?? 'DESC' };
}
